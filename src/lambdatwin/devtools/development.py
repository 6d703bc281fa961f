"""The development server: the database, its sample data and the banner around a server that reloads."""

import os
import signal
import sys

from ..auth.config import auth_problems
from ..project import DatabaseError, Project
from ..server import listen
from ..settings import LOCAL_FOLDER, Settings, SettingsError
from . import database, routers
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
    supervisor = Supervisor(project, listeners, restarts.check)
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
