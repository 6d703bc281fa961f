"""The cookies of session mode, and what is in them.

`session` holds the token that routes take, `refresh` the refresh token; both are encrypted and out of a script's reach.
`csrf` is readable on purpose: a script of our own origin sends it back in a header, which another origin cannot. Each
login attempt has a cookie of its own, so that two tabs can log in at once. Over https they are `__Host-` cookies: no
subdomain and no plain-http page can plant one (RFC 6265bis §4.1.3).
"""

import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from hmac import compare_digest, digest

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from ...gateway.http import HeaderLine
from ..claims import Clock
from ..responses import Reason, RejectedError
from ..token import base64url_decode, base64url_encode

LONGEST_SESSION = 30 * 24 * 3600
LOGIN_SECONDS = 600
LARGEST_COOKIE = 4096  # bytes; browsers drop a larger one without a word (RFC 6265bis §5.6)
_MOST_ATTEMPTS = 5
_LARGEST_COOKIE_HEADER = 10_240
_CSRF_HEADER = b"x-csrf-token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LOGIN = "login-"


@dataclass(frozen=True, slots=True, repr=False)
class SessionToken:
    """The `session` cookie: the verified token of the session `sid`, which is the value of the `csrf` cookie, too."""

    sid: str
    token: str


@dataclass(frozen=True, slots=True, repr=False)
class SessionRefresh:
    """The `refresh` cookie. `since` is the second of the login; `username` goes into a `SECRET_HASH`."""

    sid: str
    refresh: str
    sub: str
    username: str | None
    since: int


@dataclass(frozen=True, slots=True, repr=False)
class LoginAttempt:
    """A `login-...` cookie: a login that returns to the path `return_to`."""

    state: str
    nonce: str
    verifier: str
    return_to: str


def login_name(state: str) -> str:
    """The name of the cookie of a login attempt, found again by the `state` of its callback."""
    return _LOGIN + sha256(state.encode("utf-8", "replace")).hexdigest()[:16]


def cipher(secrets: Sequence[bytes], purpose: bytes) -> MultiFernet:
    """Encrypts under a key derived from the first secret for one purpose; decrypts what any of the secrets encrypted,
    so that a secret can be replaced. Secrets must be random: they are not stretched."""
    return MultiFernet([Fernet(urlsafe_b64encode(digest(secret, purpose, "sha256"))) for secret in secrets])


