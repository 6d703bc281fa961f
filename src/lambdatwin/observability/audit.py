"""What authentication reports: counters for the metrics, and an audit log of events without secrets."""

from collections import Counter
from threading import Lock
from typing import Protocol

from .logging import EventLog


class Meter(Protocol):
    """Counts; the shell maps it to Prometheus. `name` is one of `COUNTERS`, `label` one of few words."""

    def count(self, name: str, label: str) -> None: ...


COUNTERS = (
    "auth_outcomes",  # accepted, or a Reason
    "auth_verdict_cache",  # hit, miss
    "auth_user_cache",  # hit, miss
    "auth_jwks_fetches",  # ok, failed
    "auth_refreshes",  # refreshed, shared, refused, unavailable
    "auth_deny_list_reads",  # ok, failed
)


class MemoryMeter:
    """Counts in memory: for tests, and where no metrics are wanted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def count(self, name: str, label: str) -> None:
        with self._lock:
            self._counts[name, label] += 1

    def of(self, name: str, label: str) -> int:
        """How often this was counted."""
        return self._counts[name, label]


class Audit(Protocol):
    """Audit log of authentication events. Fields never hold a token, a code, a cookie or a password."""

    def record(self, event: str, **fields: str) -> None: ...


class LogAudit:
    """The audit log as lines of the process's log, `logger: auth.audit`."""

    def __init__(self) -> None:
        self._log = EventLog("auth.audit")

    def record(self, event: str, **fields: str) -> None:
        write = self._log.warning if event in _ALARMING else self._log.info
        write(event, **fields)


_ALARMING = frozenset({"refresh_reuse", "subject_changed", "callback_refused", "csrf_refused", "misconfigured"})
