"""The processes of the fault suite."""

from tests.integration.lambdatwin.faults.conftest import cluster, issuer, token

__all__ = ["cluster", "issuer", "token"]
