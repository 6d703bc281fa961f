from contextvars import ContextVar

_trace = ContextVar('trace', default='-')


def start(trace_id):
    _trace.set(trace_id)


def current():
    return _trace.get()
