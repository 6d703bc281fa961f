"""The library's tables in its own schema; under their former names they stay for builds that run during a deploy.

Both names are the same rows: a view of one table takes every statement that its table takes, ON CONFLICT included. So a
revocation that an older build writes counts in a newer one at once, and the other way round.
"""

from alembic import op

revision = "0007_library_tables"
down_revision = "0006_former_forms"

_COLUMNS = {
    "revocations": "kind, value, revoked_at, expires_at",
    "refreshes": "digest, sealed, finished_at, expires_at",
}


def upgrade() -> None:
    """Apply. `change` keeps its default, the sequence that older builds name."""
    op.execute("CREATE SCHEMA IF NOT EXISTS lambdatwin")
    for table, columns in _COLUMNS.items():
        _take_rows_of_the_library(table, columns)
        op.execute(f"ALTER TABLE auth.{table} SET SCHEMA lambdatwin")
        op.execute(f"CREATE VIEW auth.{table} AS SELECT * FROM lambdatwin.{table}")  # noqa: S608
    # What the library itself would write: these are the tables of its version 1.
    op.execute("DROP TABLE IF EXISTS lambdatwin.schema_version")
    op.execute("CREATE TABLE lambdatwin.schema_version (version int PRIMARY KEY)")
    op.execute("INSERT INTO lambdatwin.schema_version VALUES (1)")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TABLE lambdatwin.schema_version")
    for table in _COLUMNS:
        op.execute(f"DROP VIEW auth.{table}")
        op.execute(f"ALTER TABLE lambdatwin.{table} SET SCHEMA auth")
    op.execute("DROP SCHEMA lambdatwin")


def _take_rows_of_the_library(table: str, columns: str) -> None:
    """Where the library has made its tables already, their rows join those that are here."""
    exists = op.get_bind().exec_driver_sql(f"SELECT to_regclass('lambdatwin.{table}')").scalar()
    if exists is None:
        return
    op.execute(f"LOCK TABLE lambdatwin.{table}")
    op.execute(
        f"INSERT INTO auth.{table} ({columns}) SELECT {columns} FROM lambdatwin.{table} ON CONFLICT DO NOTHING"  # noqa: S608
    )
    op.execute(f"DROP TABLE lambdatwin.{table}")
