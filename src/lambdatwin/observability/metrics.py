"""Prometheus metrics of one app; nothing is registered globally, so two apps in a process do not mix."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from sqlalchemy.pool import QueuePool

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0, 30.0)
_AUTH = {
    "auth_outcomes": "Verdicts on requests for protected routes: accepted, or why not.",
    "auth_jwks_fetches": "Fetches of the issuer's keys.",
    "auth_refreshes": "Refreshes of sessions.",
    "auth_deny_list_reads": "Reads of the deny-list.",
}


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
        self._errors = Counter("http_errors", "Error bodies by type.", ("error_type", "status"), registry=self.registry)
        self._auth = {name: Counter(name, words, ("outcome",), registry=self.registry) for name, words in _AUTH.items()}
        self._caches = Counter("cache_lookups", "Look-ups of the caches.", ("cache", "outcome"), registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """One finished request. `route` is the template, so the number of series is bounded."""
        self._latency.labels(method, route, str(status)).observe(seconds)

    def error(self, error_type: str, status: int) -> None:
        self._errors.labels(error_type, str(status)).inc()

    def count(self, name: str, label: str) -> None:
        """One event of authentication: one of its counters, or a look-up of the cache `auth_<cache>_cache`."""
        if name in self._auth:
            self._auth[name].labels(label).inc()
        else:
            self._caches.labels(name.removeprefix("auth_").removesuffix("_cache"), label).inc()

    def watch_pool(self, pool: "Callable[[], QueuePool]") -> None:
        self.watch("database_pool_size", "Connections: size.", lambda: pool().size())
        self.watch("database_pool_in_use", "Connections: in_use.", lambda: pool().checkedout())
        self.watch("database_pool_overflow", "Connections: overflow.", lambda: max(0, pool().overflow()))

    def watch(self, name: str, words: str, figure: Callable[[], int]) -> None:
        """Report a figure whenever the metrics are read."""
        Gauge(name, words, registry=self.registry).set_function(figure)

    def exposition(self) -> bytes:
        return generate_latest(self.registry)