class CookieJar:
    """Reads and writes the cookies; `secure` where the site is served over https. The first of `secrets` encrypts."""

    def __init__(self, secrets: Sequence[bytes], *, clock: Clock, secure: bool) -> None:
        self._prefix, self._secure = ("__Host-", "; Secure") if secure else ("auth-", "")
        self._ciphers = {kind: cipher(secrets, b"cookie:" + kind.encode()) for kind in ("session", "refresh", "login")}
        self._clock = clock

    def read(self, headers: Sequence[HeaderLine]) -> dict[str, bytes]:
        """Our cookies by name without prefix. Raises `RejectedError` for one that is there twice: one was planted."""
        found: dict[str, bytes] = {}
        for name, line in headers:
            if name.lower() != b"cookie" or len(line) > _LARGEST_COOKIE_HEADER:
                continue
            for pair in line.split(b";"):
                key, _, value = pair.strip(b" \t").partition(b"=")
                own = self._own_name(key)
                if own is not None and own in found:
                    raise RejectedError(Reason.BAD_SESSION, "cookie_is_single", headers=self.clear_session())
                if own is not None:
                    found[own] = value
        return found

    def session_token(self, value: bytes | None) -> SessionToken | None:
        """What the `session` cookie holds, None for one that is not ours."""
        plain = self._decrypted("session", value, LONGEST_SESSION)
        try:
            return None if plain is None else _unpacked(zlib.decompress(plain))
        except (ValueError, zlib.error):
            return None  # encrypted by another release

    def session_refresh(self, value: bytes | None) -> SessionRefresh | None:
        """What the `refresh` cookie holds, None for one that is not ours or too old."""
        kept = self._opened("refresh", value, SessionRefresh, LONGEST_SESSION)
        return kept if kept is not None and self._clock() < kept.since + LONGEST_SESSION else None

    def attempt(self, value: bytes | None) -> LoginAttempt | None:
        """What a `login-...` cookie holds, None for one that is not ours or too old."""
        return self._opened("login", value, LoginAttempt, LOGIN_SECONDS)

    def write(self, session: SessionToken, refresh: SessionRefresh | None) -> tuple[HeaderLine, ...]:
        """The Set-Cookie lines of a session; raises `RejectedError` where browsers would not keep it."""
        left = LONGEST_SESSION if refresh is None else refresh.since + LONGEST_SESSION - int(self._clock())
        lines = [self._line("session", self._encrypted("session", zlib.compress(_packed(session), 9)), left)]
        if refresh is not None:
            lines.append(self._line("refresh", self._encrypted("refresh", _json(refresh)), left))
        lines.append(self._line("csrf", session.sid.encode(), left, hidden=""))
        return tuple(lines)

    def write_attempt(self, attempt: LoginAttempt, cookies: Collection[str]) -> tuple[HeaderLine, ...]:
        """The Set-Cookie line of a login attempt. Where `cookies` has many others, the oldest end: browsers send
        cookies in the order in which they were set (RFC 6265 §5.4)."""
        others = [name for name in cookies if name.startswith(_LOGIN)]
        ended = self.clear(*others[: 1 - _MOST_ATTEMPTS])
        return *ended, self._line(login_name(attempt.state), self._encrypted("login", _json(attempt)), LOGIN_SECONDS)

    def clear(self, *names: str) -> tuple[HeaderLine, ...]:
        return tuple(self._line(name, b"", 0) for name in names)

    def clear_session(self) -> tuple[HeaderLine, ...]:
        return self.clear("session", "refresh", "csrf")

    def _own_name(self, name: bytes) -> str | None:
        text = name.decode("latin-1")
        own = text.removeprefix(self._prefix) if text.startswith(self._prefix) else ""
        return own if own in ("session", "refresh") or own.startswith(_LOGIN) else None

    def _encrypted(self, kind: str, plain: bytes) -> bytes:
        return self._ciphers[kind].encrypt_at_time(plain, int(self._clock()))

    def _decrypted(self, kind: str, value: bytes | None, seconds: int) -> bytes | None:
        try:
            return self._ciphers[kind].decrypt_at_time(value or b"", seconds, int(self._clock()))
        except InvalidToken:
            return None

    def _opened[C: (SessionRefresh, LoginAttempt)](
        self, kind: str, value: bytes | None, content: type[C], seconds: int
    ) -> C | None:
        """Fields are not checked again, because only this side can encrypt; another release may have had others."""
        plain = self._decrypted(kind, value, seconds)
        try:
            return content(**json.loads(plain)) if plain is not None else None
        except (ValueError, TypeError):
            return None

    def _line(self, name: str, value: bytes, seconds: int, *, hidden: str = "; HttpOnly") -> HeaderLine:
        # Lax, not Strict: the redirect that ends a login comes from the issuer's site.
        attributes = f"; Path=/; Max-Age={seconds}; SameSite=Lax{self._secure}{hidden}"
        line = f"{self._prefix}{name}=".encode() + value + attributes.encode()
        if len(line) > LARGEST_COOKIE:
            told = f"the {name} cookie has {len(line)} bytes; browsers keep {LARGEST_COOKIE}"
            raise RejectedError(Reason.COOKIE_TOO_LARGE, told, headers=self.clear_session())
        return b"set-cookie", line


def repeats_csrf(sid: str, headers: Sequence[HeaderLine], method: str | None) -> bool:
    """CSRF check: an unsafe request must repeat the `csrf` cookie's value in a header."""
    if method in _SAFE_METHODS:
        return True
    sent = [value for name, value in headers if name.lower() == _CSRF_HEADER]
    sites = {value.lower() for name, value in headers if name.lower() == b"sec-fetch-site"}
    return len(sent) == 1 and b"cross-site" not in sites and compare_digest(sent[0], sid.encode())


def _json(content: SessionRefresh | LoginAttempt) -> bytes:
    return json.dumps(asdict(content)).encode()


def _packed(session: SessionToken) -> bytes:
    """With the token's JSON in the clear: base64 hides the repetitions of a hundred groups from the compression. A NUL
    separates, which no JSON text and no signature has."""
    header, payload, signature = session.token.encode("ascii").split(b".")
    parts = (session.sid.encode(), base64url_decode(header), base64url_decode(payload), signature)
    return b"\0".join(parts)


def _unpacked(plain: bytes) -> SessionToken:
    sid, header, payload, signature = plain.split(b"\0")
    token = b".".join((base64url_encode(header), base64url_encode(payload), signature))
    return SessionToken(sid.decode(), token.decode("ascii"))
