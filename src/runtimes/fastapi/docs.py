"""/docs and /redoc without another host: Swagger UI's and ReDoc's files are served by the app itself."""

from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from fastapi.openapi.utils import get_openapi
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import HTMLResponse

from src.runtimes.fastapi.ports import SECURITY_SCHEME
from src.runtimes.fastapi.settings import Settings

_STATIC = "/docs/static"
_REDIRECT = "/docs/oauth2-redirect"
DESCRIPTION = (
    "Menus for the clients of nutritionists: recipes, meals, a product catalogue, onboarding forms. "
    "Each operation runs the Lambda handler that its `x-lambda-handler` names."
)


def add_docs(app: FastAPI, settings: Settings) -> None:
    """Add the two pages and their files."""
    folder = Path(fastapi_offline.__file__).parent / "static"
    app.mount(_STATIC, StaticFiles(directory=folder), name="docs-static")

    async def swagger(request: Request) -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=f"{app.title} - Swagger UI",
            oauth2_redirect_url=_REDIRECT,
            init_oauth={
                "clientId": settings.cognito_client_id or "local",
                "scopes": "openid",
                "usePkceWithAuthorizationCodeGrant": True,
            },
            swagger_js_url=f"{_STATIC}/swagger-ui-bundle.js",
            swagger_css_url=f"{_STATIC}/swagger-ui.css",
            swagger_favicon_url=f"{_STATIC}/favicon.png",
            swagger_ui_parameters={"persistAuthorization": True, "displayRequestDuration": True},
        )

    async def redirect(request: Request) -> HTMLResponse:
        return get_swagger_ui_oauth2_redirect_html()

    async def redoc(request: Request) -> HTMLResponse:
        return get_redoc_html(
            openapi_url="/openapi.json",
            title=f"{app.title} - ReDoc",
            redoc_js_url=f"{_STATIC}/redoc.standalone.js",
            redoc_favicon_url=f"{_STATIC}/favicon.png",
            with_google_fonts=False,
        )

    for path, page in (("/docs", swagger), (_REDIRECT, redirect), ("/redoc", redoc)):
        app.add_route(path, page, methods=["GET"], include_in_schema=False)


def openapi_of(app: FastAPI, schemes: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document: the routes, and the security scheme that they name."""
    document = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    document.setdefault("components", {})["securitySchemes"] = schemes
    return document


def bearer_scheme() -> dict[str, Any]:
    """How the exported document describes the token: the same in every environment, so that the file does not drift."""
    return {SECURITY_SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": _TOKEN}}


_TOKEN = "A Cognito token in the Authorization header. In development, `make token` prints one."  # noqa: S105 - words
