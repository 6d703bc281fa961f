"""The people who can log in to the local issuer: those that the project names, or any id where it names none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest

from ...project import Person

# Public knowledge: the issuer refuses to run in production.
LOCAL_PASSWORD = "local-password"  # noqa: S105
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@|+-]{0,127}")


@dataclass(frozen=True, slots=True)
class Accounts:
    """All accounts share one password, if they have any."""

    people: Sequence[Person] = ()
    password: str = LOCAL_PASSWORD

    def named(self, name: str) -> Person | None:
        """The account of a user name or an id."""
        if not self.people:
            return person_of(name)
        return next((person for person in self.people if name in (person.username, person.sub)), None)

    def log_in(self, name: str, password: str) -> Person | None:
        """The account, if that is its password."""
        right = compare_digest(password.encode(), self.password.encode())
        return self.named(name) if right else None


def person_of(name: str) -> Person | None:
    """The account of any id; None for a text that is no id."""
    return Person(name, name) if _ID.fullmatch(name) else None


def login_words(people: Sequence[Person]) -> str:
    """Who can log in, and with which password."""
    names = " or ".join(f"`{person.username}`" for person in people) or "any user id"
    return f"Log in as {names}; the password is `{LOCAL_PASSWORD}`."
