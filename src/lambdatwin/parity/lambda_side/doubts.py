"""Behaviour of AWS that no source documents: equal answers to such a request prove nothing."""

from collections.abc import Iterator

from ..api import Api, Kind
from ..wire import Sent, Undecided
from .cors import is_preflight
from .limits import EVENT_MARGIN, LARGEST_EVENT, LARGEST_HEADERS, header_bytes
from .media import is_text
from .parts import TRACE, WITHHELD
from .router import METHODS, Resources

LONGEST_TARGET = 8_192
OVERRIDE = "x-http-method-override"
_SINGLE = ("content-type", "host", "user-agent")
_EDGE = ("x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", TRACE)


def doubts(api: Api, resources: Resources, sent: Sent) -> tuple[Undecided, ...]:
    """Parts of the answer that are not known of AWS, each with its reason. `sent` has the method that routes it."""
    reasons = [*_of_sizes(sent), *_of_routing(api, resources, sent), *_of_headers(api, sent), *_of_values(api, sent)]
    return tuple(Undecided("answer", f"no source tells what happens: {reason}") for reason in reasons)


def event_doubts(size: int) -> tuple[Undecided, ...]:
    """The same of an event of so many bytes."""
    if abs(size - LARGEST_EVENT) > EVENT_MARGIN:
        return ()
    return (Undecided("answer", "the event is as large as Lambda allows, give or take the length of AWS's own ids"),)


def _of_sizes(sent: Sent) -> Iterator[str]:
    if header_bytes(sent) > LARGEST_HEADERS:
        yield f"the headers have over {LARGEST_HEADERS} bytes"
    if len(sent.target) > LONGEST_TARGET:
        yield f"the URL has over {LONGEST_TARGET} bytes"


def _of_routing(api: Api, resources: Resources, sent: Sent) -> Iterator[str]:
    overriding = sent.values(OVERRIDE) if api.is_rest else []
    if len(overriding) > 1 or not METHODS.issuperset(overriding):
        yield "X-HTTP-Method-Override has not one method as its value"
    elif reason := resources.doubt(sent.method, sent.path):
        yield reason
    if sent.path.startswith("///") or ("//" in sent.path and not api.is_rest):
        yield "slashes stand together in the path"
    found = resources.find(sent.method, sent.path)
    if found and not found[0].authorizer_runs:
        yield f"the harness runs no authorizer of kind {found[0].authorizer}"
    if is_preflight(sent) and found and api.cors:
        yield "both a route and the CORS policy answer this preflight"
    if is_preflight(sent) and not found and api.is_rest and resources.serve(sent.path):
        yield "the list of routes does not say whether the API has OPTIONS methods that answer without a function"


def _of_headers(api: Api, sent: Sent) -> Iterator[str]:
    names = {name.lower() for name, _ in sent.headers}
    for name in _SINGLE:
        if len(sent.values(name)) > 1:
            yield f"the request has several {name} headers"
    for name in sorted(names.intersection(_EDGE)):
        yield f"the client sends {name} itself"
    if not api.is_rest:
        for name in sorted(names & (WITHHELD - {"content-length"})):
            yield f"an HTTP API gets {name}"


def _of_values(api: Api, sent: Sent) -> Iterator[str]:
    if ";" in sent.query and api.kind is not Kind.REST:
        yield "a semicolon stands in the query of an HTTP API"
    if "%" in sent.path and api.kind is Kind.HTTP_1:
        yield "payload 1.0 of an HTTP API has a percent-encoded path"
    types = sent.values("content-type")
    if sent.body and not types and "*/*" in api.binary_media_types:
        yield "a body without a type comes to an API whose binary media types are */*"
    if sent.body and not api.is_rest and is_text(types[-1] if types else None) and not _is_utf8(sent.body):
        yield "a body of a text type is not UTF-8"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
