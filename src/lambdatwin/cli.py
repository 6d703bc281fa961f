"""The command: `serve`, `migrate`, `openapi`, `token`, `secret`, `parity`. It alone knows devtools and parity."""

import argparse
import asyncio
import importlib.util
import os
import secrets
import socket
import sys
from collections.abc import Sequence
from typing import Any

from .project import DatabaseError, Project, ProjectError, find_project
from .settings import Environment, Settings, SettingsError, load_settings

_DEBUG_LOOP = f"{__package__}.devtools.debug_loop:DebugLoop"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when all is well, 1 with a sentence on stderr when it is not, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="lambdatwin", description=__doc__)
    commands = {
        "serve": serve,
        "migrate": _migrate,
        "openapi": _openapi,
        "token": _token,
        "secret": _secret,
        "parity": _parity,
    }
    parser.add_argument("command", choices=sorted(commands))
    given = sys.argv[1:] if arguments is None else arguments
    options, rest = parser.parse_known_args(given[:1]), list(given[1:])
    try:
        return commands[options[0].command](rest, find_project())
    except ProjectError as error:
        print(error, file=sys.stderr)
        return 1


def serve(arguments: Sequence[str], project: Project) -> int:
    """Hot reload in development, one plain server elsewhere. Exit code 0 after a clean stop, 1 when it is refused."""
    from .server import PortTakenError, listen, serve_app

    _open_standard_streams()
    parser = argparse.ArgumentParser(prog="serve", description=serve.__doc__)
    parser.add_argument("--no-reload", action="store_true", help="in development: serve without watching files")
    parser.add_argument("--seed", action="store_true", help="in development: fill an empty DATABASE_URL, too")
    parser.add_argument("--port", type=int, help="listen on this port instead of PORT's")
    parser.add_argument("--child", nargs=2, type=int, metavar=("SOCKET", "READY"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        if options.port is not None:
            os.environ[f"{project.settings_prefix}PORT"] = str(options.port)
        settings = load_settings(project.settings_prefix)
        developing = settings.environment is Environment.DEVELOPMENT
        if developing and not options.child:
            _refuse_a_forgotten_environment(settings.variable("environment"))
            from .devtools import development

            return development.run(project, settings, reload=not options.no_reload, seed=options.seed)
        listener, ready = _socket(options.child) if options.child else (listen(settings), None)
        app = _app(project, settings)
        return serve_app(app, settings, listener, ready, loop=_DEBUG_LOOP if developing else "auto")
    except (SettingsError, PortTakenError) as error:
        print(error, file=sys.stderr)
        return 1


def _open_standard_streams() -> None:
    """Lead those of the descriptors 0 to 2 that are closed nowhere: what is opened next must not get their numbers."""
    while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(opened, True)
    os.close(opened)


def _refuse_a_forgotten_environment(name: str) -> None:
    """Raises `SettingsError` where a server was started without saying so: it would migrate what it meets."""
    if name in os.environ:
        return
    on_railway = any(name.startswith("RAILWAY_") for name in os.environ)
    if on_railway or importlib.util.find_spec("watchfiles") is None:
        reason = "this is Railway" if on_railway else "the development packages are not installed"
        raise SettingsError([f"{name} is not set, and {reason}: set {name}=production"])


def _socket(given: Sequence[int]) -> tuple[socket.socket, int]:
    return socket.socket(fileno=given[0]), given[1]


def asgi_app(project: Project) -> Any:
    """The app for another ASGI server. Raises `SystemExit` with a sentence when the settings do not allow a start."""
    try:
        settings = load_settings(project.settings_prefix)
        if settings.development:
            _refuse_a_forgotten_environment(settings.variable("environment"))
        return _app(project, settings)
    except SettingsError as error:
        raise SystemExit(str(error)) from None


def _app(project: Project, settings: Settings) -> Any:
    if settings.local_issuer:
        from .devtools.local import local_app

        app = local_app(project, settings)
    else:
        from .app import create_app

        app = create_app(project, settings)
    if not settings.development:
        return app
    from .devtools.hosts import OwnHosts

    return OwnHosts(app)


def _migrate(arguments: Sequence[str], project: Project) -> int:
    url = os.environ.get(f"{project.settings_prefix}DATABASE_URL") or os.environ.get("DATABASE_URL")
    if not url:
        print("Set DATABASE_URL to the database to migrate.", file=sys.stderr)
        return 1
    try:
        from .postgres.tables import migrate

        notice = asyncio.run(migrate(project, url))
    except ModuleNotFoundError as error:
        print(f"There is no package {error.name}: `pip install 'lambdatwin[postgres]'`.", file=sys.stderr)
        return 1
    except (DatabaseError, OSError) as error:
        print(f"The database was not migrated, and nothing has changed: {error}", file=sys.stderr)
        return 1
    if notice:
        print(notice, file=sys.stderr)
    return 0


def _openapi(arguments: Sequence[str], project: Project) -> int:
    from .openapi.export import main as export

    return export(arguments, project)


def _token(arguments: Sequence[str], project: Project) -> int:
    from .devtools.token import print_token

    return print_token(arguments, project)


def _secret(arguments: Sequence[str], project: Project) -> int:
    """Print a value for SESSION_SECRET."""
    argparse.ArgumentParser(prog="secret", description=_secret.__doc__).parse_args(arguments)
    print(secrets.token_urlsafe(48))
    return 0


def _parity(arguments: Sequence[str], project: Project) -> int:
    from .devtools import local_postgres
    from .parity.cli import main as compare
    from .settings import LOCAL_FOLDER

    def embedded() -> str:
        try:
            return local_postgres.start(LOCAL_FOLDER / "postgres")
        except local_postgres.LocalPostgresError as error:
            raise DatabaseError(str(error)) from error

    return compare(arguments, project, embedded)
