"""The migrations make what the ORM expects, and can run at the same time."""

import asyncio

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text

from src.contexts.client_onboarding.core.adapters import orm as onboarding_orm
from src.contexts.iam.core.adapters import orm as iam_orm
from src.contexts.products_catalog.core.adapters import orm as products_orm
from src.contexts.recipes_catalog.core.adapters import orm as recipes_orm
from src.contexts.shared_kernel.adapters.database import create_engine
from src.contexts.shared_kernel.adapters.orm import Base
from src.migrations.run import alembic_config, head, upgrade

pytestmark = pytest.mark.anyio

SCHEMAS = {orm.SCHEMA["schema"] for orm in (iam_orm, products_orm, recipes_orm, onboarding_orm)}


def differences(connection: Connection) -> list[object]:
    """What autogenerate would change; indexes and defaults are the migrations' own."""

    def in_our_schemas(name: str | None, kind: str, _: object) -> bool:
        return kind != "schema" or name in SCHEMAS

    def is_structure(_: object, __: str | None, kind: str, *___: object) -> bool:
        return kind in {"table", "column", "foreign_key_constraint"}

    expected = MetaData()
    for table in Base.metadata.tables.values():
        if table.schema in SCHEMAS:
            table.to_metadata(expected)
    options = {
        "include_schemas": True,
        "include_name": in_our_schemas,
        "include_object": is_structure,
        "compare_type": True,
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), expected))


async def test_the_tables_are_those_of_the_orm(database_url: str) -> None:
    engine = create_engine(database_url, pooled=False)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == head()
    await engine.dispose()


async def test_the_migrations_can_be_taken_back(database_url: str) -> None:
    engine = create_engine(database_url, pooled=False)

    def downgrade(connection: Connection) -> None:
        config = alembic_config(connection)
        command.downgrade(config, "base")

    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
        left = await connection.scalars(
            text("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'")
        )
        assert left.all() == ["public"]
    await engine.dispose()
    await upgrade(database_url)


async def test_several_processes_may_migrate_at_once(database_url: str) -> None:
    engine = create_engine(database_url, pooled=False)
    async with engine.begin() as connection:
        for schema in (*SCHEMAS, "recipes_catalog", "client_onboarding", "auth"):
            await connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        await connection.execute(text("DROP TABLE alembic_version"))
        await connection.execute(text("DROP FUNCTION public.fold_text(text)"))
    await asyncio.gather(*(upgrade(database_url) for _ in range(3)))
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == head()
    await engine.dispose()
