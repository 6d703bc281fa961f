"""The FastAPI side's process: `create_app` under clock, ids and request ids that derive from each test request.

Started by `process` with a listening socket and a descriptor to write to once it serves.
"""

import argparse
import importlib
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import APIRouter

from ...app import create_app
from ...ports import Cognito, HandlerModule, Jwt, LambdaRoute, endpoint
from ...project import ProjectError, Registry, find_project
from ...server import Server, uvicorn_config
from ...settings import SettingsError, load_settings
from ..lambda_side.router import Route, routes_in
from ..sources import backend_clock, begin_request, deterministic, has_own_sources
from ..wire import REQUEST_ID_HEADER

_REQUEST_ID = REQUEST_ID_HEADER.lower().encode()


class BadWrap(Exception):
    """What `--wrap` names cannot be put around the app."""


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="parity.server", description=__doc__)
    parser.add_argument("listener", type=int)
    parser.add_argument("ready", type=int)
    parser.add_argument("--epoch", type=datetime.fromisoformat, required=True)
    parser.add_argument("--routes", type=Path, help="serve these routes instead of the generated ones")
    parser.add_argument("--wrap", help="module:function, put around the app: it proves that a difference is seen")
    parser.add_argument("--path", default="", help="where modules are found, in place of what Python was started with")
    options = parser.parse_args(arguments)
    if options.path:
        sys.path[:] = options.path.split(os.pathsep)
    try:
        return _serve(options)
    except (BadWrap, ProjectError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 3


def _serve(options: argparse.Namespace) -> int:
    project = find_project()
    project.prepare()
    with deterministic(options.epoch, project) as sources:
        registry = registry_of(routes_in(options.routes)) if options.routes else project.registry()
        _trust_the_harness(registry)
        settings = load_settings(project.settings_prefix)
        app: Any = create_app(project, settings, registry=registry, request_ids=request_id_of, clock=sources.now)
        config = uvicorn_config(_wrapped(app, options.wrap), settings)
        server = Server(config, options.ready)
        with nullcontext() if has_own_sources(project) else backend_clock(sources.now, Path.cwd()):
            server.run(sockets=[socket.socket(fileno=options.listener)])
    return 0 if server.started else 3


def _trust_the_harness(registry: Registry) -> None:
    """The harness's pool, which the settings name, stands in for the issuers that tables name."""
    for route in registry.routes:
        declared = route.operation.authorizer
        if isinstance(declared, Jwt):
            declared = replace(declared, issuer=None, audience=(), unknown=())
        elif isinstance(declared, Cognito):
            declared = replace(declared, pools=())
        route.operation = replace(route.operation, authorizer=declared)


def request_id_of(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """The id that the harness gave the request; only this server listens to it."""
    given = next((value.decode("latin-1") for name, value in headers if name == _REQUEST_ID), "")
    begin_request(given)
    return given or str(uuid4())


def registry_of(routes: Sequence[Route]) -> Registry:
    """What the generator would have written for these routes, without their documentation."""
    router = APIRouter(route_class=LambdaRoute)
    modules = {route.module: importlib.import_module(route.module) for route in routes}
    for number, route in enumerate(routes):
        handler = getattr(modules[route.module], route.function)
        bound = endpoint(
            handler=handler,
            module=route.module,
            function=route.function,
            auth=route.auth,
            timeout=route.timeout,
        )
        router.add_api_route(
            route.resource, bound(_signature()), methods=[route.method], operation_id=f"route_{number}"
        )
    found = (HandlerModule("", name, getattr(module, "container", None)) for name, module in modules.items())
    return Registry((router,), tuple(found))


def _signature() -> Any:
    async def signature() -> None: ...

    return signature


def _wrapped(app: Any, name: str | None) -> Any:
    if name is None:
        return app
    module, _, function = name.partition(":")
    try:
        wrapped = getattr(importlib.import_module(module), function)(app)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise BadWrap(f"--wrap {name} is no MODULE:FUNCTION that takes the app: {error}") from error
    if not callable(wrapped):
        raise BadWrap(f"--wrap {name}: the function returned {type(wrapped).__name__}, and no app")
    return wrapped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
