"""`python -m tests.bench.kit.serve APP --child SOCKET READY`: one of the measured apps, on the product's server."""

import socket
import sys
from collections.abc import Callable
from typing import Any

from src.contexts.shared_kernel.logging import configure_logging
from src.runtimes.fastapi.server import Server, uvicorn_config
from src.runtimes.fastapi.settings import Settings, load_settings


def _generated(settings: Settings) -> Any:
    from src.runtimes.fastapi.app import Registry, create_app, load_registry
    from tests.bench.kit import things

    real = load_registry()
    return create_app(settings, registry=Registry((*real.routers, things.router), real.modules))


def _generated_without_verdicts(settings: Settings) -> Any:
    """Every request pays for its RS256."""
    from src.runtimes.fastapi.auth.caches.verdicts import VerdictCache

    VerdictCache.get = lambda self, token, now: None  # type: ignore[method-assign]
    return _generated(settings)


def _things(name: str) -> Callable[[Settings], Any]:
    def make(_: Settings) -> Any:
        from tests.bench.kit import things

        return getattr(things, name)()

    return make


def _catalogue(settings: Settings) -> Any:
    from tests.bench.kit import catalogue

    return catalogue.by_hand(settings)


APPS: dict[str, Callable[[Settings], Any]] = {
    "raw": _things("raw_asgi"),
    "starlette": _things("bare_starlette"),
    "fastapi": _things("by_hand"),
    "generated": _generated,
    "rs256": _generated_without_verdicts,
    "catalogue": _catalogue,
}


def main(app: str, descriptor: int, ready: int) -> None:
    configure_logging(json_lines=True, gather=True)
    settings = load_settings()
    listener = socket.socket(fileno=descriptor)
    Server(uvicorn_config(APPS[app](settings), settings), ready).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[3]), int(sys.argv[4]))
