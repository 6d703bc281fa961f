"""Reading API Gateway's proxy events, leniently where gateways differ and strictly where clients err (422)."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from src.contexts.shared_kernel.domain.errors import BadValue, PayloadTooLarge, ValidationFailed

# The limits of every body, that of a handler that reads it by itself too (`ErrorMiddleware` sees to that). Characters,
# and the values that it can have: parsed, a value takes a hundred times the room of its characters.
MAX_BODY = 2_000_000
MAX_VALUES = 100_000
MAX_KEYS = 100


class LambdaHelpers:
    """What a handler asks of the event; nothing here answers anything."""

    @staticmethod
    def extract_path_parameter(event: Mapping[str, Any], name: str) -> str | None:
        """The path parameter as the gateway gives it (percent-encoded on a REST API), or None."""
        parameters = event.get("pathParameters") or {}
        value = parameters.get(name)
        return value if isinstance(value, str) and value else None

    @staticmethod
    def extract_query_parameter(event: Mapping[str, Any], name: str) -> str | None:
        """The last value of a query parameter, or None."""
        parameters = event.get("queryStringParameters") or {}
        value = parameters.get(name)
        return value if isinstance(value, str) else None

    @staticmethod
    def extract_header(event: Mapping[str, Any], name: str) -> str | None:
        """A header's value whatever the case in which the gateway passes its name, or None."""
        wanted = name.lower()
        headers = event.get("headers") or {}
        return next((str(value) for key, value in headers.items() if str(key).lower() == wanted), None)

    @staticmethod
    def extract_request_body(event: Mapping[str, Any], parse_json: bool = True) -> Any:
        """The body as text, or parsed; raises `BadValue` for a body that is missing or not JSON.

        Raises `PayloadTooLarge` for one that is over a limit.
        """
        raw = _body_text(event)
        if not raw.strip():
            raise BadValue("A request body is required.")
        return _parsed(raw) if parse_json else raw

    @staticmethod
    def body_with_author_id(event: Mapping[str, Any], author_id: str) -> str:
        """The body, a JSON object, with `author_id` set to the given user, whatever the client sent there."""
        body = LambdaHelpers.extract_request_body(event)
        if not isinstance(body, dict):
            raise BadValue("The body must be a JSON object.")
        return json.dumps({**body, "author_id": author_id})

    @staticmethod
    def process_query_filters_from_aws_event(
        *,
        event: Mapping[str, Any],
        filter_schema_class: type[BaseModel],
        use_multi_value: bool = True,
        default_limit: int = 50,
        default_sort: str = "-updated_at",
    ) -> dict[str, Any]:
        """The filters that were sent, checked by the schema, plus limit and sort.

        `kebab-case` keys count as `snake_case`; keys that the schema does not know are dropped; a list of one value
        becomes the value. Raises pydantic's `ValidationError` for a value of the wrong type.
        """
        sent = _query_values(event, use_multi_value)
        if len(sent) > MAX_KEYS:
            raise ValidationFailed.of("query", "too_many", f"Send at most {MAX_KEYS} query parameters.")
        known = {name: values for name, values in sent.items() if name in filter_schema_class.model_fields}
        flat = {name: values[0] if len(values) == 1 else values for name, values in known.items()}
        filters = filter_schema_class.model_validate(flat).model_dump(exclude_unset=True)
        return {"limit": default_limit, "sort": default_sort, **filters}


def require_acceptable_body(raw: Any) -> None:
    """Raise `PayloadTooLarge` for the text of a body that is over a limit; nothing else is no body."""
    if not isinstance(raw, str) or len(raw) <= MAX_VALUES:
        return
    if len(raw) > MAX_BODY:
        raise PayloadTooLarge(f"The body is longer than {MAX_BODY} characters.")
    # Every value but the first of a list or an object follows a comma. Those inside of texts count as well.
    if raw.count(",") + raw.count("[") + raw.count("{") > MAX_VALUES:
        raise PayloadTooLarge(f"The body has more than {MAX_VALUES} values.")


def _body_text(event: Mapping[str, Any]) -> str:
    raw = event.get("body") or ""
    if not isinstance(raw, str):
        raise BadValue("The body must be text.")
    require_acceptable_body(raw)
    if not event.get("isBase64Encoded"):
        return raw
    text = _decoded(raw)
    require_acceptable_body(text)
    return text


def _decoded(raw: str) -> str:
    try:
        return base64.b64decode(raw, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadValue("The body is not UTF-8 text.") from error


def _parsed(raw: str) -> Any:
    try:
        return json.loads(raw, parse_constant=_not_a_number)
    except RecursionError as error:
        raise BadValue("The body is nested too deeply.") from error
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        # An integer of more digits than Python converts.
        raise BadValue("The body has a number that can't be used.") from error


def _not_a_number(name: str) -> Any:
    raise BadValue(f"{name} is not a JSON number.")


def _query_values(event: Mapping[str, Any], use_multi_value: bool) -> dict[str, list[Any]]:
    multiple = event.get("multiValueQueryStringParameters") if use_multi_value else None
    single = event.get("queryStringParameters") or {}
    values: dict[str, list[Any]] = {}
    for key, items in (multiple or {key: [value] for key, value in single.items()}).items():
        values.setdefault(str(key).replace("-", "_"), []).extend(items)
    return values
