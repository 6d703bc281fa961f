"""The command `lambdatwin`. It alone knows devtools, parity and the generator; each is imported when it is needed."""

import argparse
import asyncio
import io
import os
import re
import secrets
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.shell_completion import CompletionItem, get_completion_class

from .project import (
    COMMAND,
    GENERATOR,
    DatabaseError,
    Project,
    ProjectError,
    find_modules_in,
    find_project,
    has_generator,
)

if TYPE_CHECKING:
    from .settings import Settings

_DEBUG_LOOP = f"{__package__}.devtools.debug_loop:DebugLoop"
_SHELLS, _COMPLETE = ("bash", "fish", "zsh"), "_LAMBDATWIN_COMPLETE"
_ROOT_HELP = "--root DIR works in the repository in DIR; by default it is the working directory."

type Run = Callable[[list[str]], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when all is well, 1 with a sentence on stderr when it is not, 2 for wrong usage."""
    try:
        code = _group().main(arguments, prog_name=COMMAND, complete_var=_COMPLETE, standalone_mode=False)
    except ProjectError as error:
        print(error, file=sys.stderr)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130  # as a shell says of a program that Ctrl-C has ended
    return code if isinstance(code, int) else 0


class _Forwarded(click.Command):
    """A command that reads its own arguments, `--help` among them."""

    def __init__(self, name: str, words: str, run: Run) -> None:
        super().__init__(name, help=words, add_help_option=False)
        self._run = run

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = list(args)
        return ctx.args

    def invoke(self, ctx: click.Context) -> int:
        return self._run(ctx.args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The options that its help names, and files."""
        if not incomplete.startswith("-"):
            return [CompletionItem(incomplete, type="file")]
        del os.environ[_COMPLETE]  # the generator would complete by itself
        with redirect_stdout(io.StringIO()) as shown, suppress(SystemExit):
            self._run(["--help"])
        options = sorted(set(re.findall(r"--[a-z][a-z-]*[a-z]", shown.getvalue())))
        return [CompletionItem(option) for option in options if option.startswith(incomplete)]


def _group() -> click.Group:
    generator = {
        "routes": "Print the table of routes.",
        "generate": "Write the routers.",
        "check": "Compare the routers with the handlers; write nothing.",
        "watch": "Write the routers again after every change.",
        "explain": "Explain a finding of the generator by its code.",
    }
    in_root = {
        "serve": ("Serve the handlers; in development with hot reload.", serve),
        "openapi": ("Write the OpenAPI document, or compare it.", _later("openapi.export:main")),
        "migrate": ("Bring the database to the newest schema.", _migrate),
        "psql": ("Open the database with psql.", _psql),
        "token": ("Print a token of the local issuer.", _later("devtools.token:print_token")),
    }
    commands = (
        *(_Forwarded(name, words, _generator(name)) for name, words in generator.items()),
        *(_Forwarded(name, words, _in_root(name, run)) for name, (words, run) in in_root.items()),
        _Forwarded("parity", "Compare FastAPI's answers with Lambda's.", _parity),
        click.Command("secret", callback=_secret, help="Print a value for SESSION_SECRET."),
        click.Command(
            "completion",
            params=[click.Argument(["shell"], type=click.Choice(_SHELLS))],
            callback=_completion,
            help=f'Print the script that completes this command in a shell: eval "$({COMMAND} completion bash)"',
        ),
    )
    version = click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_print_version,
        help="Print the version.",
    )
    return click.Group(
        "lambdatwin",
        {command.name: command for command in commands if command.name},
        params=[version],
        help="A FastAPI twin for a Lambda API.",
        epilog=f"{', '.join(in_root)}: {_ROOT_HELP} Exit codes: 0 fine, 1 findings or refused, 2 usage.",
    )


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"lambdatwin {import_module(f'{GENERATOR}.program').version()}")
        ctx.exit()


def _secret() -> None:
    click.echo(secrets.token_urlsafe(48))


def _completion(shell: str) -> None:
    script = get_completion_class(shell)
    if script is not None:
        click.echo(script(_group(), {}, "lambdatwin", _COMPLETE).source())


def _generator(name: str) -> Run:
    def run(arguments: list[str]) -> int:
        if not has_generator():
            print(f"{name}: the generator is not installed: pip install 'lambdatwin[codegen]'", file=sys.stderr)
            return 1
        import_module(f"{GENERATOR}.cli").main([name, *arguments])
        return 0

    return run


def _later(name: str) -> Callable[[Sequence[str], Project], int]:
    """The function `module:name` of the library, imported when it is called."""
    return lambda *given: resolve_name(f"{__package__}.{name}")(*given)


def _in_root(name: str, run: Callable[[Sequence[str], Project], int]) -> Run:
    """A command on the project in `--root`."""

    def on_project(arguments: list[str]) -> int:
        parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        parser.add_argument("--root", type=Path, default=Path())
        given, rest = parser.parse_known_args(arguments)
        if "." in (__package__ or "") and given.root.resolve() != _CHECKOUT:
            _run_as_installed([name, *arguments])
        enter(given.root)
        return run(rest, find_project())

    return on_project


