"""A mapping of bounded size whose entries end: what both caches are made of."""

from threading import Lock


class Bounded[K, V]:
    """Oldest entries go first. Safe between threads; a read takes no lock. Times are the caller's, in seconds."""

    def __init__(self, most: int) -> None:
        if most < 1:
            raise ValueError("a cache holds at least one entry")
        self._most = most
        self._lock = Lock()
        self._entries: dict[K, tuple[V, float, float]] = {}

    def get(self, key: K, now: float) -> V | None:
        """The value, unless its time is over; one from the future (a clock set back) counts as over too."""
        entry = self._entries.get(key)
        return entry[0] if entry is not None and entry[1] <= now < entry[2] else None

    def put(self, key: K, value: V, now: float, until: float) -> None:
        """Keep `value` from now until then."""
        with self._lock:
            self._entries.pop(key, None)
            while len(self._entries) >= self._most:
                del self._entries[next(iter(self._entries))]
            self._entries[key] = (value, now, until)

    def discard(self, *keys: K) -> None:
        """Forget these."""
        with self._lock:
            for key in keys:
                self._entries.pop(key, None)

    def keys(self) -> list[K]:
        """All keys, those whose time is over too."""
        with self._lock:
            return list(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
