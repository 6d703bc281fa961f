"""Runs each case's handler with its requests, and holds what it does against the OpenAPI document of its route."""

import asyncio
import importlib
import json
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from fastapi.openapi.utils import get_openapi
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

warnings.simplefilter("ignore")


class Tracked(dict[str, Any]):
    """A dict that knows which of its keys were asked for."""

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(given)
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)


def closed(schema: Any) -> Any:
    """The schema with no keys beside those that it names, so that an undocumented key counts as wrong."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(part) for key, part in schema.items()}
    if isinstance(made.get("properties"), dict) and "additionalProperties" not in made:
        made["additionalProperties"] = False
    return made


def document() -> dict[str, Any]:
    router = importlib.import_module("generated.orders.orders").router
    return get_openapi(title="hard", version="1", routes=router.routes)


def valid(schema: dict[str, Any], value: Any, components: dict[str, Any]) -> str:
    found = Draft202012Validator({**schema, "components": components})
    error = next(iter(found.iter_errors(value)), None)
    return "" if error is None else f"{json.dumps(value)[:200]}: {error.message[:200]}"


def text_of(body: Any) -> Any:
    """A body as a client reads it: JSON if it is, else the text."""
    try:
        return json.loads(body)
    except ValueError:
        return body


def judged(operation: dict[str, Any], handler: Any, sent: dict[str, Any], components: dict[str, Any]) -> Iterator[str]:
    """What the handler does otherwise than documented; `components` are closed."""
    path, query = Tracked({"id": "5", **sent.get("path", {})}), Tracked(sent.get("query", {}))
    multi = Tracked({name: [value] for name, value in query.items()})
    event: dict[str, Any] = {"pathParameters": path, "queryStringParameters": query, "headers": {}}
    event |= {"multiValueQueryStringParameters": multi, "body": sent.get("body")}
    event["body"] = event["body"] if isinstance(event["body"], str | None) else json.dumps(event["body"])
    answer, fault = None, ""
    try:
        answer = asyncio.run(handler(event, None))
    except Exception as error:  # a refused request: the middleware answers
        fault = f"{type(error).__name__}: {error}"
    accepted = answer is not None and int(answer["statusCode"]) < 400
    known = {(p["in"], p["name"]): p["schema"] for p in operation.get("parameters", ())}
    for name in sorted(query.asked | multi.asked):
        if ("query", name) not in known:
            yield f"reads the query parameter {name!r}, which is not documented"
    for name, value in path.items():
        kind = known.get(("path", name), {}).get("type")
        if accepted and kind in ("integer", "number") and not value.isdecimal():
            yield f"takes {value!r} for the path parameter {name!r}, documented as {kind}"
    if "body" in sent:
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        problem = valid(closed(content), sent["body"], components)
        if accepted and problem:
            yield f"takes a body that is documented as wrong: {problem}"
        if not accepted and not problem:
            yield f"refuses a body that is documented as right: {fault or answer}"
    elif answer is None:
        yield f"failed: {fault}"
    if answer is None:
        return
    status = str(int(answer["statusCode"]))
    if status not in operation["responses"]:
        yield f"answers {status}, documented are {sorted(operation['responses'])}"
    if int(status) >= 400 or answer.get("body") in (None, ""):
        return
    content = operation["responses"].get(status, {}).get("content", {}).get("application/json", {}).get("schema", {})
    problem = valid(closed(content), text_of(answer["body"]), components)
    if problem:
        yield problem


def main() -> None:
    told, found = document(), {}
    components = closed(told["components"])
    for name, sends in json.load(sys.stdin).items():
        module = importlib.import_module(f"shop.orders.aws_lambda.{name}")
        (methods,) = [methods for path, methods in told["paths"].items() if path.split("/")[2] == name]
        (operation,) = methods.values()
        wrong = [w for sent in sends or [{}] for w in judged(operation, module.async_handler, sent, components)]
        found[name] = wrong
    print(json.dumps(found))


main()
