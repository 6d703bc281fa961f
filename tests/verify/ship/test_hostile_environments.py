"""The quick suite does not depend on the machine: the part that starts servers, in five environments.

Each is a pytest of its own with two workers, as `make test` is. `SLICE` (paths with blanks between) names another part.
"""

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.environment import GIVEN
from tests.support.postgres import ROOT, data_folder

pytestmark = pytest.mark.alone

_SLICE = """
    tests/unit/lambdatwin/test_settings.py tests/unit/lambdatwin/auth/test_guards_and_endpoints.py
    tests/unit/project/test_structure.py tests/unit/codegen/test_command_line.py tests/unit/onboarding/test_signature.py
    tests/integration/onboarding/test_typeform.py tests/integration/shared_kernel/test_migrating_command.py
    tests/integration/shared_kernel/test_seed.py tests/integration/lambdatwin/auth/test_local_login.py
    tests/integration/lambdatwin/auth/test_tables.py tests/integration/lambdatwin/faults/test_neighbours.py
    tests/integration/lambdatwin/parity/test_foreign_settings.py tests/integration/lambdatwin/test_installed_command.py
    tests/integration/lambdatwin/test_two_apps.py tests/integration/lambdatwin/test_without_database.py
    tests/e2e/test_refused_starts.py tests/e2e/test_server.py tests/e2e/test_log.py
    tests/e2e/test_foreign_development.py
"""
_NOBODY = "http://127.0.0.1:9"
_PROXIES = {f"{scheme}_PROXY": _NOBODY for scheme in ("HTTP", "HTTPS")} | {"ALL_PROXY": "socks5://127.0.0.1:9"}
_ENVIRONMENTS: dict[str, dict[str, str]] = {
    "the port is taken": {},
    "dead proxies": _PROXIES | {name.lower(): value for name, value in _PROXIES.items()},
    "exported settings": {
        "COGNITO_USER_POOL_ID": "eu-west-1_Ab12Cd34E",
        "COGNITO_CLIENT_ID": "exported",
        "COGNITO_CLIENT_SECRET": "exported",
        "COGNITO_DOMAIN": "exported.auth.eu-west-1.amazoncognito.com",
        "COGNITO_ISSUER": "https://exported.example",
        "CORS_ALLOW_ORIGINS": "https://exported.example",
        "DATABASE_URL": "nonsense",
        "ENVIRONMENT": "production",
        "LAMBDATWIN_ENVIRONMENT": "production",
        "HOST": "192.0.2.1",
        "PORT": "8000",
        "LOG_LEVEL": "CRITICAL",
        "GATEWAY_STAGE": "exported",
        "SESSION_SECRET": "short",
        "TYPEFORM_API_KEY": "exported",
        "TYPEFORM_BASE_URL": _NOBODY,
        "PGHOST": "192.0.2.1",
        "PGPORT": "1",
        "PGUSER": "exported",
        "PGDATABASE": "exported",
        "AWS_LAMBDA_FUNCTION_NAME": "exported",
        "AWS_PROFILE": "exported",
        "RAILWAY_PROJECT_ID": "exported",
        "NO_COLOR": "1",
        "FORCE_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    },
    "another language and time zone": {"TZ": "Pacific/Chatham", "LC_ALL": "C"},
    "a second clone": {},
}


def begun(folder: Path, log: Path, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    """The slice, in this folder."""
    chosen = GIVEN.get("SLICE", _SLICE).split()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *chosen]
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=folder, env=GIVEN | variables, stdout=output, stderr=subprocess.STDOUT)


@pytest.fixture
def clone() -> Iterator[Path]:
    """What a second clone holds, without a history, an environment and what runs have left."""
    left_out = shutil.ignore_patterns(".git", ".venv", ".local", ".*cache", "node_modules")
    # Not pytest's own: the embedded PostgreSQL of root runs as another user, who may not enter that.
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        made = Path(shutil.copytree(ROOT, Path(name) / "clone", ignore=left_out))
        yield made
        shutil.rmtree(data_folder(made), ignore_errors=True)


@pytest.mark.parametrize("name", _ENVIRONMENTS)
def test_the_slice_is_green(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folders = [ROOT, request.getfixturevalue("clone")] if name == "a second clone" else [ROOT]
    started = time.monotonic()
    with contextlib.ExitStack() as held:
        if name == "the port is taken":
            for host in ("127.0.0.1", "::1"):
                with contextlib.suppress(OSError):  # another one has it: as good
                    family = socket.AF_INET6 if ":" in host else socket.AF_INET
                    held.enter_context(socket.create_server((host, 8000), family=family))
        logs = [tmp_path / f"{number}.log" for number in range(len(folders))]
        runs = [begun(folder, log, _ENVIRONMENTS[name]) for folder, log in zip(folders, logs, strict=True)]
        codes = [run.wait() for run in runs]
    said = [log.read_text(encoding="utf-8", errors="replace") for log in logs]
    summary = "; ".join(text.strip().rpartition("\n")[2].strip("= ") for text in said)
    print(f"\n{name}: {time.monotonic() - started:.0f} s: {summary}")
    assert codes == [0] * len(folders), "\n".join(text[-8000:] for text in said)
