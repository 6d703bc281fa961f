"""Prints what was found, the addresses, the login and a token when the development server starts."""

from ..auth.config import endpoints
from ..project import Project
from ..settings import Settings
from .issuer.accounts import LOCAL_PASSWORD
from .routers import find_routers
from .token import make_token


def show(project: Project, settings: Settings) -> None:
    """Print what is served and who is let in; with the local issuer, a token that is ready for use."""
    host = f"[{settings.listen_host}]" if ":" in settings.listen_host else settings.listen_host
    base = f"http://{host}:{settings.port}"
    print(f"\n  Found    {find_routers().found}")
    print(f"  API      {base}\n  Docs     {base}/docs\n  Health   {base}/health/ready")
    if settings.local_issuer:
        names = [person.username for person in project.people]
        token = make_token(settings, names[0] if names else "me", seconds=24 * 3600, people=project.people)
        print(f"  Log in   {' or '.join(names) or 'any user id'}, password {LOCAL_PASSWORD}")
        print(f'\n  Try      curl -H "Authorization: Bearer {token}" {base}{project.first_path}')
    else:
        print(f"  Log in   users of {endpoints(settings).issuer}")
    print("\n  Ctrl-C stops it; saved files reload it.\n", flush=True)
