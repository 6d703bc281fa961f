"""How long a developer waits: first answer of a start, a save until its answer, Ctrl-C until the end; and the memory.

The limits are for a machine of one's own. Where others use the cores, they are stretched by what a plain computation
takes longer than its own CPU time.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.support.development import Development, contention, copy_of_the_repository, development

_HANDLER = "src/contexts/products_catalog/aws_lambda/fetch_product_source_name.py"
_SCHEMA = "src/contexts/products_catalog/core/adapters/api_schemas/product.py"
_STATUS = ('"statusCode": 200', '"statusCode": 203')
_FIELD = ("\n    brand_id:", "\n    probed: int = 1\n    brand_id:")
_ROUNDS = 4


def saved(server: Development, change: Callable[[], object], path: str, shows: Callable[[str], bool]) -> float:
    """Seconds from a save until an answer shows it."""
    begun = time.monotonic()
    change()
    server.await_answer(path, lambda answer: shows(f"{answer.status_code} {answer.text}"))
    seconds = time.monotonic() - begun
    server.await_line("reloaded in")
    return seconds


def there_and_back(
    server: Development, file: str, change: tuple[str, str], path: str, sign: str
) -> tuple[float, float]:
    """Seconds until an answer shows a change, and until it no longer does after the undoing."""
    undo: list[Callable[[], None]] = []
    shown = saved(server, lambda: undo.append(server.edit(file, *change)), path, lambda text: sign in text)
    return shown, saved(server, undo.pop(), path, lambda text: sign not in text)


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
        yield copy_of_the_repository(Path(name))


def test_waiting_times(folder: Path) -> None:
    with development(folder) as server:
        server.log_in()
        server.interrupt()
    begun = time.monotonic()
    with development(folder) as server:
        server.log_in()
        assert server.get("/product-sources").status_code == 200
        started = time.monotonic() - begun
        handlers: list[float] = []
        schemas: list[float] = []
        for _ in range(_ROUNDS):
            handlers += there_and_back(server, _HANDLER, _STATUS, "/product-sources", "203 ")
            schemas += there_and_back(server, _SCHEMA, _FIELD, "/openapi.json", '"probed"')
        resident = resident_megabytes(server)
        ended = server.interrupt()
    factor = contention()
    handler, schema = statistics.median(handlers), statistics.median(schemas)
    print(
        f"development: start {started:.1f} s, saved handler {handler:.2f} s, saved schema {schema:.2f} s, "
        f"Ctrl-C {ended:.1f} s, RSS {' + '.join(f'{one:.0f}' for one in resident)} MB; "
        f"cores shared by a factor of {factor:.1f}"
    )
    assert started < 5 * factor
    assert handler < 1.5 * factor
    assert schema < 1.5 * factor
    assert ended < 2 * factor
