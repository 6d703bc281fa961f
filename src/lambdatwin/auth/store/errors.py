"""What a database that cannot be reached, or does not do its part, raises."""

import asyncio

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

# SQLAlchemy wraps what a statement raises, but passes on what asyncpg raises while a connection is being opened:
# too many clients, a server that starts or stops, a handshake cut short. TimeoutError is an OSError.
DATABASE_ERRORS = (
    SQLAlchemyError,
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncio.IncompleteReadError,
)
