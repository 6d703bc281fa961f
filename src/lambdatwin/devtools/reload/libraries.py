"""Libraries that take most of the start-up time; the forkserver imports them once. No module of this repository."""

import importlib
from collections.abc import Iterable

SERVER = (
    "alembic.command",
    "alembic.config",
    "alembic.script",
    "asyncpg",
    "dependency_injector.containers",
    "dependency_injector.providers",
    "email_validator",
    "fastapi.openapi.docs",
    "fastapi.staticfiles",
    "fastapi_offline",
    "httptools",
    "httpx",
    "jose.backends.cryptography_backend",
    "jose.jwt",
    "prometheus_client.core",
    "pydantic.v1",
    "pydantic_settings",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.ext.asyncio",
    "structlog",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.server",
)
GENERATOR = ("jinja2", "libcst.metadata", "rich", "typer.core", "typer.main")


def preload(names: Iterable[str]) -> None:
    """Import each module, ignoring those that are not installed."""
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
