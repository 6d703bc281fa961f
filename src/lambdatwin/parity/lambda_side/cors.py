"""CORS of HTTP APIs: the gateway answers preflights, and its own headers replace the integration's."""

import re
from dataclasses import replace

from ..api import Api, Cors, Mock
from ..wire import Answer, Sent, Undecided
from .own_answers import JSON, UNAUTHORIZED

_ORIGIN_HEADERS = ("access-control-allow-origin", "access-control-allow-credentials", "access-control-expose-headers")


def is_preflight(sent: Sent) -> bool:
    """Whether a browser asks for leave to send another request."""
    asked = sent.method == "OPTIONS" and sent.values("origin") and sent.values("access-control-request-method")
    return bool(asked)


def preflight(api: Api, sent: Sent) -> Answer | None:
    """The answer to a preflight request; None for any other request, and without a policy."""
    if api.cors is None or not is_preflight(sent):
        return None
    if not _allowed_origin(api.cors, sent):
        return Answer(204, (), b"", (Undecided("answer", "no source tells what another origin's preflight gets"),))
    lists = {
        "access-control-allow-methods": ",".join(api.cors.allow_methods),
        "access-control-allow-headers": ",".join(api.cors.allow_headers),
        "access-control-max-age": "" if api.cors.max_age is None else str(api.cors.max_age),
    }
    lines = (*_origin_lines(api.cors, sent), *((name, value) for name, value in lists.items() if value))
    return Answer(204, lines, b"")


def mocked(mock: Mock, sent: Sent) -> Answer:
    """What a MOCK method of a REST API sends to a browser, which has no credentials yet."""
    if mock.is_guarded:
        unknown = Undecided("answer", "the harness asks no authorizer for a MOCK method")
        return replace(UNAUTHORIZED, undecided=(unknown,) if sent.values("authorization") else ())
    origin = next(iter(sent.values("origin")), "")
    lines = {name.lower(): value for name, value in mock.headers}
    if any(_fits(pattern, origin) for pattern in mock.origins):
        lines["access-control-allow-origin"] = origin
    return Answer(mock.status, tuple(({JSON[0]: JSON[1]} | lines).items()), mock.body.encode())


def _fits(pattern: str, origin: str) -> bool:
    before, star, after = pattern.partition("*")
    if not star:
        return origin == pattern
    return len(origin) > len(before + after) and origin.startswith(before) and origin.endswith(after)


def with_policy(api: Api, sent: Sent, answer: Answer, *, own: bool) -> Answer:
    """An answer under the API's policy; `own` is an answer of the gateway's."""
    if api.cors is None:
        return answer
    kept = tuple(line for line in answer.headers if not line[0].startswith("access-control-"))
    reason = "no source tells whether the gateway's own answers carry CORS headers"
    unknown = tuple(Undecided(name, reason) for name in _ORIGIN_HEADERS) if own and sent.values("origin") else ()
    return replace(answer, headers=kept + _origin_lines(api.cors, sent), undecided=answer.undecided + unknown)


def _origin_lines(cors: Cors, sent: Sent) -> tuple[tuple[str, str], ...]:
    origin = _allowed_origin(cors, sent)
    if not origin:
        return ()
    values = (origin, "true" if cors.allow_credentials else "", ",".join(cors.expose_headers))
    return tuple((name, value) for name, value in zip(_ORIGIN_HEADERS, values, strict=True) if value)


def _allowed_origin(cors: Cors, sent: Sent) -> str:
    origin = next(iter(sent.values("origin")), "")
    if not origin or "*" in cors.allow_origins:
        return origin and "*"
    # AWS knows `https://*` and `http://*` beside whole origins.
    known = (origin, re.sub("://.*", "://*", origin))
    return origin if any(one in cors.allow_origins for one in known) else ""
