"""The command `token` prints an access token of the local issuer."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ..auth.config import client_ids, endpoints
from ..project import Person, Project
from ..settings import Settings, SettingsError, load_settings
from .issuer.grants import Mint, account_of, any_account
from .issuer.keys import KeyRing
from .local import ISSUER_FOLDER

_USAGE = 2


class NotLocalError(Exception):
    """There is no local issuer: the settings name another one, or this is production."""


def print_token(arguments: Sequence[str], project: Project) -> int:
    """The command; 0 with a token on standard output, 1 where there can be none, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="token", description="Print a token of the local issuer.")
    first = project.people[0].username if project.people else "me"
    parser.add_argument("--user", default=first, help="user name or id of the project's people, or any other id")
    parser.add_argument("--id", action="store_true", help="an ID token in place of an access token")
    parser.add_argument("--seconds", type=int, default=24 * 3600, help="how long it lives, at most a day")
    parser.add_argument("--rotate", action="store_true", help="let the issuer sign with new keys from now on")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings(project.settings_prefix)
        if options.rotate:
            _ring(settings, ISSUER_FOLDER).rotate()
        token = make_token(settings, options.user, seconds=options.seconds, id_token=options.id, people=project.people)
    except (SettingsError, NotLocalError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The keys of the local issuer cannot be kept in {ISSUER_FOLDER}: {error.strerror}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return _USAGE
    print(token)
    return 0


def make_token(
    settings: Settings,
    user: str,
    *,
    seconds: int,
    people: Sequence[Person],
    id_token: bool = False,
    folder: Path = ISSUER_FOLDER,
) -> str:
    """A token for one of `people` by name or id, or for any other id. Raises `NotLocalError`, or ValueError."""
    ring = _ring(settings, folder)
    if not 0 < seconds <= 24 * 3600:
        raise ValueError("--seconds: a token lives for one second to one day")
    account = account_of(people, user) or any_account(user)
    if account is None:
        raise ValueError("--user: neither a seeded user nor an id")
    mint = Mint(endpoints(settings).issuer, client_ids(settings)[0], ring, time.time, seconds)
    login = mint.begin(account)
    return mint.id(login) if id_token else mint.access(login)


def _ring(settings: Settings, folder: Path) -> KeyRing:
    if settings.production:
        raise NotLocalError(f"{settings.variable('environment')}=production: the local issuer makes no tokens here")
    if not settings.local_issuer:
        raise NotLocalError(
            "COGNITO_USER_POOL_ID, COGNITO_ISSUER or COGNITO_JWKS_URL name another issuer: log in there"
        )
    return KeyRing(folder / "keys")
