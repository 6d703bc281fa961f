"""/docs and /redoc without another host: Swagger UI's and ReDoc's files are served by the app itself."""

from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..auth.assembly import Auth
from ..auth.config import client_ids
from ..project import Project
from ..settings import Settings
from .document import openapi_of, with_failures, with_login

_STATIC = "/docs/static"
_REDIRECT = "/docs/oauth2-redirect"
_SWAGGER: dict[str, Any] = {
    "persistAuthorization": True,
    "displayRequestDuration": True,
    "docExpansion": "list",
    "filter": True,
    "defaultModelsExpandDepth": 0,
    # Swagger UI would otherwise show the document to a host of its makers.
    "validatorUrl": None,
}
# What ReDoc loads from a host of its makers, and an empty image.
_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
_NO_LOGO = b"data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_REDOC = "/docs/redoc.js"
_PLUGINS = Path(__file__).with_name("plugins.js")


def add_docs(app: FastAPI, settings: Settings, login_base: str | None) -> None:
    """Add the two pages, their files, and the document that they show. `login_base` is where the browser logs in."""
    headers = {"content-security-policy": _content_policy(login_base)}
    login = {"scopes": "openid", "usePkceWithAuthorizationCodeGrant": True}
    folder = Path(fastapi_offline.__file__).parent / "static"
    plugins = _PLUGINS.read_bytes()
    app.mount(_STATIC, StaticFiles(directory=folder), name="docs-static")

    async def swagger(request: Request) -> HTMLResponse:
        root = _root_path(request)
        page = get_swagger_ui_html(
            openapi_url=f"{root}/openapi.json",
            title=f"{app.title} - Swagger UI",
            oauth2_redirect_url=f"{root}{_REDIRECT}",
            init_oauth=None if login_base is None else {"clientId": client_ids(settings)[0], **login},
            swagger_js_url=f"{root}{_STATIC}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{_STATIC}/swagger-ui.css",
            swagger_favicon_url=f"{root}{_STATIC}/favicon.png",
            swagger_ui_parameters=_SWAGGER,
        )
        start = b"SwaggerUIBundle({"
        return HTMLResponse(bytes(page.body).replace(start, b"%bplugins:\n%b," % (start, plugins), 1), headers=headers)

    async def redirect(request: Request) -> HTMLResponse:
        return HTMLResponse(get_swagger_ui_oauth2_redirect_html().body, headers=headers)

    async def redoc(request: Request) -> HTMLResponse:
        root = _root_path(request)
        page = get_redoc_html(
            openapi_url=f"{root}/openapi.json",
            title=f"{app.title} - ReDoc",
            redoc_js_url=f"{root}{_REDOC}",
            redoc_favicon_url=f"{root}{_STATIC}/favicon.png",
            with_google_fonts=False,
        )
        return HTMLResponse(page.body, headers=headers)

    def redoc_script(request: Request) -> Response:
        text = (folder / "redoc.standalone.js").read_bytes().replace(_LOGO, _NO_LOGO)
        return Response(text, media_type="text/javascript")

    pages = (("/docs", swagger), (_REDIRECT, redirect), ("/redoc", redoc), (_REDOC, redoc_script))
    for path, page in pages:
        app.add_route(path, page, methods=["GET"], include_in_schema=False)


def _root_path(request: Request) -> str:
    """What stands in front of the app's own paths: of a mount, or of a proxy that takes it off."""
    root: str = request.scope.get("root_path", "")
    return root.rstrip("/")


def shown_document(app: FastAPI, project: Project, settings: Settings, auth: Auth) -> dict[str, Any]:
    """What /openapi.json answers: the exported document, with this environment's login."""
    document = with_failures(openapi_of(app, project, has_logins=auth.endpoints is not None), project)
    base = auth.login_base
    if base is None:
        return document
    id_token = settings.cognito_token_use == "id"  # noqa: S105 - a kind of token
    return with_login(document, f"{base}/oauth2/authorize", f"{base}/oauth2/token", auth.login_words, id_token=id_token)


def _content_policy(login: str | None) -> str:
    """Allows files of this host only; tokens may be fetched from the host of the login."""
    token = f" {login}" if login is not None and "://" in login else ""
    return (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data:; font-src 'self' data:; worker-src blob:; connect-src 'self'{token}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
