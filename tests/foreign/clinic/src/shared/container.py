import os
from functools import cached_property

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


class Container:
    """One for each function. A cold start shall not wait for the database, so the engine is made when it is needed."""

    @cached_property
    def pg(self):
        # every invocation has an event loop of its own: no connection may outlive it
        url = os.environ['DATABASE_URL'].replace('postgresql://', 'postgresql+asyncpg://', 1)
        return create_async_engine(url, poolclass=NullPool)
