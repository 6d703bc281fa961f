"""What the Serverless Framework makes of `cors`, read off its version 3.39."""

from collections.abc import Iterable
from dataclasses import replace

from ...declarations import Cors, Preflight
from ..cors import cors_of
from ..nodes import Node, Table, child, entries, is_null, text, texts, truth
from ..reading import Reading

_HEADERS = (
    "Content-Type",
    "X-Amz-Date",
    "Authorization",
    "X-Api-Key",
    "X-Amz-Security-Token",
    "X-Amz-User-Agent",
    "X-Amzn-Trace-Id",
)
_EVERY = ("GET", "POST", "PUT", "PATCH", "OPTIONS", "HEAD", "DELETE")


def http_policy(reading: Reading, node: Node | None, methods: Iterable[str]) -> Cors | None:
    """The CORS of the HTTP API, with what the framework fills in; `methods` are those of its routes."""
    if truth(node) is not True and not isinstance(node, Table):
        return None
    found = cors_of(reading, node) or Cors()
    every = [one for method in methods for one in (_EVERY if method == "ANY" else (method,))]
    return replace(
        found,
        # What is stated, and only the deploy tells, allows nothing here.
        origins=found.origins or _unless(child(node, "allowedOrigins"), ("*",)),
        headers=found.headers or _unless(child(node, "allowedHeaders"), _HEADERS),
        methods=found.methods or _unless(child(node, "allowedMethods"), tuple(dict.fromkeys(("OPTIONS", *every)))),
    )


def _unless(stated: Node | None, default: tuple[str, ...]) -> tuple[str, ...]:
    return default if stated is None or is_null(stated) else ()


def preflight(path: str, written: list[tuple[str, Node]]) -> Preflight:
    """The MOCK method of a path, of the `cors` of its events: lists are put together, the last single value counts."""
    headers, methods, origins = (dict[str, None](), dict[str, None](), dict[str, None]())
    origin, age, cache, credentials = "", "", "", False
    for method, cors in written:
        own = {"origin": "" if child(cors, "origins") is not None else "*"}
        own |= {key: text(value) or "" for key, value in entries(cors)}
        stated = texts(child(cors, "methods")) or ("OPTIONS",) * (not isinstance(cors, Table))
        methods = dict.fromkeys((*stated, *(m for m in ("OPTIONS", method) if m not in stated))) | methods
        headers = dict.fromkeys(texts(child(cors, "headers")) or _HEADERS) | headers
        origins = dict.fromkeys(texts(child(cors, "origins"))) | origins
        origin, age, cache = own["origin"], own.get("maxAge", age), own.get("cacheControl", cache)
        credentials = credentials or truth(child(cors, "allowCredentials")) is True
    several = tuple(one.strip() for one in origin.split(",")) if "," in origin else tuple(origins)
    lines = (
        ("Access-Control-Allow-Origin", several[0] if several else origin),
        ("Access-Control-Allow-Headers", ",".join(headers)),
        ("Access-Control-Allow-Methods", ",".join(methods).replace("ANY", "DELETE,GET,HEAD,PATCH,POST,PUT", 1)),
        ("Access-Control-Allow-Credentials", "true" if credentials else ""),
        ("Access-Control-Max-Age", age),
        ("Cache-Control", cache),
    )
    return Preflight(path, 200, tuple(line for line in lines if line[1]), origins=several)
