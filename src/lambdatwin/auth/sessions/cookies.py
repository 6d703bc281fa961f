"""The cookies of session mode, and what is in them.

`session` holds the token that routes take, `refresh` the refresh token; both are encrypted and out of a script's reach.
`csrf` is readable on purpose: a script of our own origin sends it back in a header, which another origin cannot. Each
login attempt has a cookie of its own, so that two tabs can log in at once. Over https they are `__Host-` cookies: no
subdomain and no plain-http page can plant one (RFC 6265bis §4.1.3).

Encryption is AES-256-GCM with a random nonce; the purpose is part of the key, so that a text encrypted for one never
decrypts for another. Results of refreshes that replicas share are encrypted so, too.
"""

import json
import secrets as random
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from hmac import compare_digest, digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ...gateway.http import HeaderLine
from ..token import base64url_decode, base64url_encode, parse_object

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
    """The `session` cookie: the verified token of the session `sid`."""

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
    """A `login-...` cookie: a login that began at second `since` and returns to the path `return_to`."""

    state: str
    nonce: str
    verifier: str
    return_to: str
    since: int

    @property
    def name(self) -> str:
        """The cookie's name without its prefix."""
        return login_name(self.state)


class AmbiguousCookiesError(ValueError):
    """One of our cookies is present twice: one of the two was planted."""


class CookieTooLargeError(ValueError):
    """A cookie would pass the size that browsers keep."""


def login_name(state: str) -> str:
    """The name of the cookie of a login attempt, found again by the `state` of its callback."""
    return _LOGIN + sha256(state.encode("utf-8", "replace")).hexdigest()[:16]


_NONCE = 12


class Cipher:
    """Encrypts under a key derived from the first secret for one purpose; decrypts what any of the secrets encrypted,
    so that a secret can be replaced. Secrets must be random: they are not stretched."""

    __slots__ = ("_keys",)

    def __init__(self, secrets: Sequence[bytes], purpose: bytes) -> None:
        self._keys = [AESGCM(HKDF(SHA256(), 32, None, purpose).derive(secret)) for secret in secrets]

    def encrypt(self, plain: bytes) -> bytes:
        """The encrypted text; another one each time."""
        nonce = random.token_bytes(_NONCE)
        return nonce + self._keys[0].encrypt(nonce, plain, None)

    def decrypt(self, encrypted: bytes) -> bytes | None:
        """The plain text, or None for what none of the secrets encrypted."""
        for key in self._keys:
            try:
                return key.decrypt(encrypted[:_NONCE], encrypted[_NONCE:], None)
            except (InvalidTag, ValueError):
                continue
        return None


