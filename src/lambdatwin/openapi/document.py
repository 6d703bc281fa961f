"""The OpenAPI document: what the routes say, and what a reader needs beside it. The same in every environment.

Only the page /docs adds a login, because that is another one in every environment (`with_login`).
"""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from ..endpoint import HEADERS_TOO_LARGE, URL_TOO_LONG, error_value
from ..gateway.answers import ENDPOINT_TIMED_OUT, INTERNAL_SERVER_ERROR, REQUEST_TOO_LONG, UNAUTHORIZED
from ..ports import SECURITY_SCHEME, TOKEN, ErrorBody, GatewayMessage
from ..project import Example, Project
from .shell import TAGS, shell_paths

type Json = dict[str, Any]

LOGIN_SCHEME = "Login"
_HANDLER = "x-lambda-handler"
_ERROR_BODY = ErrorBody.__name__
_REFERENCES = "#/components/schemas/{model}"
_OWN = (UNAUTHORIZED, REQUEST_TOO_LONG, URL_TOO_LONG, HEADERS_TOO_LARGE, INTERNAL_SERVER_ERROR, ENDPOINT_TIMED_OUT)
_GATEWAYS = {answer.status: json.loads(answer.body) for answer in _OWN}


def openapi_of(app: FastAPI, project: Project, *, has_logins: bool = True) -> Json:
    """The document as it is exported; without the paths of logins where an environment has none."""
    document = deepcopy(FastAPI.openapi(app))
    app.openapi_schema = None  # a method of the developer's own, which extends this one, keeps the whole document there
    examples = project.examples()
    components = document.setdefault("components", {})
    schemes = components.setdefault("securitySchemes", {})
    schemes.setdefault(SECURITY_SCHEME, TOKEN.model.model_dump(mode="json", by_alias=True, exclude_none=True))
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if _HANDLER in operation:
                operation["description"] = _description(operation)
            _say_once(operation)
            _add_schemas_examples(operation, components.get("schemas", {}))
            _add_example(examples.get((method.upper(), path)), operation)
    declared = document.get("paths", {})
    served = {path for route in app.routes if (path := getattr(route, "path", None)) is not None}
    shell = shell_paths(served, has_logins=has_logins).items()
    document["paths"] = declared | {path: item | declared.get(path, {}) for path, item in shell}
    document["tags"] = [*document.get("tags", ()), *_tags(document, {**project.contexts, **TAGS})]
    schemas = components.setdefault("schemas", {})
    if _ERROR_BODY in schemas:
        schemas |= _error_schemas(project.error_body(503, ""))
    schemas.setdefault(GatewayMessage.__name__, GatewayMessage.model_json_schema())
    for schema in schemas.values():
        _untitle(schema.get("properties", {}))
    return document


def _error_schemas(body: Any) -> Json:
    """What the project's error body looks like; a body without a model is any object."""
    if not isinstance(body, BaseModel):
        described = {"description": "What a handler answers when a request fails.", "title": _ERROR_BODY}
        return {_ERROR_BODY: described | ({"type": "object"} if isinstance(body, Mapping) else {})}
    schema = type(body).model_json_schema(ref_template=_REFERENCES, mode="serialization")
    return {**schema.pop("$defs", {}), _ERROR_BODY: schema}


def with_failures(document: Json, project: Project) -> Json:
    """The same document with an example of each error. Only for /docs: in the export they would say it 500 times."""
    errors = {status: error_value(project, status, words) for status, words in project.error_statuses.items()}
    failures = {str(status): failure for status, failure in {**errors, **_GATEWAYS}.items()}
    for item in document.get("paths", {}).values():
        for operation in item.values():
            for status, response in operation["responses"].items() if _HANDLER in operation else ():
                if status in failures:
                    _show(failures[status], response)
    return document


