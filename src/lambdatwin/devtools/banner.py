"""Prints what was found, the addresses, the login and how to get a token when the development server starts."""

import os
import shlex
import sys
from pathlib import Path

from ..auth.config import endpoints
from ..project import Project
from ..settings import Settings
from .issuer.grants import LOCAL_PASSWORD
from .reload.processes import LIBRARY
from .routers import find_routers


def show(project: Project, settings: Settings) -> None:
    """Print what is served and who is let in; with the local issuer, the command that gives a token, and one that uses
    it."""
    host = f"[{settings.listen_host}]" if ":" in settings.listen_host else settings.listen_host
    base = f"http://{host}:{settings.port}"
    print(f"\n  Found    {find_routers().found}")
    print(f"  API      {base}\n  Docs     {base}/docs\n  Health   {base}/health/ready")
    if settings.local_issuer:
        names = [person.username for person in project.people]
        command = _token_command(settings, names[0] if names else "me")
        print(f"  Log in   {' or '.join(names) or 'any user id'}, password {LOCAL_PASSWORD}")
        print(f"  Token    {command}")
        print(f'\n  Try      curl -H "Authorization: Bearer $({command})" {base}{project.first_path}')
    else:
        print(f"  Log in   users of {endpoints(settings).issuer}")
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
