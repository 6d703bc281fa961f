"""Prometheus metrics of one app; nothing is registered globally, so two apps in a process do not mix."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

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


class Metrics:
    """Request latency by route and status, errors by type, authentication outcomes, cache hits, pool use."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._latency = Histogram(
            "http_request_duration_seconds",
            "Time from the first byte read to the last byte handed to the server.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._errors = self._counter("http_errors", "Error bodies by type.", "error_type", "status")
        self._auth = {name: self._counter(name, words, "outcome") for name, words in _AUTH.items()}
        self._caches = self._counter("cache_lookups", "Look-ups of the caches.", "cache", "outcome")
        # A labelled child is looked up on each request; prometheus_client takes a lock for that, a dict does not.
        self._series: dict[tuple[str, ...], Any] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """One finished request. `route` is the template, so the number of series is bounded."""
        key = (method, route, str(status))
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = self._latency.labels(*key)
        series.observe(seconds)

    def error(self, error_type: str, status: int) -> None:
        """One documented error body."""
        self._errors.labels(error_type, str(status)).inc()

    def count(self, name: str, label: str) -> None:
        """One event of authentication; see `auth.observing.COUNTERS`."""
        key = (name, label)
        series = self._series.get(key)
        if series is None:
            cache = name.removeprefix("auth_").removesuffix("_cache")
            counter = self._auth[name].labels(label) if name in self._auth else self._caches.labels(cache, label)
            series = self._series[key] = counter
        series.inc()

    def watch_pool(self, pool: Callable[[], Pool | None]) -> None:
        """Report the pool's use whenever somebody reads the metrics."""
        self.registry.register(_PoolCollector(pool))

    def watch_running(self, running: Callable[[], int]) -> None:
        """Report how many handlers run whenever somebody reads the metrics."""
        Gauge("handlers_running", "Handlers that run right now.", registry=self.registry).set_function(running)

    def exposition(self) -> bytes:
        """The text format of Prometheus."""
        return generate_latest(self.registry)

    def _counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Counter(name, documentation, labels, registry=self.registry)


class _PoolCollector:
    def __init__(self, pool: Callable[[], Pool | None]) -> None:
        self._pool = pool

    def collect(self) -> Iterator[GaugeMetricFamily]:
        pool = self._pool()
        if pool is None:
            return
        figures = {"size": pool.size(), "in_use": pool.checkedout(), "overflow": max(0, pool.overflow())}
        for name, value in figures.items():
            yield GaugeMetricFamily(f"database_pool_{name}", f"Connections: {name}.", value=value)
