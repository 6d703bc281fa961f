"""The plain command in production: where it listens, what it logs, and a service of others that is away."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from tests.bench.kit.issuer import Issuer
from tests.support.development import free_port
from tests.support.postgres import ROOT
from tests.support.server import clean_environment

_KEY = "tfp-swordfish"


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.fixture
def settings(seeded_database_url: str) -> Iterator[dict[str, str]]:
    """Production's; Typeform is a port where nothing listens, and a proxy on this machine is trusted."""
    with closing(Issuer()) as issuer:
        given = {
            "ENVIRONMENT": "production",
            "COGNITO_ISSUER": "",
            "DATABASE_URL": seeded_database_url,
            "FORWARDED_ALLOW_IPS": "127.0.0.1, ::1",
            "TYPEFORM_API_KEY": _KEY,
            "TYPEFORM_BASE_URL": f"http://127.0.0.1:{free_port()}",
        }
        yield clean_environment(**issuer.environment() | given)


def await_answer(url: str, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < end and process.poll() is None:
            try:
                client.get(url)
            except httpx.TransportError:
                with suppress(subprocess.TimeoutExpired):  # a moment in which it has the core for itself
                    process.wait(0.02)
                continue
            return
    raise AssertionError(f"no answer of {url}: {process.poll()}")


def test_every_network_is_served_and_the_log_tells_of_all(settings: dict[str, str], tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    hosts = ["127.0.0.1", "[::1]"] if has_ipv6() else ["127.0.0.1"]
    command = [sys.executable, "-m", "src.runtimes.fastapi.app", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=output)
    ids: dict[str, list[str]] = {}
    try:
        await_answer(f"http://127.0.0.1:{port}/health", process)
        for host in hosts:
            with httpx.Client(base_url=f"http://{host}:{port}", timeout=30) as client:
                ready = client.get("/health/ready")
                assert (ready.status_code, ready.json()["checks"]["typeform"]) == (200, "degraded"), ready.text
                for path in ("/docs", "/health", "/auth/refresh", "/auth/nothing"):
                    answer = client.request("POST" if "refresh" in path else "GET", path)
                    ids.setdefault(path, []).append(answer.headers["x-request-id"])
                headers = {"authorization": "Bearer x", "x-forwarded-for": "203.0.113.9"}
                assert client.get("/products", headers=headers).status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    written = log.read_text()
    assert _KEY not in written
    lines = [json.loads(line) for line in written.splitlines()]
    assert all(line["message"] and line["level"] in ("debug", "info", "warn", "error") for line in lines)
    started = re.match(r"(Menu planning \S+ \(production\)) started: (\d+ routes), ", lines[0]["message"])
    assert started is not None, lines[0]
    assert lines[-1]["message"] == "{} stopped: {}".format(*started.groups())
    assert [line["service"] for line in lines if line["event"] == "service_degraded"] == ["typeform"]
    assert [line["client"] for line in lines if line["event"] == "refused"] == ["203.0.113.9"] * len(hosts)
    completed = {line["correlation_id"]: line["route"] for line in lines if line["event"] == "request_completed"}
    routes = {"/docs": "/docs", "/health": "/health", "/auth/refresh": "/auth/refresh", "/auth/nothing": "unrouted"}
    assert {path: {completed[one] for one in ids[path]} for path in routes} == {p: {r} for p, r in routes.items()}
