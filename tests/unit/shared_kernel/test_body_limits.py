"""One limit for the body of every handler, and no request that costs more than its body is worth."""

import asyncio
import functools
import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from src import contexts
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiRequest
from src.contexts.shared_kernel.lambda_helpers import MAX_BODY, MAX_VALUES
from tests.support.rest import LambdaContext, rest_event

_LISTS = {"list", "tuple", "set", "frozenset"}


def modules() -> Iterator[Any]:
    """Every module of the contexts."""
    for found in pkgutil.walk_packages(contexts.__path__, f"{contexts.__name__}."):
        yield importlib.import_module(found.name)


@functools.cache
def handlers() -> dict[str, Any]:
    """The handlers that answer HTTP requests, by the name of their module."""
    found = {}
    for module in modules():
        for value in vars(module).values():
            endpoint = getattr(value, "__endpoint__", None)
            if endpoint is not None and any(hasattr(one, "logger_name") for one in endpoint.middlewares):
                found[module.__name__] = value
    found.pop("src.contexts.iam.aws_lambda.confirm_user")
    return found


def requests() -> list[type[ApiRequest]]:
    """The schemas of all bodies."""
    list(modules())

    def below(cls: type[ApiRequest]) -> Iterator[type[ApiRequest]]:
        for sub in cls.__subclasses__():
            yield sub
            yield from below(sub)

    return [cls for cls in below(ApiRequest) if cls.__module__.startswith("src.")]


@pytest.mark.parametrize("name", sorted(handlers()))
def test_no_handler_takes_a_body_over_the_limits(name: str) -> None:
    handler = handlers()[name]
    for body in ("x" * (MAX_BODY + 1), "[" + "0," * MAX_VALUES + "0]", "[" * (MAX_VALUES + 1)):
        answer = asyncio.run(handler(rest_event("POST", body=body), LambdaContext()))
        assert (answer["statusCode"], json.loads(answer["body"])["error_type"]) == (413, "payload_too_large_error")


@pytest.mark.parametrize("schema", requests(), ids=lambda cls: str(cls.__name__))
def test_every_list_of_a_request_ends_at_its_first_fault(schema: type[ApiRequest]) -> None:
    unbounded = [
        path
        for path, one in lists_in(schema.__pydantic_core_schema__, schema.__name__)
        if not (one.get("fail_fast") and one.get("max_length"))
    ]
    assert unbounded == []


def lists_in(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schemas of lists inside of a core schema, but for those of any JSON: there are no faults in it."""
    if isinstance(schema, dict):
        if schema.get("type") in _LISTS and "JsonValue" not in json.dumps(schema, default=str):
            yield path, schema
        for name, value in schema.items():
            if name not in ("metadata", "serialization"):
                yield from lists_in(value, f"{path}.{name}")
    elif isinstance(schema, list | tuple):
        for value in schema:
            yield from lists_in(value, path)


@pytest.mark.parametrize("schema", requests(), ids=lambda cls: str(cls.__name__))
def test_a_long_list_in_any_field_makes_few_errors(schema: type[ApiRequest]) -> None:
    names = {name for one in definitions(schema) for name in one.get("properties", {})}
    for item in (0, None, {}, {"name": 0, "value": {"a": [0]}}):
        many = [item] * 400
        body = json.dumps(dict.fromkeys(names, many))
        assert all(errors(schema, text) <= 300 for text in (body, f"[{body}]", json.dumps(many)))


def errors(schema: type[ApiRequest], body: str) -> int:
    """How many errors a body makes."""
    try:
        schema.model_validate_json(body)
    except ValidationError as error:
        return error.error_count()
    return 0


def definitions(schema: type[ApiRequest]) -> list[dict[str, Any]]:
    """The documents of a schema and of those inside it."""
    document = schema.model_json_schema()
    return [document, *document.get("$defs", {}).values()]
