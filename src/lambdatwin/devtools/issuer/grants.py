"""Refresh tokens of the local issuer: rotation, reuse detection, grace, revocation. Kept in a file, so that logins
outlive the development server's restarts."""

import os
import secrets
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter

from ...auth.claims import Clock
from .minting import Login

_LIFETIME = 30 * 24 * 3600


class RefusedTokenError(Exception):
    """A refresh token that is not known any more, or that was `reused` after it was replaced."""

    def __init__(self, *, reused: bool) -> None:
        super().__init__("Refresh token reuse detected" if reused else "Invalid Refresh Token")
        self.reused = reused


@dataclass(frozen=True, slots=True)
class Rotation:
    """As an app client has it: with rotation a refresh token is used once, and for `grace` seconds after that."""

    enabled: bool = True
    grace: float = 10.0


@dataclass(frozen=True, slots=True)
class _Grant:
    login: Login
    created_at: float
    rotated_at: float | None = None


class Grants:
    """Refresh tokens by their hashes."""

    def __init__(self, file: Path | None, *, clock: Clock, rotation: Rotation) -> None:
        self._file, self._clock, self.rotation = file, clock, rotation
        self._stored = TypeAdapter(dict[str, _Grant])
        self._grants = self._stored.validate_json(file.read_bytes()) if file is not None and file.exists() else {}

    def issue(self, login: Login) -> str:
        """A refresh token for a login."""
        token = secrets.token_urlsafe(48)
        self._grants[_digest(token)] = _Grant(login, self._clock())
        self._save()
        return token

    def use(self, token: str) -> tuple[Login, str | None]:
        """The login behind a token, and the token that replaces it, None where it stays. Raises `RefusedTokenError`."""
        grant, now = self._grants.get(_digest(token)), self._clock()
        if grant is None or now >= grant.created_at + _LIFETIME:
            raise RefusedTokenError(reused=False)
        if not self.rotation.enabled:
            return grant.login, None
        if grant.rotated_at is not None and now >= grant.rotated_at + self.rotation.grace:
            self.revoke(token)
            raise RefusedTokenError(reused=True)
        if grant.rotated_at is None:
            self._grants[_digest(token)] = replace(grant, rotated_at=now)
        return grant.login, self.issue(grant.login)

    def revoke(self, token: str) -> None:
        """End the login behind a token: every refresh token that came of it is gone."""
        grant = self._grants.get(_digest(token))
        if grant is None:
            return
        origin = grant.login.origin_jti
        self._grants = {key: one for key, one in self._grants.items() if one.login.origin_jti != origin}
        self._save()

    def _save(self) -> None:
        now = self._clock()
        self._grants = {key: one for key, one in self._grants.items() if now < one.created_at + _LIFETIME}
        if self._file is None:
            return
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self._file.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(self._stored.dump_json(self._grants))
        beside.replace(self._file)


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
