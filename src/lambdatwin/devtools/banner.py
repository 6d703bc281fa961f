"""What the development server prints when it serves for the first time."""

import os
import shlex
import sys
from pathlib import Path

from ..auth.authorizers import take_local_tokens
from ..auth.config import endpoints
from ..project import LIBRARY, Project
from ..settings import Settings, load_settings
from .issuer.grants import LOCAL_PASSWORD
from .routers import find_routers


def print_banner(project: Project) -> None:
    """Print what is served, and a request to try; where tokens are taken who is let in, and with the local issuer the
    command that gives a token."""
    settings = load_settings(project.settings_prefix)
    host = f"[{settings.listen_host}]" if ":" in settings.listen_host else settings.listen_host
    base = f"http://{host}:{settings.port}"
    print(f"\n  Found    {find_routers().found}")
    docs = f"\n  Docs     {base}/docs" if settings.docs == "open" else ""
    print(f"  API      {base}{docs}\n  Health   {base}/health/ready")
    header, takes_tokens = "", take_local_tokens(project.registry().routes, project.authorizers(), settings)
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
