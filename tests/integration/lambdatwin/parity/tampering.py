"""Ways to change an answer, or a rule of routing, behind the FastAPI runtime's back: the harness must notice each.

The header `x-tamper` of a request names the way; without it the answer passes as it is.
"""

from collections.abc import Callable
from typing import Any


def one_byte(message: Any) -> Any:
    """The last byte of the body is another one."""
    body = message.get("body")
    return {**message, "body": body[:-1] + b" "} if body else message


def one_byte_more(message: Any) -> Any:
    """A newline after the body."""
    if "headers" in message:
        lines = [
            (name, b"%d" % (int(value) + (name == b"content-length")) if name == b"content-length" else value)
            for name, value in message["headers"]
        ]
        return {**message, "headers": lines}
    return {**message, "body": message["body"] + b"\n"}


def one_header(message: Any) -> Any:
    """One security header is gone."""
    if "headers" not in message:
        return message
    return {**message, "headers": [line for line in message["headers"] if line[0] != b"x-frame-options"]}


def one_header_changed(message: Any) -> Any:
    """One header has another value."""
    if "headers" not in message:
        return message
    lines = [(name, b"deny" if name == b"x-frame-options" else value) for name, value in message["headers"]]
    return {**message, "headers": lines}


def one_header_more(message: Any) -> Any:
    """A header that no handler set."""
    return (
        {**message, "headers": [*message["headers"], (b"x-powered-by", b"magic")]} if "headers" in message else message
    )


def another_status(message: Any) -> Any:
    """One more than it was."""
    return {**message, "status": message["status"] + 1} if "status" in message else message


_WAYS: dict[bytes, Callable[[Any], Any]] = {
    way.__name__.encode(): way
    for way in (one_byte, one_byte_more, one_header, one_header_changed, one_header_more, another_status)
}


def get_means_head(scope: Any) -> Any:
    """A wrong rule: HEAD has the route of GET."""
    return {**scope, "method": "GET"}


def case_is_ignored(scope: Any) -> Any:
    """A wrong rule: paths have no case."""
    return {**scope, "path": scope["path"].lower(), "raw_path": scope["raw_path"].lower()}


def encoded_slashes_separate(scope: Any) -> Any:
    """A wrong rule: the path is decoded before it is matched."""
    return {**scope, "raw_path": scope["raw_path"].replace(b"%2F", b"/")}


def path_alone_decides(scope: Any) -> Any:
    """A wrong rule: a literal without the method hides the parameter beside it."""
    hidden = scope["raw_path"] == b"/recipes/copy" and scope["method"] != "POST"
    return {**scope, "path": "/nowhere", "raw_path": b"/nowhere"} if hidden else scope


_RULES: dict[bytes, Callable[[Any], Any]] = {
    rule.__name__.encode(): rule
    for rule in (get_means_head, case_is_ignored, encoded_slashes_separate, path_alone_decides)
}


def tampered(app: Any) -> Any:
    """The app with all these ways."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        name = dict(scope.get("headers", ())).get(b"x-tamper", b"")
        change, rule = _WAYS.get(name), _RULES.get(name)

        async def changed(message: Any) -> None:
            await send(change(message) if change else message)

        await app(rule(scope) if rule else scope, receive, changed)

    return wrapped
