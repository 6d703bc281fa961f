"""Carriers and customers come from another system; these are the ones that we know."""

from __future__ import annotations

from functools import wraps
from typing import Any, Awaitable, Callable

from common.http import HttpError, json_response

CARRIERS = {"c-1": "Swift", "c-2": "Turtle"}

Handler = Callable[[dict[str, Any], Any], Awaitable[dict[str, Any]]]


def problems(fn: Handler) -> Handler:
    @wraps(fn)
    async def wrapper(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return await fn(event, context)
        except HttpError as exc:
            return json_response(exc.status.value, {"title": exc.status.phrase, "detail": str(exc)})

    return wrapper


def carrier_required(fn: Handler) -> Handler:
    @wraps(fn)
    async def wrapper(event: dict[str, Any], context: Any) -> dict[str, Any]:
        sub = event["requestContext"]["authorizer"]["claims"]["sub"]
        if sub not in CARRIERS:
            return json_response(403, {"title": "Forbidden", "detail": f"{sub} is no carrier"})
        event["carrier"] = sub
        return await fn(event, context)

    return wrapper
