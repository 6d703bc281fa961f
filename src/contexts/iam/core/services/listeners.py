"""Who wants to hear in this process that a user changed (a cache of users, for one)."""

from collections.abc import Callable
from threading import Lock

type Listener = Callable[[str], None]

_lock = Lock()
_listeners: tuple[Listener, ...] = ()


def on_user_changed(callback: Listener) -> Callable[[], None]:
    """Call `callback(user_id)` after every committed change of a user; returns what ends that."""
    global _listeners
    with _lock:
        _listeners = (*_listeners, callback)

    def unsubscribe() -> None:
        global _listeners
        with _lock:
            _listeners = tuple(one for one in _listeners if one is not callback)

    return unsubscribe


def tell_listeners(user_id: str) -> None:
    """Call every listener."""
    for listener in _listeners:
        listener(user_id)
