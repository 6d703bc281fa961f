"""How often a property is tried: with few examples, the same ones each time; `make verify` tries many others."""

from hypothesis import HealthCheck, settings

# Loaded before the tests are imported: each keeps the profile that it finds.
settings.register_profile("thorough", max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("quick", settings.get_profile("thorough"), max_examples=15, derandomize=True, database=None)
settings.load_profile("quick")
