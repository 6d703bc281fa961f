"""Callbacks of this process: after a user changed, and after a user lost all access.

A cache of users listens to the first, whatever ends logins to the second.
"""

from collections.abc import Awaitable, Callable
from threading import Lock

type Listener = Callable[[str], None]
type AsyncListener = Callable[[str], Awaitable[None]]


class Listeners[L]:
    """Callbacks that can be added and removed from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.present: tuple[L, ...] = ()

    def add(self, callback: L) -> Callable[[], None]:
        """Add a callback; returns what removes it."""
        with self._lock:
            self.present = (*self.present, callback)

        def remove() -> None:
            with self._lock:
                self.present = tuple(one for one in self.present if one is not callback)

        return remove


_changes = Listeners[Listener]()
_losses = Listeners[AsyncListener]()


def on_user_changed(callback: Listener) -> Callable[[], None]:
    """Call `callback(user_id)` after every committed change of a user; returns what ends that."""
    return _changes.add(callback)


def on_access_lost(callback: AsyncListener) -> Callable[[], None]:
    """Await `callback(user_id)` after a user was deleted or lost the last role; returns what ends that."""
    return _losses.add(callback)


def tell_change(user_id: str) -> None:
    """Call every listener to changes."""
    for listener in _changes.present:
        listener(user_id)


async def tell_loss(user_id: str) -> None:
    """Await every listener to lost access."""
    for listener in _losses.present:
        await listener(user_id)
