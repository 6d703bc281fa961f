"""Runs every handler of a written code base and compares what it does with the truth: the writer must be honest.

Started as a program in the root of the code base; the routes come in on stdin, and what is wrong goes out.
"""

import asyncio
import importlib
import inspect
import json
import sys
from typing import Any


class Watched(dict[str, Any]):
    """A mapping that remembers what was asked of it."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


def event_for(route: dict[str, Any], users: Any) -> Watched:
    return Watched(_event(route, users))


def _event(route: dict[str, Any], users: Any) -> dict[str, Any]:
    return {
        "pathParameters": Watched(route["sample_path"]) if route["sample_path"] else None,
        "headers": {"X-Signature": "s"},
        "queryStringParameters": None,
        "body": route["sample_body"],
        "_auth_context": users.AuthContext(),
    }


def misread(route: dict[str, Any], event: Watched) -> str | None:
    """What the handler read or asked for that the truth does not know, or the other way round."""
    asked = event["pathParameters"].asked if event["pathParameters"] else set()
    if asked != set(route["reads"]):
        return f"reads {sorted(asked)}"
    if ("body" in event.asked) != (route["sample_body"] is not None):
        return "the body is read" if "body" in event.asked else "no body is read"
    if ("queryStringParameters" in event.asked) != route["queries"]:
        return "the query is read or not"
    wanted = event["_auth_context"].user_object.wanted
    return None if wanted <= set(route["permissions"]) else f"permissions {sorted(wanted)}"


def wrong(route: dict[str, Any], result: Any) -> str | None:
    """What in the result is not what the truth says, or None."""
    if result["statusCode"] not in route["statuses"]:
        return f"status {result['statusCode']}"
    expected = route["response"]
    if expected is None:
        return None
    body = json.loads(result["body"])
    types = {"model": dict, "literal": dict, "mapping": dict, "model_list": list, "text": str}
    if not isinstance(body, types[expected["kind"]]):
        return f"a {type(body).__name__} where {expected['kind']} was promised"
    if expected["kind"] == "literal" and sorted(body) != sorted(expected["keys"]):
        return f"keys {sorted(body)}"
    if expected["kind"] in ("model", "model_list"):
        module, name = expected["schema"]
        fields = set(getattr(importlib.import_module(module), name).model_fields)
        rows = body if isinstance(body, list) else [body]
        return None if rows and all(set(row) == fields for row in rows) else f"fields {sorted(fields)}"
    return None


def main() -> None:
    sys.path.insert(0, ".")
    job = json.load(sys.stdin)
    users = importlib.import_module(job["users"])
    for route in job["routes"]:
        handler = inspect.unwrap(getattr(importlib.import_module(route["module"]), route["function"]))
        try:
            event = event_for(route, users)
            result = asyncio.run(handler(event, None))
            problem = wrong(route, result) or misread(route, event)
        except Exception as error:  # whatever a written handler raises is the finding
            problem = f"{type(error).__name__}: {error}".replace("\n", " ")
        if problem:
            print(f"{route['module']}: {problem}")


if __name__ == "__main__":
    main()
