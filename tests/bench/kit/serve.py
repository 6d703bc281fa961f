"""`python -m tests.bench.kit.serve APP --child SOCKET READY`: one of the measured apps.

All run on plain uvicorn, but for the one on the product's own server. `named` is for a server that imports an app.
"""

import os
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn

from src.lambdatwin.server import Server, uvicorn_config
from src.lambdatwin.settings import Settings, load_settings
from src.runtimes.fastapi.project import MenuPlanning


def _generated(settings: Settings) -> Any:
    from src.lambdatwin.app import create_app
    from src.lambdatwin.project import Registry
    from tests.bench.kit import things

    real = MenuPlanning().registry()
    return create_app(MenuPlanning(), settings, registry=Registry((*real.routers, things.router), real.modules))


def _generated_without_verdicts(settings: Settings) -> Any:
    """Every request pays for its RS256."""
    from src.lambdatwin.auth.verifier import Verifier

    setattr(Verifier, "_cached", lambda self, digest: None)  # noqa: B010
    return _generated(settings)


def _things(name: str) -> Callable[[Settings], Any]:
    def make(_: Settings) -> Any:
        from tests.bench.kit import things

        return getattr(things, name)()

    return make


def _catalogue(settings: Settings) -> Any:
    from tests.bench.kit import catalogue

    return catalogue.by_hand(settings)


def _catalogue_tuned(settings: Settings) -> Any:
    """By hand, with what the lifespan of `create_app` does to the garbage collector."""
    from src.lambdatwin.app import tune_garbage_collection
    from tests.bench.kit import catalogue

    return catalogue.by_hand(settings, started=tune_garbage_collection)


APPS: dict[str, Callable[[Settings], Any]] = {
    "raw": _things("raw_asgi"),
    "starlette": _things("bare_starlette"),
    "fastapi": _things("by_hand"),
    "fastapi as a service": _things("by_hand_as_a_service"),
    "generated": _generated,
    "rs256": _generated_without_verdicts,
    "generated on its own server": _generated,
    "catalogue": _catalogue,
    "catalogue tuned": _catalogue_tuned,
}
_ON_OWN_SERVER = frozenset(("generated on its own server",))


class Uvicorn(uvicorn.Server):
    """uvicorn with its defaults, which says when it serves."""

    def __init__(self, app: Any, ready: int) -> None:
        super().__init__(uvicorn.Config(app, log_config=None, access_log=False))
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        os.write(self._ready, b"1")


def named() -> Any:
    """The app that the environment names."""
    MenuPlanning().prepare()
    return APPS[os.environ["BENCH_APP"]](load_settings())


def main(app: str, descriptor: int, ready: int) -> None:
    MenuPlanning().prepare()
    settings = load_settings()
    listener = socket.socket(fileno=descriptor)
    made = APPS[app](settings)
    server = Server(uvicorn_config(made, settings), ready) if app in _ON_OWN_SERVER else Uvicorn(made, ready)
    server.run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[3]), int(sys.argv[4]))
