"""Users in front of IAM, for a short time: a role change is seen at once here, and within the time elsewhere."""

from typing import Protocol

from ..observing import Meter
from ..verifier import Clock
from .bounded import Bounded


class Users[User](Protocol):
    """IAM's internal endpoint: the user with his roles in one context, None for a stranger; raises if it cannot say."""

    async def get_user(self, user_id: str, caller_context: str) -> User | None: ...


class CachedUsers[User]:
    """A provider of users with a memory. Errors and strangers are not kept; `seconds=0` keeps nobody.

    `clock` is monotonic, in seconds.
    """

    def __init__(self, users: Users[User], *, seconds: float, clock: Clock, meter: Meter, most: int = 10_000) -> None:
        self._users, self._seconds, self._clock, self._meter = users, seconds, clock, meter
        self._kept: Bounded[tuple[str, str], User] = Bounded(most)
        self._forgotten = 0

    async def get_user(self, user_id: str, caller_context: str) -> User | None:
        """The user as `caller_context` knows him."""
        key = (user_id, caller_context)
        user = self._kept.get(key, self._clock())
        self._meter.count("auth_user_cache", "miss" if user is None else "hit")
        if user is not None:
            return user
        before = self._forgotten
        user = await self._users.get_user(user_id, caller_context)
        # An answer that was on its way while somebody's roles changed may be the old one.
        if user is not None and self._seconds > 0 and before == self._forgotten:
            now = self._clock()
            self._kept.put(key, user, now, now + self._seconds)
        return user

    def forget(self, user_id: str) -> None:
        """Drop the user in every context: his roles changed, or he is gone."""
        self._forgotten += 1
        self._kept.discard(*(key for key in self._kept.keys() if key[0] == user_id))  # noqa: SIM118 - no mapping
