"""The app of a development or test server: with the local issuer, where the settings name no other."""

import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from ..app import create_app
from ..auth.assembly import AuthOptions, MountedIssuer
from ..auth.authorizers import take_own_tokens
from ..auth.config import client_credentials, endpoints
from ..project import Person, Project
from ..server import READY, READY_FOR_TOKENS, serve_app
from ..settings import LOCAL_FOLDER, Settings, SettingsError, load_settings
from .hosts import OwnHosts
from .issuer.app import LocalIssuer
from .issuer.grants import login_words

ISSUER_FOLDER = LOCAL_FOLDER / "issuer"


def local_app(project: Project, settings: Settings, *, folder: Path = ISSUER_FOLDER, **options: Any) -> FastAPI:
    """`create_app` with an issuer of its own, unless the settings name one. `folder` keeps its keys and logins.

    Raises `SettingsError`.
    """
    issuer = local_issuer(settings, project.people, folder) if settings.local_issuer else None
    return create_app(project, settings, issuer=issuer, **options)


def development_app(project: Project, settings: Settings) -> FastAPI:
    """The same; in development it answers only to the names of this machine. Raises `SettingsError`."""
    app = local_app(project, settings)
    if settings.development:
        app.add_middleware(OwnHosts)
    return app


def serve(project: Project, listeners: list[socket.socket], ready: int) -> int:
    """Serve until it is stopped; the exit code. `ready` is a descriptor to write to once serving: whether a route takes
    the issuer's tokens."""
    try:
        settings = load_settings(project.settings_prefix)
        app = development_app(project, settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    takes_tokens = take_own_tokens(project.registry().routes, project.authorizers())
    sign = READY_FOR_TOKENS if takes_tokens else READY
    return serve_app(app, settings, listeners, ready, sign=sign, loop=f"{__package__}.debug_loop:DebugLoop")


def local_issuer(settings: Settings, people: Sequence[Person], folder: Path) -> MountedIssuer:
    port = settings.port
    hosts = (f"http://127.0.0.1:{port}", f"http://localhost:{port}")
    uris = {f"{host}{path}" for host in hosts for path in ("/docs/oauth2-redirect", "/auth/callback")}
    issuer = LocalIssuer(
        url=endpoints(settings).issuer,
        credentials=client_credentials(settings),
        redirect_uris=frozenset(uris | {settings.auth_redirect_uri or f"{hosts[0]}/auth/callback"}),
        key_folder=folder / "keys",
        grants_file=folder / "grants.json",
        clock=AuthOptions().clock,
        production=settings.production,
        people=people,
    )
    return MountedIssuer(issuer.app, login_words(people))
