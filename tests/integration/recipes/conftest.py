"""A seeded database for each file of tests, with users of every role; a test makes what it changes itself."""

import asyncio
from collections.abc import Iterator

import pytest

from src.contexts.iam.core.adapters.unit_of_work import IamUnitOfWork
from src.contexts.iam.core.domain.role import Role, basic_roles
from src.contexts.iam.core.domain.user import User
from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from tests.integration.recipes.kit import ROLES
from tests.support import postgres


@pytest.fixture(scope="module")
def database(postgres_server: str, seeded_template: str) -> Iterator[str]:
    """The database that the handlers find in their environment."""
    with postgres.clone(postgres_server, seeded_template) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        asyncio.run(add_users(url))
        yield url


async def add_users(url: str) -> None:
    async with IamUnitOfWork(session_factory(create_engine(url, pooled=False))) as uow:
        users = [
            User(id=user_id, roles=basic_roles() | {Role("recipes_catalog", name) for name in names})
            for user_id, names in ROLES.items()
        ]
        await uow.users.add_all(users)
        await uow.commit()
