"""One embedded PostgreSQL for all tests of a machine, and a cheap clone of a migrated database for each test."""

import asyncio
import hashlib
import os
import shutil
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from src.lambdatwin.devtools import local_postgres

ROOT = Path(__file__).resolve().parents[2]
_MEMORY = Path("/dev/shm")
_ENOUGH = 2 << 30  # bytes
_LOCK = 7_310_001


def start_server() -> str:
    """Start the server, or join the one that runs; it stops with the last process that uses it. Returns its URL."""
    url = local_postgres.start(data_folder(ROOT))
    asyncio.run(_with_connection(url, _configure))
    return url


def data_folder(root: Path) -> Path:
    """That of a checkout. In memory where there is enough of it: two at once copy a database in 12 ms there, in 160 ms
    on a disk."""
    folder = _MEMORY / f"menu-planning-tests-{hashlib.sha256(os.fsencode(root)).hexdigest()[:10]}"
    try:
        if shutil.disk_usage(_MEMORY).free > _ENOUGH:
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)  # as root the server runs as another user
            return folder / "postgres"
    except OSError:  # no such thing here, or somebody else's
        pass
    (root / ".local").mkdir(exist_ok=True)
    return root / ".local" / "test-postgres"


def ensure_template(server_url: str, kind: str, fill: Callable[[str], Awaitable[None]]) -> str:
    """The URL of a database that `fill` has filled once for the present source of migrations and seeds."""
    name = f"template_{kind}_{_source_hash()}"
    url = with_database(server_url, name)

    async def build(admin: asyncpg.Connection) -> None:
        await admin.execute("SELECT pg_advisory_lock($1)", _LOCK)
        if await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate", name):
            return
        await _drop(admin, name)
        await admin.execute(f'CREATE DATABASE "{name}"')
        await fill(url)
        await admin.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true ALLOW_CONNECTIONS false')

    asyncio.run(_with_connection(server_url, build))
    return url


@contextmanager
def clone(server_url: str, template_url: str) -> Iterator[str]:
    """A copy of the template under a name of its own, dropped afterwards."""
    name, template = f"clone_{os.getpid()}_{uuid.uuid4().hex[:12]}", database_of(template_url)

    async def create(admin: asyncpg.Connection) -> None:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')

    async def drop(admin: asyncpg.Connection) -> None:
        await _drop(admin, name)

    asyncio.run(_with_connection(server_url, create))
    try:
        yield with_database(server_url, name)
    finally:
        asyncio.run(_with_connection(server_url, drop))


def database_of(url: str) -> str:
    """The name of the database in a URL."""
    return url.partition("?")[0].rpartition("/")[2]


def with_database(url: str, name: str) -> str:
    """The same URL with another database."""
    base, question, query = url.partition("?")
    return f"{base.rpartition('/')[0]}/{name}{question}{query}"


async def _with_connection(url: str, work: Callable[[asyncpg.Connection], Awaitable[None]]) -> None:
    connection = await asyncpg.connect(url)
    try:
        await work(connection)
    finally:
        await connection.close()


async def _configure(admin: asyncpg.Connection) -> None:
    # Test data may be lost with the power; and what a killed run left behind is dropped.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        await admin.execute(f"ALTER SYSTEM SET {setting} = off")
    # The log of changes would fill a gigabyte of the memory.
    for setting in ("min_wal_size", "max_wal_size"):
        await admin.execute(f"ALTER SYSTEM SET {setting} = '64MB'")
    await admin.execute("SELECT pg_reload_conf()")
    await admin.execute("SELECT pg_advisory_lock($1)", _LOCK)
    for row in await admin.fetch("SELECT datname FROM pg_database WHERE datistemplate AND datname LIKE 'template\\_%'"):
        if not row["datname"].endswith(_source_hash()):
            await admin.execute(f'ALTER DATABASE "{row["datname"]}" IS_TEMPLATE false')
            await _drop(admin, row["datname"])
    for row in await admin.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'clone\\_%'"):
        if not Path(f"/proc/{row['datname'].split('_')[1]}").exists() and Path("/proc/self").exists():
            await _drop(admin, row["datname"])


async def _drop(admin: asyncpg.Connection, name: str) -> None:
    await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _source_hash() -> str:
    digest = hashlib.sha256()
    for pattern in ("src/migrations/**/*.py", "src/contexts/*/core/**/*.py", "src/seed.py"):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
