"""The development server: the database, its sample data and the banner around a server that reloads."""

import os
import shlex
import signal
import sys
from functools import partial
from pathlib import Path

from ..auth.config import auth_problems, endpoints
from ..project import DatabaseError, Project
from ..server import listen
from ..settings import LOCAL_FOLDER, Settings, SettingsError
from . import database, routers
from .issuer.grants import LOCAL_PASSWORD
from .reload.processes import LIBRARY
from .reload.supervisor import Supervisor


def run(project: Project, settings: Settings, *, reload: bool, seed: bool = False) -> int:
    """Serve, and reload, until Ctrl-C or SIGTERM. Exit code 0, or 1 when there never was a server.

    Raises `ProjectError`, `SettingsError` and `PortTakenError`.
    """
    if problems := auth_problems(settings) + _folder_problems():
        raise SettingsError(problems)
    ending = [signal.SIGINT, signal.SIGTERM]
    # A closed terminal ends it too, unless nohup says otherwise.
    ending += [signal.SIGHUP] if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL else []
    for number in ending:  # also where a script's `&` has started this process with interrupts ignored
        signal.signal(number, signal.default_int_handler)
    routers.prepare()
    listeners = listen(settings)
    settings = settings.model_copy(update={"port": listeners[0].getsockname()[1]})  # PORT=0 is any free one
    os.environ[settings.variable("port")] = str(settings.port)
    restarts = database.Restarts(project, settings)
    supervisor = Supervisor(project, listeners, partial(_greet, project, settings), restarts.check)
    try:
        supervisor.prepare(watch=reload)
        if url := database.prepared(project, settings, seed=seed):
            os.environ |= {"DATABASE_URL": url, **project.database_variables(url)}
        return supervisor.run()
    except KeyboardInterrupt:
        return 0
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        for number in ending:  # a second Ctrl-C must not interrupt the shutdown
            signal.signal(number, signal.SIG_IGN)
        supervisor.end()


def _folder_problems() -> list[str]:
    folder = f"the folder {LOCAL_FOLDER}, where keys and data are kept, cannot be"
    try:
        LOCAL_FOLDER.mkdir(exist_ok=True)
    except OSError as error:
        return [f"{folder} made ({error.strerror})"]
    return [] if os.access(LOCAL_FOLDER, os.W_OK | os.X_OK) else [f"{folder} written by this user"]


def _greet(project: Project, settings: Settings, takes_tokens: bool) -> None:
    """Print what is served, and a request to try; where tokens are taken who is let in, and with the local issuer the
    command that gives a token."""
    host = f"[{settings.listen_host}]" if ":" in settings.listen_host else settings.listen_host
    base = f"http://{host}:{settings.port}"
    print(f"\n  Found    {routers.find_routers().found}")
    docs = f"\n  Docs     {base}/docs" if settings.docs == "open" else ""
    print(f"  API      {base}{docs}\n  Health   {base}/health/ready")
    header = ""
    if takes_tokens and settings.local_issuer:
        names = [person.username for person in project.people]
        command = _token_command(settings, names[0] if names else "me")
        print(f"  Log in   {' or '.join(names) or 'any user id'}, password {LOCAL_PASSWORD}")
        print(f"  Token    {command}")
        header = f'-H "Authorization: Bearer $({command})" '
    elif takes_tokens:
        print(f"  Log in   users of {endpoints(settings).issuer}")
    if project.first_path:
        print(f"\n  Try      curl {header}{base}{project.first_path}")
    print("\n  Ctrl-C stops it; saved files reload it.\n", flush=True)


def _token_command(settings: Settings, user: str) -> str:
    """Prints a token of this server, in the shell that has started it."""
    here, python, package = Path.cwd(), Path(sys.executable), Path(__file__).parents[1]
    variables = [f"{settings.variable('port')}={settings.port}"]
    if package.name == LIBRARY and package.parent.name != "site-packages":  # a checkout's, for another repository
        variables.append(f"PYTHONPATH={shlex.quote(str(package.parent))}")
    words = [str(python.relative_to(here) if python.is_relative_to(here) else python), "-m", LIBRARY, "token"]
    if Path(os.environ.get("PWD", here)).resolve() != here:  # `--root` names another folder than the shell's
        words += ["--root", str(here)]
    return " ".join([*variables, shlex.join([*words, "--user", user])])
