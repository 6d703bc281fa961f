"""Refresh tokens of the local issuer: rotation, reuse detection, grace, revocation. Kept in a file, so that logins
outlive the development server's restarts."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from enum import Enum, auto
from hashlib import sha256
from pathlib import Path

from ...auth.claims import Clock
from ...project import Person
from .minting import Login

_LIFETIME = 30 * 24 * 3600


class Refusal(Enum):
    """Why a refresh token is refused."""

    UNKNOWN = auto()
    REUSED = auto()


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
        self._grants: dict[str, _Grant] = {}
        if file is not None and file.exists():
            stored = json.loads(file.read_text())
            self._grants = {digest: _grant(fields) for digest, fields in stored.items()}

    def issue(self, login: Login) -> str:
        """A refresh token for a login."""
        token = secrets.token_urlsafe(48)
        self._grants[_digest(token)] = _Grant(login, self._clock())
        self._save()
        return token

    def use(self, token: str) -> tuple[Login, str | None] | Refusal:
        """The login behind a token, and the token that replaces it, None where it stays."""
        grant, now = self._grants.get(_digest(token)), self._clock()
        if grant is None or now >= grant.created_at + _LIFETIME:
            return Refusal.UNKNOWN
        if not self.rotation.enabled:
            return grant.login, None
        if grant.rotated_at is not None and now >= grant.rotated_at + self.rotation.grace:
            self.revoke(token)
            return Refusal.REUSED
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
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump({digest: asdict(grant) for digest, grant in self._grants.items()}, out)
        beside.replace(self._file)


def _grant(fields: dict[str, object]) -> _Grant:
    login = dict(fields["login"])  # type: ignore[call-overload]
    account = login["account"]
    login["account"] = Person(account["sub"], account["username"], tuple(account["groups"]))
    return _Grant(Login(**login), float(str(fields["created_at"])), _optional(fields["rotated_at"]))


def _optional(value: object) -> float | None:
    return None if value is None else float(str(value))


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
