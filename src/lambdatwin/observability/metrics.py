"""Prometheus metrics of one app; nothing is registered globally, so two apps in a process do not mix."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import accumulate
from threading import Lock
from typing import Protocol

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0, 30.0)
_AUTH = {
    "auth_outcomes": "Verdicts on requests for protected routes: accepted, or why not.",
    "auth_jwks_fetches": "Fetches of the issuer's keys.",
    "auth_refreshes": "Refreshes of sessions.",
    "auth_deny_list_reads": "Reads of the deny-list.",
}


class Pool(Protocol):
    """The figures of a connection pool."""

    def size(self) -> int: ...
    def checkedout(self) -> int: ...
    def overflow(self) -> int: ...


class _Durations:
    """One series of the histogram: how many fell into each bucket, and their sum in seconds."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(_SECONDS) + 1)
        self.seconds = 0.0


class Metrics:
    """Request latency by route and status, errors by type, authentication outcomes, cache hits, pool use.

    Every request is counted several times, so the counters are plain numbers; prometheus_client formats them when
    /metrics is read.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._durations: dict[tuple[str, str, int], _Durations] = {}
        self._errors: Counter[tuple[str, int]] = Counter()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()
        self.registry.register(_Collector(self._families))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """One finished request. `route` is the template, so the number of series is bounded."""
        key = (method, route, status)
        with self._lock:
            series = self._durations.get(key)
            if series is None:
                series = self._durations[key] = _Durations()
            series.counts[bisect_left(_SECONDS, seconds)] += 1
            series.seconds += seconds

    def error(self, error_type: str, status: int) -> None:
        """One documented error body."""
        with self._lock:
            self._errors[error_type, status] += 1

    def count(self, name: str, label: str) -> None:
        """One event of authentication; see `observability.audit.COUNTERS`."""
        with self._lock:
            self._counts[name, label] += 1

    def watch_pool(self, pool: Callable[[], Pool | None]) -> None:
        """Report the pool's use; it is read with each request to /metrics."""
        self.registry.register(_Collector(lambda: _pool_use(pool())))

    def watch_handlers(self, running: Callable[[], int]) -> None:
        """Report how many handlers run; `running` is called with each request to /metrics."""
        Gauge("handlers_running", "Handlers that run right now.", registry=self.registry).set_function(running)

    def exposition(self) -> bytes:
        """The text format of Prometheus."""
        return generate_latest(self.registry)

    def _families(self) -> Iterator[Metric]:
        latency = HistogramMetricFamily(
            "http_request_duration_seconds",
            "Time from the first byte read to the last byte handed to the server.",
            labels=("method", "route", "status"),
        )
        bounds = [str(bound) for bound in _SECONDS] + ["+Inf"]
        with self._lock:
            for (method, route, status), series in self._durations.items():
                buckets = list(zip(bounds, accumulate(series.counts), strict=True))
                latency.add_metric((method, route, str(status)), buckets, series.seconds)
        yield latency
        errors = CounterMetricFamily("http_errors", "Error bodies by type.", labels=("error_type", "status"))
        for (error_type, status), number in self._copy(self._errors).items():
            errors.add_metric((error_type, str(status)), number)
        yield errors
        yield from self._authentication()

    def _authentication(self) -> Iterator[Metric]:
        families = {name: CounterMetricFamily(name, words, labels=("outcome",)) for name, words in _AUTH.items()}
        caches = CounterMetricFamily("cache_lookups", "Look-ups of the caches.", labels=("cache", "outcome"))
        for (name, label), number in self._copy(self._counts).items():
            if name in families:
                families[name].add_metric((label,), number)
            else:
                caches.add_metric((name.removeprefix("auth_").removesuffix("_cache"), label), number)
        yield from families.values()
        yield caches

    def _copy[K](self, counter: Counter[K]) -> Counter[K]:
        with self._lock:
            return counter.copy()


class _Collector:
    """The collector interface of prometheus_client."""

    def __init__(self, families: Callable[[], Iterator[Metric]]) -> None:
        self.collect = families


def _pool_use(pool: Pool | None) -> Iterator[Metric]:
    if pool is None:
        return
    figures = {"size": pool.size(), "in_use": pool.checkedout(), "overflow": max(0, pool.overflow())}
    for name, value in figures.items():
        yield GaugeMetricFamily(f"database_pool_{name}", f"Connections: {name}.", value=value)
