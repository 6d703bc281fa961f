"""A newcomer's first ten minutes, in a clone with nothing installed, and how long each step takes.

The seconds are printed, not limited: they are the machine's. Where others use the cores, so is the factor by which a
plain computation takes longer than its own CPU time.
"""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.e2e.test_development import probe
from tests.support.development import Development, contention, development
from tests.support.environment import GIVEN
from tests.support.postgres import ROOT
from tests.support.server import clean_environment
from tests.verify.ship.browser import browser
from tests.verify.ship.test_docs_in_chromium import execute, log_in

pytestmark = pytest.mark.alone

_MAKE, _DEV = ("make",), ("-s", "dev")
_INSTALLING = 900.0
_HANDLER = "src/contexts/products_catalog/aws_lambda/fetch_product_source_name.py"
_SCHEMA = "src/contexts/products_catalog/core/adapters/api_schemas/product.py"
_STATUS = ('"statusCode": 200', '"statusCode": 203')
_FIELD = ("\n    brand_id:", "\n    probed: int = 1\n    brand_id:")
_ROUNDS = 3
_TEST = "tests/e2e/test_server.py::test_health_and_metrics"


@dataclass(slots=True)
class Times:
    """The seconds of each step, in the order of the steps."""

    seconds: dict[str, float] = field(default_factory=dict)
    _begun: float = field(default_factory=time.monotonic)

    def step(self, name: str) -> float:
        """Ends a step: the seconds since the end of the one before it."""
        now = time.monotonic()
        self.seconds[name] = now - self._begun
        self._begun = now
        return self.seconds[name]

    def __str__(self) -> str:
        return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())


def saved(server: Development, change: Callable[[], object], path: str, shows: Callable[[str], bool]) -> float:
    """Seconds from a save until an answer shows it."""
    begun = time.monotonic()
    change()
    server.await_answer(path, lambda answer: shows(f"{answer.status_code} {answer.text}"))
    seconds = time.monotonic() - begun
    server.await_line("reloaded in")
    return seconds


def there_and_back(server: Development, file: str, change: tuple[str, str], path: str, sign: str) -> list[float]:
    """Seconds until an answer shows a change, and until it no longer does after the undoing."""
    undo: list[Callable[[], None]] = []
    shown = saved(server, lambda: undo.append(server.edit(file, *change)), path, lambda text: sign in text)
    return [shown, saved(server, undo.pop(), path, lambda text: sign not in text)]


def resident_megabytes(server: Development) -> list[float]:
    """RSS of each process of `make dev`, the largest first."""
    command = psutil.Process(server.process.pid)
    processes = (command, *command.children(recursive=True))
    return sorted((process.memory_info().rss / 2**20 for process in processes), reverse=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own: the embedded PostgreSQL of root runs as another user, who may not enter that."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def newcomers(folder: Path) -> dict[str, str]:
    """The variables of a machine on which nothing of this repository was ever used; packages come from where they
    always do."""
    kept = ("PIP_", "UV_", "SSL_", "PYENV_ROOT", "HTTP", "http", "NO_PROXY", "no_proxy")
    home = folder / "home"
    home.mkdir()
    return {name: value for name, value in GIVEN.items() if name.startswith(kept)} | {"HOME": str(home)}


def curl(server: Development) -> str:
    """What the banner's own curl prints, in the shell of the clone."""
    line = server.await_line(r"Try +(curl .+)\n", _INSTALLING).group(1)
    server.seen = 0  # `log_in` reads the same line
    command = line.replace("curl ", "curl -sS --noproxy '*' -w '%{http_code}' ", 1)
    return subprocess.check_output(["sh", "-c", command], cwd=server.folder, env=clean_environment(), text=True)


def test_the_first_minutes(folder: Path) -> None:
    times, clone, machine = Times(), folder / "clone", newcomers(folder)
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
    times.step("clone")
    with development(clone, program=_MAKE, command=_DEV, **machine) as server:
        assert curl(server).endswith("200")
        times.step("make dev and curl")
        server.log_in()
        in_the_browser(server, folder)
        times.step("login and two operations in Chromium")
        edited(server)
        times.step("edited, broken, mended")
        new_endpoint(server)
        times.step("a new endpoint")
        beside = subprocess.run(
            [".venv/bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider", _TEST],
            cwd=clone,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert beside.returncode == 0, beside.stdout
        times.step("a test beside")
        server.interrupt()
    times.step("Ctrl-C")
    with development(clone, program=_MAKE, command=_DEV, **machine) as server:
        assert curl(server).endswith("200")
        times.step("make dev again")
        server.log_in()
        handlers = [
            s for _ in range(_ROUNDS) for s in there_and_back(server, _HANDLER, _STATUS, "/product-sources", "203 ")
        ]
        schemas = [
            s for _ in range(_ROUNDS) for s in there_and_back(server, _SCHEMA, _FIELD, "/openapi.json", '"probed"')
        ]
        resident = resident_megabytes(server)
        ended = server.interrupt()
    factor = contention()
    handler, schema = statistics.median(handlers), statistics.median(schemas)
    print(
        f"\nfirst minutes: {times}\n"
        f"development: saved handler {handler:.2f} s, saved schema {schema:.2f} s, Ctrl-C {ended:.1f} s, "
        f"RSS {' + '.join(f'{one:.0f}' for one in resident)} MB; cores shared by a factor of {factor:.1f}"
    )


def in_the_browser(server: Development, folder: Path) -> None:
    with browser(folder) as page:
        page.open(f"{server.url}/docs")
        page.find(".opblock")
        log_in(page)
        status, body = execute(page, "products_catalog_fetch_product")
        assert status == 200, body
        status, body = execute(page, "recipes_catalog_meal_create_meal")
        assert status == 201, body


def edited(server: Development) -> None:
    """A handler answers otherwise, is broken, which is told with its place, and is mended."""
    there_and_back(server, _HANDLER, _STATUS, "/product-sources", "203 ")
    mend = server.edit(_HANDLER, "async def async_handler(", "async def async_handler((")
    server.await_line(rf"{_HANDLER}:\d+:\d+: error CG\d+")
    server.await_line("The last good one goes on serving")
    assert server.get("/product-sources").status_code == 200
    mend()
    there_and_back(server, _HANDLER, _STATUS, "/product-sources", "203 ")


def new_endpoint(server: Development) -> None:
    file = server.folder / "src/contexts/products_catalog/aws_lambda/probe.py"
    file.write_text(probe('word = "new"'), encoding="utf-8")
    server.await_answer("/probe", lambda answer: answer.text == '{"probe": "new"}')
    # Until the old server has stopped, either may answer.
    server.await_answer("/openapi.json", lambda answer: "/probe" in answer.json()["paths"])
    check = subprocess.run(
        [".venv/bin/python", "-m", "codegen", "check"], cwd=server.folder, env=clean_environment(), check=False
    )
    assert check.returncode == 0
