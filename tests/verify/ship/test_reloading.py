"""While a developer saves: no request is refused when servers change places, and a new migration is applied."""

import http.client
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.development import Development, copy_of_the_repository, development

pytestmark = pytest.mark.alone

_HANDLER = "src/contexts/products_catalog/aws_lambda/fetch_product_source_name.py"
_STATUS = ('"statusCode": 200', '"statusCode": 203')
_MIGRATION = '''"""A table that nobody asks for."""

from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    """Create it."""
    op.execute("CREATE TABLE iam.probe (id text PRIMARY KEY)")
'''
_RELOADS = 10
_ASKING = 4


@pytest.fixture
def running() -> Iterator[Development]:
    # Not pytest's own folder: the embedded PostgreSQL of root runs as another user, who may not enter that.
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        with development(copy_of_the_repository(Path(name))) as server:
            server.log_in()
            yield server
            server.interrupt()


class Asking(threading.Thread):
    """Asks on a new connection each time until told to end; keeps what went wrong."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._address = url.removeprefix("http://")
        self._ended = threading.Event()
        self.answered, self.slowest, self.failures = 0, 0.0, list[str]()

    def run(self) -> None:
        while not self._ended.is_set():
            begun = time.monotonic()
            connection = http.client.HTTPConnection(self._address, timeout=20)
            try:
                connection.request("GET", "/health")
                status = connection.getresponse().status
                if status != 200:
                    self.failures.append(str(status))
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
            finally:
                connection.close()
            self.answered += 1
            self.slowest = max(self.slowest, time.monotonic() - begun)

    def end(self) -> None:
        self._ended.set()
        self.join()


def test_no_request_is_refused_while_servers_change_places(running: Development) -> None:
    asking = [Asking(running.url) for _ in range(_ASKING)]
    for one in asking:
        one.start()
    try:
        for number in range(_RELOADS):
            running.edit(_HANDLER, *(_STATUS if number % 2 == 0 else reversed(_STATUS)))
            running.await_line("reloaded in")
    finally:
        for one in asking:
            one.end()
    failures = [failure for one in asking for failure in one.failures]
    print(
        f"reloading: {_RELOADS} reloads under {sum(one.answered for one in asking)} requests, {len(failures)} failed, "
        f"slowest {max(one.slowest for one in asking):.2f} s"
    )
    assert failures == []


def test_a_new_migration_is_applied_before_its_server_serves(running: Development) -> None:
    versions = running.folder / "src/migrations/versions"
    head, new = max(path.stem for path in versions.glob("[0-9]*.py")), versions / "9999_probe.py"
    new.write_text(_MIGRATION.format(head="nothing"), encoding="utf-8")
    running.await_line("no chain")
    running.await_line("Not reloaded")
    assert running.get("/product-sources").status_code == 200
    new.write_text(_MIGRATION.format(head=head), encoding="utf-8")
    running.await_line("reloaded in")
    ready = running.get("/health/ready")
    assert (ready.status_code, ready.json()["failed"]) == (200, [])
