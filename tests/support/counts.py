"""Metrics whose counters a test may read."""

from src.lambdatwin.observability.metrics import Metrics


class Counts(Metrics):
    """The metrics of an app."""

    def of(self, name: str, label: str) -> int:
        """How often this was counted."""
        cache = name.removeprefix("auth_").removesuffix("_cache")
        found = self.registry.get_sample_value(f"{name}_total", {"outcome": label})
        looked_up = self.registry.get_sample_value("cache_lookups_total", {"cache": cache, "outcome": label})
        return int(found or looked_up or 0)