class CookieJar:
    """Reads and writes the cookies; `secure` where the site is served over https. The first of `secrets` encrypts."""

    def __init__(self, secrets: Sequence[bytes], *, secure: bool) -> None:
        self._prefix, self._secure = ("__Host-", "; Secure") if secure else ("auth-", "")
        self._ciphers = {kind: Cipher(secrets, b"cookie:" + kind.encode()) for kind in ("session", "refresh", "login")}
        self._csrf_secrets = [digest(secret, b"csrf", "sha256") for secret in secrets]

    def read(self, headers: Sequence[HeaderLine]) -> dict[str, bytes]:
        """Our cookies by name without prefix; raises `AmbiguousCookiesError`."""
        found: dict[str, bytes] = {}
        for name, line in headers:
            if name.lower() != b"cookie" or len(line) > _LARGEST_COOKIE_HEADER:
                continue
            for pair in line.split(b";"):
                key, _, value = pair.strip(b" \t").partition(b"=")
                own = self._own_name(key)
                if own is not None and own in found:
                    raise AmbiguousCookiesError(own)
                if own is not None:
                    found[own] = value
        return found

    def session_token(self, value: bytes | None) -> SessionToken | None:
        """What the `session` cookie holds, None for one that is not ours."""
        plain = self._decrypted("session", value)
        try:
            return None if plain is None else _unpacked(zlib.decompress(plain))
        except (ValueError, zlib.error):
            return None  # encrypted by another release

    def session_refresh(self, value: bytes | None, now: float) -> SessionRefresh | None:
        """What the `refresh` cookie holds, None for one that is not ours or too old."""
        kept = self._opened("refresh", value, SessionRefresh)
        return kept if kept is not None and now < kept.since + LONGEST_SESSION else None

    def attempt(self, value: bytes | None, now: float) -> LoginAttempt | None:
        """What a `login-...` cookie holds, None for one that is not ours or too old."""
        attempt = self._opened("login", value, LoginAttempt)
        return attempt if attempt is not None and now < attempt.since + LOGIN_SECONDS else None

    def surplus_attempts(self, cookies: dict[str, bytes], now: float) -> tuple[str, ...]:
        """Names of the cookies of login attempts that make room for one more: those that ended, and the oldest."""
        attempts = {name: self.attempt(value, now) for name, value in cookies.items() if name.startswith(_LOGIN)}
        alive = sorted((attempt.since, name) for name, attempt in attempts.items() if attempt is not None)
        kept = {name for _, name in alive[1 - _MOST_ATTEMPTS :]}
        return tuple(name for name in attempts if name not in kept)

    def write(self, session: SessionToken, refresh: SessionRefresh | None, now: float) -> tuple[bytes, ...]:
        """The Set-Cookie values of a session; raises `CookieTooLargeError`."""
        left = LONGEST_SESSION if refresh is None else refresh.since + LONGEST_SESSION - int(now)
        lines = [self._line("session", self._encrypted("session", zlib.compress(_packed(session), 9)), left)]
        if refresh is not None:
            lines.append(self._line("refresh", self._encrypted("refresh", _json(refresh)), left))
        lines.append(self._line("csrf", self._csrf(session.sid)[0], left, readable=True))
        return tuple(lines)

    def write_attempt(self, attempt: LoginAttempt) -> bytes:
        return self._line(attempt.name, self._encrypted("login", _json(attempt)), LOGIN_SECONDS)

    def clear(self, *names: str) -> tuple[bytes, ...]:
        return tuple(self._line(name, b"", 0) for name in names)

    def clear_session(self) -> tuple[bytes, ...]:
        return self.clear("session", "refresh", "csrf")

    def allows(self, sid: str, headers: Sequence[HeaderLine], method: str | None) -> bool:
        """CSRF check: an unsafe request must repeat the `csrf` cookie's value in a header."""
        if method in _SAFE_METHODS:
            return True
        sent = [value for name, value in headers if name.lower() == _CSRF_HEADER]
        sites = {value.lower() for name, value in headers if name.lower() == b"sec-fetch-site"}
        if len(sent) != 1 or b"cross-site" in sites:
            return False
        return any(compare_digest(sent[0], expected) for expected in self._csrf(sid))

    def _own_name(self, name: bytes) -> str | None:
        text = name.decode("latin-1")
        own = text.removeprefix(self._prefix) if text.startswith(self._prefix) else ""
        return own if own in ("session", "refresh") or own.startswith(_LOGIN) else None

    def _csrf(self, sid: str) -> list[bytes]:
        return [base64url_encode(digest(secret, sid.encode(), "sha256")) for secret in self._csrf_secrets]

    def _encrypted(self, kind: str, plain: bytes) -> bytes:
        return base64url_encode(self._ciphers[kind].encrypt(plain))

    def _decrypted(self, kind: str, value: bytes | None) -> bytes | None:
        try:
            return self._ciphers[kind].decrypt(base64url_decode(value)) if value else None
        except ValueError:
            return None

    def _opened[C: (SessionRefresh, LoginAttempt)](self, kind: str, value: bytes | None, content: type[C]) -> C | None:
        """Fields are not checked again, because only this side can encrypt; another release may have had others."""
        plain = self._decrypted(kind, value)
        try:
            return content(**parse_object(plain, depth=1)) if plain is not None else None  # type: ignore[arg-type]
        except (ValueError, TypeError):
            return None

    def _line(self, name: str, value: bytes, seconds: int, *, readable: bool = False) -> bytes:
        # Lax, not Strict: the redirect that ends a login comes from the issuer's site.
        hidden = "" if readable else "; HttpOnly"
        attributes = f"; Path=/; Max-Age={seconds}; SameSite=Lax{self._secure}{hidden}"
        line = f"{self._prefix}{name}=".encode() + value + attributes.encode()
        if len(line) > LARGEST_COOKIE:
            raise CookieTooLargeError(f"the {name} cookie has {len(line)} bytes; browsers keep {LARGEST_COOKIE}")
        return line


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
