"""Which changes between two OpenAPI documents break a client that was written against the old one. Pure.

What a client sends must still be accepted: a request may not lose types or values, nor demand more. What a client
reads must still be there: a response may not lose fields or statuses, nor bring types that were never announced.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

type Json = dict[str, Any]
_METHODS = ("get", "put", "post", "delete", "patch", "options", "head")
_EVERYTHING = frozenset({"string", "number", "integer", "boolean", "null", "array", "object"})
_DEPTH = 12


def breaking_changes(old: Json, new: Json) -> list[str]:
    """A sentence for each breaking change, in the order of the old document."""
    found: list[str] = []
    for path, method, before in _operations(old):
        name = f"{method.upper()} {path}"
        after = new.get("paths", {}).get(path, {}).get(method)
        if after is None:
            found.append(f"{name}: the route was removed")
        else:
            found.extend(f"{name}: {change}" for change in _operation(before, after, old, new))
    return found


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _operation(before: Json, after: Json, old: Json, new: Json) -> Iterator[str]:
    request, response = _Comparison(old, new, incoming=True), _Comparison(old, new, incoming=False)
    yield from _parameters(before, after, request)
    yield from _body(before.get("requestBody") or {}, after.get("requestBody") or {}, request)
    if not before.get("security") and after.get("security"):
        yield "now wants a token"
    for status, described in before.get("responses", {}).items():
        if status.startswith("2"):
            now = after.get("responses", {}).get(status)
            if now is None:
                yield f"no longer answers {status}"
            else:
                yield from response.compare(_schema(described), _schema(now), f"response {status}")


def _parameters(before: Json, after: Json, request: "_Comparison") -> Iterator[str]:
    known = {(one["in"], one["name"]): one for one in before.get("parameters", ())}
    now = {(one["in"], one["name"]): one for one in after.get("parameters", ())}
    for (place, name), parameter in now.items():
        earlier = known.get((place, name))
        if parameter.get("required") and not (earlier or {}).get("required"):
            yield f"{place} parameter {name!r} is newly required"
        if earlier is not None:
            yield from request.compare(earlier.get("schema", {}), parameter.get("schema", {}), f"{place} {name!r}")
    for place, name in sorted(known.keys() - now.keys()):
        yield f"{place} parameter {name!r} was removed"


def _body(before: Json, after: Json, request: "_Comparison") -> Iterator[str]:
    if after.get("required") and not before.get("required"):
        yield "a request body is newly required"
    if before and after:
        yield from request.compare(_schema(before), _schema(after), "request body")


def _schema(described: Json) -> Json:
    for media in described.get("content", {}).values():
        schema: Json = media.get("schema", {})
        return schema
    return {}


@dataclass(frozen=True, slots=True)
class _Comparison:
    """`incoming`: the client sends it, so it may widen; otherwise the client reads it, so it may narrow."""

    old: Json
    new: Json
    incoming: bool
    depth: int = 0

    def compare(self, before: Json, after: Json, where: str) -> Iterator[str]:
        """The breaking changes of one schema and of all below it."""
        if self.depth > _DEPTH:
            return
        yield from self._types(before, after, where)
        before, after = _resolved(before, self.old), _resolved(after, self.new)
        yield from self._values(before, after, where)
        inner = replace(self, depth=self.depth + 1)
        yield from inner.fields(before, after, where)
        if "items" in before and "items" in after:
            yield from inner.compare(before["items"], after["items"], f"{where}[]")

    def _types(self, before: Json, after: Json, where: str) -> Iterator[str]:
        had, has = _types(before, self.old), _types(after, self.new)
        lost, gained = had - has, has - had
        if self.incoming and lost:
            yield f"{where} no longer takes {_words(lost)}"
        if not self.incoming and gained:
            yield f"{where} may now be {_words(gained)}"

    def _values(self, before: Json, after: Json, where: str) -> Iterator[str]:
        had, has = before.get("enum"), after.get("enum")
        if self.incoming and has is not None and (had is None or set(map(str, had)) - set(map(str, has))):
            yield f"{where} takes fewer values"
        if not self.incoming and had is not None and (has is None or set(map(str, has)) - set(map(str, had))):
            yield f"{where} may have values that were never announced"

    def fields(self, before: Json, after: Json, where: str) -> Iterator[str]:
        """Removed, newly required and changed fields of an object."""
        had, has = before.get("properties", {}), after.get("properties", {})
        for name in sorted(had.keys() - has.keys()):
            yield f"{where}: field {name!r} was removed"
        demanded = set(after.get("required", ())) - set(before.get("required", ()))
        dropped = set(before.get("required", ())) - set(after.get("required", ()))
        for name in sorted(demanded) if self.incoming else ():
            yield f"{where}: field {name!r} is newly required"
        for name in sorted(dropped & has.keys()) if not self.incoming else ():
            yield f"{where}: field {name!r} may now be missing"
        for name in sorted(had.keys() & has.keys()):
            yield from self.compare(had[name], has[name], f"{where}: field {name!r}")


def _resolved(schema: Json, document: Json) -> Json:
    """Without references; a union with null counts as its other member, a union of objects as all their fields."""
    for _ in range(_DEPTH):
        reference = schema.get("$ref")
        if reference is None:
            break
        schema = document.get("components", {}).get("schemas", {}).get(reference.rpartition("/")[2], {})
    members = [_resolved(one, document) for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())]
    members = [one for one in members if one.get("type") != "null"]
    return members[0] if len(members) == 1 else schema


def _types(schema: Json, document: Json) -> frozenset[str]:
    if "$ref" in schema:
        return _types(_resolved(schema, document), document)
    unions = [one for key in ("anyOf", "oneOf") for one in schema.get(key, ())]
    if unions:
        return frozenset().union(*(_types(one, document) for one in unions))
    kind = schema.get("type")
    if kind is None:
        return frozenset({"object"}) if "properties" in schema else _EVERYTHING
    kinds: list[str] = kind if isinstance(kind, list) else [kind]
    # Whoever takes numbers takes integers too.
    return frozenset(kinds) | (frozenset({"integer"}) if "number" in kinds else frozenset())


def _words(types: frozenset[str]) -> str:
    return " or ".join(sorted(types))
