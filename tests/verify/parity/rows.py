"""The rows of a database: a fingerprint of all of them, and a way back to how they were."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import asyncpg

_TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'snapshot') ORDER BY 1
"""


class Database:
    """A connection of one's own to a database that a runtime works on."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._connection = self._runner.run(asyncpg.connect(self._url))
        self._tables: Sequence[str] = [row[0] for row in self._runner.run(self._connection.fetch(_TABLES))]
        copies = (f"CREATE TABLE snapshot.t{number} AS TABLE {table}" for number, table in enumerate(self._tables))
        self._execute("CREATE SCHEMA snapshot", *copies)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()

    def restore(self) -> None:
        """All rows as they were at the beginning. Triggers and foreign keys rest meanwhile."""
        statements = []
        for number, table in enumerate(self._tables):
            statements += [
                f"DELETE FROM {table}",
                f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE snapshot.t{number}",
            ]
        self._execute("BEGIN", "SET LOCAL session_replication_role = replica", *statements, "COMMIT")

    def fingerprint(self) -> dict[str, str]:
        """A hash of each table's rows, whatever their order."""
        hashes = (
            f"SELECT '{table}', md5(coalesce(string_agg(r::text, chr(10) ORDER BY r::text), '')) FROM {table} r"
            for table in self._tables
        )
        return dict(self._runner.run(self._connection.fetch(" UNION ALL ".join(hashes))))

    def _execute(self, *statements: str) -> None:
        self._runner.run(self._connection.execute(";".join(statements)))
