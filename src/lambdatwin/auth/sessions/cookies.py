"""The cookies of session mode, and what is in them.

`session` holds the token that routes take, `refresh` the refresh token; both are sealed and never readable by a
script. `csrf` is readable on purpose: a script of our own origin sends it back in a header, which another origin
cannot. Over https they are `__Host-` cookies: no subdomain and no plain-http page can plant one (RFC 6265bis §4.1.3).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hmac import compare_digest, digest

from ...gateway.http import HeaderLine
from ..tokens import base64url
from ..tokens.strict_json import parse_object
from .sealing import Sealer

LONGEST_SESSION = 30 * 24 * 3600
LOGIN_SECONDS = 600
_LARGEST_COOKIE_HEADER = 10_240
_CSRF_HEADER = b"x-csrf-token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, repr=False)
class Held:
    """The `session` cookie: the verified token of the session `sid`."""

    sid: str
    token: str


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """The `refresh` cookie. `since` is the second of the login; `username` goes into a `SECRET_HASH`."""

    sid: str
    refresh: str
    sub: str
    username: str | None
    since: int


@dataclass(frozen=True, slots=True, repr=False)
class Pending:
    """The `login` cookie: a login that was begun at second `since` and shall end at `return_to`."""

    state: str
    nonce: str
    verifier: str
    return_to: str
    since: int


class AmbiguousCookiesError(ValueError):
    """One of our cookies stands twice: somebody planted the other."""


class CookieJar:
    """Reads and writes the cookies; `secure` where the site is served over https."""

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        self._prefix, self._secure = ("__Host-", "; Secure") if secure else ("auth-", "")
        self._sealers = {kind: Sealer(secret, b"cookie:" + kind.encode()) for kind in ("session", "refresh", "login")}
        self._csrf_secret = digest(secret, b"csrf", "sha256")

    def read(self, headers: Sequence[HeaderLine]) -> dict[str, bytes]:
        """Our cookies by kind; raises `AmbiguousCookiesError`."""
        found: dict[str, bytes] = {}
        for name, line in headers:
            if name.lower() != b"cookie" or len(line) > _LARGEST_COOKIE_HEADER:
                continue
            for pair in line.split(b";"):
                key, _, value = pair.strip(b" \t").partition(b"=")
                kind = self._kind(key)
                if kind is not None and kind in found:
                    raise AmbiguousCookiesError(kind)
                if kind is not None:
                    found[kind] = value
        return found

    def held(self, value: bytes | None) -> Held | None:
        """What the `session` cookie holds, None for one that is not ours."""
        return self._open("session", value, Held)

    def kept(self, value: bytes | None, now: float) -> Kept | None:
        """What the `refresh` cookie holds, None for one that is not ours or too old."""
        kept = self._open("refresh", value, Kept)
        return kept if kept is not None and now < kept.since + LONGEST_SESSION else None

    def pending(self, value: bytes | None, now: float) -> Pending | None:
        """What the `login` cookie holds, None for one that is not ours or too old."""
        pending = self._open("login", value, Pending)
        return pending if pending is not None and now < pending.since + LOGIN_SECONDS else None

    def write(self, held: Held, kept: Kept | None, now: float) -> tuple[bytes, ...]:
        """The Set-Cookie values of a session."""
        left = LONGEST_SESSION if kept is None else kept.since + LONGEST_SESSION - int(now)
        lines = [self._line("session", self._seal("session", held), left)]
        if kept is not None:
            lines.append(self._line("refresh", self._seal("refresh", kept), left))
        lines.append(self._line("csrf", self._csrf(held.sid), left, readable=True))
        return tuple(lines)

    def write_pending(self, pending: Pending) -> bytes:
        """The Set-Cookie value of a login that begins."""
        return self._line("login", self._seal("login", pending), LOGIN_SECONDS)

    def clear(self, *kinds: str) -> tuple[bytes, ...]:
        """Set-Cookie values that remove cookies, all of a session unless named."""
        return tuple(self._line(kind, b"", 0) for kind in kinds or ("session", "refresh", "csrf"))

    def allows(self, sid: str, headers: Sequence[HeaderLine], method: str | None) -> bool:
        """Whether this is no cross-site forgery: an unsafe request must bring the `csrf` cookie's text in a header."""
        if method in _SAFE_METHODS:
            return True
        sent = [value for name, value in headers if name.lower() == _CSRF_HEADER]
        sites = {value.lower() for name, value in headers if name.lower() == b"sec-fetch-site"}
        return len(sent) == 1 and b"cross-site" not in sites and compare_digest(sent[0], self._csrf(sid))

    def _kind(self, name: bytes) -> str | None:
        text = name.decode("latin-1")
        kind = text.removeprefix(self._prefix) if text.startswith(self._prefix) else ""
        return kind if kind in self._sealers else None

    def _csrf(self, sid: str) -> bytes:
        return base64url.encode(digest(self._csrf_secret, sid.encode(), "sha256"))

    def _seal(self, kind: str, content: Held | Kept | Pending) -> bytes:
        return base64url.encode(self._sealers[kind].seal(json.dumps(asdict(content)).encode()))

    def _open[C: (Held, Kept, Pending)](self, kind: str, value: bytes | None, content: type[C]) -> C | None:
        """Values are not checked again, because nobody else can seal; an older release may have sealed other fields."""
        try:
            plain = self._sealers[kind].open(base64url.decode(value)) if value else None
            return content(**parse_object(plain, depth=1)) if plain is not None else None  # type: ignore[arg-type]
        except (ValueError, TypeError):
            return None

    def _line(self, kind: str, value: bytes, seconds: int, *, readable: bool = False) -> bytes:
        # Lax, not Strict: the redirect that ends a login comes from the issuer's site.
        hidden = "" if readable else "; HttpOnly"
        attributes = f"; Path=/; Max-Age={seconds}; SameSite=Lax{self._secure}{hidden}"
        return f"{self._prefix}{kind}=".encode() + value + attributes.encode()