def enter(root: Path) -> None:
    """Make `root` the working directory, where modules are found first, as its handlers import them.

    Raises `ProjectError`.
    """
    before = Path.cwd()
    try:
        os.chdir(root)
        folders = import_module(f"{GENERATOR}.codebase").code_roots(Path())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ProjectError(f"{root}: {reason}") from None
    if before != Path.cwd():
        # `python -m` has put it there: its modules are none of the root's.
        sys.path[:] = [folder for folder in sys.path if folder not in ("", str(before))]
    find_modules_in(*folders)


_CHECKOUT = Path(__file__).resolve().parents[2]


def _run_as_installed(arguments: Sequence[str]) -> NoReturn:
    """Run a checkout's command under the name that the library has once it is installed."""
    from .parity.roots import INSTALLED_NAME, installed_environment

    command = [sys.executable, "-P", "-m", INSTALLED_NAME, *arguments]
    os.execve(sys.executable, command, installed_environment())  # noqa: S606


def serve(arguments: Sequence[str], project: Project) -> int:
    """Hot reload in development, one plain server elsewhere. Exit code 0 after a clean stop, 1 when it is refused."""
    from .server import PortTakenError, listen, serve_app
    from .settings import SettingsError

    _open_standard_streams()
    parser = argparse.ArgumentParser(prog="serve", description=serve.__doc__, epilog=_ROOT_HELP)
    parser.add_argument("--no-reload", action="store_true", help="in development: serve without watching files")
    parser.add_argument("--seed", action="store_true", help="in development: fill an empty DATABASE_URL, too")
    parser.add_argument("--port", type=int, help="listen on this port instead of PORT's")
    parser.add_argument("--child", nargs=2, type=int, metavar=("SOCKET", "READY"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        if options.port is not None:
            os.environ[f"{project.settings_prefix}PORT"] = str(options.port)
        settings = _settings(project)
        if settings.development and not options.child:
            from .devtools import development

            return development.run(project, settings, reload=not options.no_reload, seed=options.seed)
        app = _app(project, settings)  # first: what the settings lack is told though the port is taken, too
        given, ready = options.child or (None, None)
        listeners = listen(settings) if given is None else [socket.socket(fileno=given)]
        return serve_app(app, settings, listeners, ready, loop=_DEBUG_LOOP if settings.development else "auto")
    except (ProjectError, SettingsError, PortTakenError) as error:
        print(error, file=sys.stderr)
        return 1


def _open_standard_streams() -> None:
    """Lead those of the descriptors 0 to 2 that are closed nowhere: what is opened next must not get their numbers."""
    while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(opened, True)
    os.close(opened)


def _settings(project: Project) -> "Settings":
    """Those of this process, after a warning of variables that are nearly called so. Raises `SettingsError`, also where
    a server was started without saying so: it would migrate what it meets."""
    from .settings import SettingsError, load_settings, mistyped_variables

    for name, meant in mistyped_variables(project.settings_prefix, project.variables).items():
        print(f"{name} is no setting and is not read{f': is {meant} meant?' if meant else '.'}", file=sys.stderr)
    settings = load_settings(project.settings_prefix)
    name = settings.variable("environment")
    if settings.development and name not in os.environ and any(other.startswith("RAILWAY_") for other in os.environ):
        raise SettingsError([f"{name} is not set, and this is Railway: set {name}=production"])
    return settings


def asgi_app(project: Project) -> Any:
    """The app for another ASGI server. Raises `SystemExit` with a sentence when the settings do not allow a start."""
    from .settings import SettingsError

    try:
        return _app(project, _settings(project))
    except SettingsError as error:
        raise SystemExit(str(error)) from None


def _app(project: Project, settings: "Settings") -> Any:
    if settings.local_issuer or settings.development:
        from .devtools.local import development_app

        return development_app(project, settings)
    from .app import create_app

    return create_app(project, settings)


def _migrate(arguments: Sequence[str], project: Project) -> int:
    """Bring the database of DATABASE_URL to the newest schema."""
    argparse.ArgumentParser(prog="migrate", description=_migrate.__doc__, epilog=_ROOT_HELP).parse_args(arguments)
    own = f"{project.settings_prefix}DATABASE_URL"
    name = own if os.environ.get(own) else "DATABASE_URL"
    url = os.environ.get(name)
    if not url:
        print("Set DATABASE_URL to the database to migrate.", file=sys.stderr)
        return 1
    from .settings import database_problem

    problem = database_problem(url)
    if problem:
        print(f"{name} {problem}", file=sys.stderr)
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


def _psql(arguments: Sequence[str], project: Project) -> int:
    """Open the database of DATABASE_URL, by default the embedded one. The arguments are psql's own; -? is its help."""
    if "--help" in arguments:
        print(f"usage: psql [ARGUMENTS]\n\n{_psql.__doc__}\n\n{_ROOT_HELP}")
        return 0
    return int(_later("devtools.database:open_psql")(arguments, project))


def _parity(arguments: Sequence[str]) -> int:
    enter(Path())
    project = find_project()
    from .devtools import local_postgres, routers
    from .parity.cli import main as compare
    from .settings import LOCAL_FOLDER

    def make_routers() -> None:
        if not routers.find_routers().committed:
            LOCAL_FOLDER.mkdir(exist_ok=True)
            routers.prepare()
            if routers.generate():
                raise ProjectError("no routers were written: see above")

    return compare(arguments, project, partial(local_postgres.start, LOCAL_FOLDER / "postgres"), make_routers)
