"""What the document says of the paths that no handler answers: /health and /auth/*."""

from collections.abc import Iterable
from typing import Any

from ..ports import SECURITY_SCHEME

type Json = dict[str, Any]

HEALTH_TAG, LOGIN_TAG = "Health", "Login"
TAGS = {HEALTH_TAG: "Whether the process lives, and whether it can serve.", LOGIN_TAG: "Tokens and browser sessions."}
# Each of these is there or not as the settings say (an issuer; session mode).
_OF_LOGINS, _OF_SESSIONS = ("/auth/refresh", "/auth/logout"), ("/auth/login", "/auth/callback")
_TEXT = {"type": "string"}
_REFUSALS = {
    "400": "The body is no JSON object (of RFC 8259, no key twice, no NUL or lone surrogate), or it is over 16 KiB.",
    "401": "What was sent entitles to nothing.",
    "503": "It cannot be decided now: try again after the seconds of `Retry-After`.",
    "default": "Any other failure.",
}
_MAY_HAVE_TOKEN: list[Json] = [{SECURITY_SCHEME: []}, {}]


def shell_paths(served: Iterable[str], *, has_logins: bool) -> Json:
    """The path items: those of every environment, and of the others those that are `served`."""
    absent = set(_OF_SESSIONS).difference(served).union(() if has_logins else _OF_LOGINS)
    return {path: item for path, item in _paths().items() if path not in absent}


def _paths() -> Json:
    return {
        "/health": {"get": _live()},
        "/health/ready": {"get": _ready()},
        "/auth/refresh": {"post": _refresh()},
        "/auth/logout": {"post": _logout()},
        "/auth/login": {"get": _login()},
        "/auth/callback": {"get": _callback()},
    }


def _operation(tag: str, id_: str, summary: str, responses: Json, **more: Any) -> Json:
    return {
        "tags": [tag],
        "operationId": f"shell_{id_}",
        "summary": summary,
        "security": [],
        "responses": responses,
        **more,
    }


def _json(words: str, schema: Json, example: Any) -> Json:
    return {"description": words, "content": {"application/json": {"schema": schema, "example": example}}}


def _object(required: Iterable[str], **properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(required)}


def _refusals() -> Json:
    media = {"application/json": {"schema": {"$ref": "#/components/schemas/GatewayMessage"}}}
    return {status: {"description": words, "content": media} for status, words in _REFUSALS.items()}


def _live() -> Json:
    schema = _object(["status"], status=_TEXT)
    return _operation(HEALTH_TAG, "health", "The process lives.", {"200": _json("It does", schema, {"status": "ok"})})


def _ready() -> Json:
    each = {"type": "object", "additionalProperties": _TEXT}
    names = {"type": "array", "items": _TEXT}
    schema = _object(["status", "checks", "failed"], status=_TEXT, checks=each, failed=names)
    ready = {"status": "ok", "checks": {"database": "ok"}, "failed": []}
    unready = {"status": "unavailable", "checks": {"database": "no answer"}, "failed": ["database"]}
    responses = {"200": _json("It can", schema, ready), "503": _json("It cannot: `failed` names why", schema, unready)}
    return _operation(HEALTH_TAG, "ready", "The process can serve requests.", responses)


def _body(words: str) -> Json:
    name = {**_TEXT, "description": "For a client with a secret, whose access token is not sent along."}
    schema = {"type": "object", "properties": {"refresh_token": _TEXT, "username": name}}
    media = {"application/json": {"schema": schema, "example": {"refresh_token": "eyJjdHkiOiJKV1Qi..."}}}
    return {"description": words, "content": media}


def _refresh() -> Json:
    tokens = dict.fromkeys(("access_token", "id_token", "token_type", "refresh_token"), _TEXT)
    schema = _object(["expires_in"], expires_in={"type": "integer", "description": "Seconds."}, **tokens)
    example = {"access_token": "eyJraWQi...", "id_token": "eyJraWQi...", "token_type": "Bearer", "expires_in": 3600}
    return _operation(
        LOGIN_TAG,
        "refresh",
        "New tokens for a refresh token.",
        {"200": _json("The new tokens; a session's stay in its cookies", schema, example), **_refusals()},
        description="`refresh_token` is in the answer only where it was replaced. With an access token in the header, "
        "expired or not, the new one must be of the same user.",
        requestBody=_body("Empty in a browser's session."),
        security=_MAY_HAVE_TOKEN,
    )


def _logout() -> Json:
    schema = _object(["message"], message=_TEXT, logout_url={**_TEXT, "description": "In a browser's session only."})
    return _operation(
        LOGIN_TAG,
        "logout",
        "End a login, here and at the login service.",
        {"200": _json("The login has ended", schema, {"message": "Logged out"}), **_refusals()},
        description="Ends the login of the token in the header, of `refresh_token`, or of the session.",
        requestBody=_body("Empty where the header or the session says which login ends."),
        security=_MAY_HAVE_TOKEN,
    )


def _query(name: str, words: str) -> Json:
    return {"name": name, "in": "query", "required": False, "description": words, "schema": _TEXT}


def _login() -> Json:
    return _operation(
        LOGIN_TAG,
        "login",
        "To the pages of the login service.",
        {"302": {"description": "To the login pages"}},
        parameters=[_query("return_to", "the path of this site to come back to")],
    )


def _callback() -> Json:
    pages = {"401": "Not completed, or too late", "403": "The account is in too many groups"}
    pages |= {"502": "The settings must be corrected", "503": "The login service does not answer as it should"}
    failures = {status: {"description": words, "content": {"text/html": {}}} for status, words in pages.items()}
    return _operation(
        LOGIN_TAG,
        "callback",
        "Back from the pages of the login service.",
        {"302": {"description": "Logged in, or cancelled: to the path that the login began with"}, **failures},
        parameters=[
            _query("code", "what the login service gives for a login"),
            _query("state", "of the login that began here"),
            _query("error", "why there was no login"),
        ],
    )
