"""The audit log of authentication: events without secrets."""

from .logging import EventLog

_ALARMING = frozenset({"refresh_reuse", "subject_changed", "callback_refused", "csrf_refused", "misconfigured"})


class AuditLog:
    """Events as lines of the process's log, `logger: auth.audit`. Fields hold no token, code, cookie or password."""

    def __init__(self) -> None:
        self._log = EventLog("auth.audit")

    def record(self, event: str, **fields: str) -> None:
        """Write one event; an alarming one as a warning."""
        write = self._log.warning if event in _ALARMING else self._log.info
        write(event, **fields)
