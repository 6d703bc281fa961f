"""The audit log of authentication: lines of the process's log, `logger: auth.audit`, without secrets."""

from .logging import EventLog

_ALARMING = frozenset({"refresh_reuse", "subject_changed", "callback_refused", "csrf_refused"})
_LOG = EventLog("auth.audit")


def record(event: str, **fields: str) -> None:
    """Write one event, an alarming one as a warning. Fields hold no token, code, cookie or password."""
    write = _LOG.warning if event in _ALARMING else _LOG.info
    write(event, **fields)