def with_login(document: Json, authorize: str, token: str, words: str, *, id_token: bool) -> Json:
    """The same document with a login (authorization code with PKCE) beside the plain token."""
    flow = {"authorizationUrl": authorize, "tokenUrl": token, "scopes": {"openid": "who you are"}}
    if id_token:
        # Swagger UI's own word for which token of the answer goes into the header.
        flow["x-tokenName"] = "id_token"
    schemes = document["components"]["securitySchemes"]
    scheme = {"type": "oauth2", "flows": {"authorizationCode": flow}, "description": words}
    operations = [operation for item in document.get("paths", {}).values() for operation in item.values()]
    for operation in operations:
        if any(SECURITY_SCHEME in one for one in operation.get("security", ())):
            operation["security"] = [{LOGIN_SCHEME: ["openid"]}, *operation["security"]]
    document["components"]["securitySchemes"] = {LOGIN_SCHEME: scheme, **schemes}
    return document


def _tags(document: Json, contexts: Mapping[str, str]) -> list[Json]:
    """The tags of operations that the app itself says nothing of."""
    operations = [operation for item in document.get("paths", {}).values() for operation in item.values()]
    used = {tag for operation in operations for tag in operation.get("tags", ())}
    used -= {tag["name"] for tag in document.get("tags", ())}
    known = [name for name in contexts if name in used]
    return [{"name": name, "description": contexts.get(name, "")} for name in (*known, *sorted(used - contexts.keys()))]


def _description(operation: Json) -> str:
    lines = [
        operation.get("description", ""),
        f"**Who may ask:** {_who(operation)}.",
        f"**Who answers:** `{operation[_HANDLER]}`",
    ]
    return "\n\n".join(line for line in lines if line)


def _who(operation: Json) -> str:
    """The authorization as the handler's docstring states it, else as derived from its code."""
    permissions = operation.get("x-required-permissions", ())
    words = operation.pop("x-access", "").strip().rstrip(".")
    for permission in permissions:
        words = re.sub(rf"(?<![`\w]){re.escape(permission)}(?![`\w])", f"`{permission}`", words)
    missing = " or ".join(f"`{permission}`" for permission in permissions if f"`{permission}`" not in words)
    if words:
        return f"{words} ({missing})" if missing else words
    if not operation.get("security"):
        return "any client; no token is required"
    return "a user with a valid token" + (f"; the handler checks the permission {missing}" if missing else "")


def _say_once(operation: Json) -> None:
    """Drop what a parameter's schema repeats of the parameter: its description, and its name as a title."""
    for parameter in operation.get("parameters", ()):
        schema = parameter.get("schema", {})
        _untitle({parameter.get("name", ""): schema})
        if schema.get("description") == parameter.get("description"):
            schema.pop("description", None)


def _untitle(named: Json) -> None:
    """Drop titles that say no more than the names: `Created At` of `created_at`."""
    for name, schema in named.items():
        if isinstance(schema, dict) and _words(str(schema.get("title", ""))) == _words(name):
            del schema["title"]


def _words(text: str) -> str:
    return re.sub(r"[-_]", " ", text).casefold()


def _add_schemas_examples(operation: Json, schemas: Json) -> None:
    """The first of the `examples` of a body's schema; the project's own example goes before it."""
    successes = (response for status, response in operation["responses"].items() if status.startswith("2"))
    for described in (operation.get("requestBody", {}), *successes):
        for media in described.get("content", {}).values():
            schema = schemas.get(media.get("schema", {}).get("$ref", "").rpartition("/")[2], {})
            if "example" not in media and schema.get("examples"):
                media["example"] = schema["examples"][0]


def _add_example(example: Example | None, operation: Json) -> None:
    if example is None:
        return
    for parameter in operation.get("parameters", ()):
        values = example.path if parameter["in"] == "path" else example.query
        name = parameter["name"].replace("-", "_")
        if name in values:
            parameter["example"] = values[name]
    if example.body is not None:
        _show(example.body, operation.get("requestBody", {}))
    success = next((status for status in operation["responses"] if status.startswith("2")), None)
    if example.answer is not None and success is not None:
        _show(example.answer, operation["responses"][success])


def _show(value: Any, described: Json) -> None:
    for media in described.get("content", {}).values():
        media["example"] = value
