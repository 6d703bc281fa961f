"""schemathesis against a running server, over the OpenAPI document that the server itself serves."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import Server

_CONFIG = Path(__file__).with_name("schemathesis.toml")
# An unknown method gets the gateway's 403 without Allow; and a handler may accept more than it documents.
_NOT_OURS = "unsupported_method,allow_header_conformance,negative_data_rejection"


@dataclass(frozen=True, slots=True)
class Report:
    """What schemathesis said. `links` are those between operations that it has followed."""

    passed: bool
    cases: int
    links: int
    text: str


def fuzz(server: Server, authorization: str, *, examples: int, seed: int, phases: str) -> Report:
    """Run all checks but three on what handlers answer; `examples` is per operation and phase."""
    finished = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(_CONFIG), "run"),
            *(f"{server.url}/openapi.json", "--header", f"Authorization: {authorization}"),
            # A logout would end the login that all requests are sent with.
            *("--exclude-path-regex", "^/(auth|health)"),
            *("--exclude-checks", _NOT_OURS, "--continue-on-failure", "--suppress-health-check", "all"),
            *("--seed", str(seed), "--max-examples", str(examples), "--phases", phases, "--no-color"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    cases, links = (re.search(rf"(\d+) {word}", finished.stdout) for word in ("generated", "covered"))
    return Report(
        finished.returncode == 0,
        int(cases[1]) if cases else 0,
        int(links[1]) if links else 0,
        finished.stdout + finished.stderr,
    )
