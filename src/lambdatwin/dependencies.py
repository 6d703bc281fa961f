"""FastAPI dependencies for hand-written routes: the authorizer's verdict, the current user, a database session.

`app.dependency_overrides[verdict]` replaces the authorizer for generated routes as well.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Response
from fastapi.requests import HTTPConnection

from .auth.authenticator import HANDSHAKE, OVERRIDE, Accepted, Refused, accepted
from .auth.responses import AnswerError
from .endpoint import address_of, refusal_of
from .installation import Installation
from .ports import TOKEN

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

__all__ = ["Accepted", "current_user", "session", "verdict"]


async def verdict(
    connection: HTTPConnection, response: Response, documented: Annotated[None, Depends(TOKEN)] = None
) -> Accepted:
    """The claims of a verified token. Without one the client gets the 401 of a generated route, byte for byte; that of
    a WebSocket gets it in place of the handshake."""
    installed, scope = _installed(connection), connection.scope
    authenticator = installed.services.runtime.auth.authenticator
    method = scope["method"] if scope["type"] == "http" else HANDSHAKE
    found = await authenticator.authenticate(scope["headers"], method, address_of(scope))
    if isinstance(found, Refused):
        raise AnswerError(refusal_of(found, installed.api, scope["headers"]))
    for cookie in found.set_cookies:
        response.raw_headers.append((b"set-cookie", cookie))
    return found


@cache
def current_user(context: str) -> Callable[..., Awaitable[Any]]:
    """A dependency: the user as `context` knows it, from `Project.users`. The same object for the same context.

    A token whose user is unknown gets a 401 with `Project.error_body`.
    """

    async def user_of(connection: HTTPConnection, found: Annotated[Accepted, Depends(verdict)]) -> Any:
        installed = _installed(connection)
        services = installed.services
        # A machine's token may be without a user.
        sub = accepted(found, OVERRIDE).claims.get("sub")
        user = await services.runtime.users.get_user(str(sub), context) if sub is not None else None
        if user is None:
            raise AnswerError(services.error(401, "This user is not known here.", installed.api))
        return user

    return user_of


async def session(connection: HTTPConnection) -> "AsyncIterator[AsyncSession]":
    """A session of the app's database, one for each request; what it has not committed is rolled back."""
    database = _installed(connection).services.runtime.database
    if database is None:
        raise RuntimeError("session: this app has no database (DATABASE_URL is not set)")
    async with database.sessions() as opened:
        yield opened


def _installed(connection: HTTPConnection) -> Installation:
    installed = getattr(connection.app.state, "lambdatwin", None)
    if not isinstance(installed, Installation):
        raise RuntimeError("the app of this route has no Lambda routes: use create_app(...) or install(app, ...)")
    return installed
