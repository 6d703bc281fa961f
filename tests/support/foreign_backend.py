"""A backend of another owner, and its adapter: parcels, with a container, a user cache and an error body of its own.

Nothing of it knows the library but `Parcels`, the adapter.
"""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from src.lambdatwin import Project, ports
from src.lambdatwin.project import Example, Person, Registry

TRACE: ContextVar[str] = ContextVar("trace", default="")


@dataclass
class Backend:
    """What one deployment of the backend holds in its process."""

    roles: dict[str, set[str]] = field(default_factory=lambda: {"ana": {"sender"}, "root": {"admin"}})
    known: dict[str, frozenset[str]] = field(default_factory=dict)
    listeners: list[Callable[[str], None]] = field(default_factory=list)
    container: Any = field(default_factory=lambda: SimpleNamespace(db=None))
    calls: list[str] = field(default_factory=list)

    def roles_of(self, user_id: str) -> frozenset[str]:
        """From the cache, which never clears by itself."""
        return self.known.setdefault(user_id, frozenset(self.roles.get(user_id, ())))

    def take_role(self, user_id: str) -> None:
        self.roles.pop(user_id, None)
        for listener in self.listeners:
            listener(user_id)


class Problem(BaseModel):
    """The backend's error body."""

    ok: bool = False
    why: str
    code: int


def require(role: str, backend: Backend) -> Callable[[Any], Any]:
    """The backend's own middleware."""

    def decorate(function: Any) -> Any:
        @functools.wraps(function)
        async def wrapper(event: dict[str, Any], context: Any) -> Any:
            if role not in backend.roles_of(event["requestContext"]["authorizer"]["claims"]["sub"]):
                return {"statusCode": 403, "body": Problem(why="not yours", code=403).model_dump_json()}
            return await function(event, context)

        return wrapper

    return decorate


def routers(backend: Backend) -> tuple[APIRouter, ...]:
    """What the generator would write for three handlers."""

    @require("sender", backend)
    async def send(event: dict[str, Any], context: Any) -> Any:
        return {"statusCode": 201, "headers": {}, "body": json.dumps({"trace": TRACE.get()})}

    @require("admin", backend)
    async def take_role(event: dict[str, Any], context: Any) -> Any:
        backend.take_role(event["pathParameters"]["user"])
        return {"statusCode": 204, "headers": {}, "body": ""}

    async def track(event: dict[str, Any], context: Any) -> Any:
        return {"code": 200, "text": event["pathParameters"]["id"]}

    track.__endpoint__ = "public"  # type: ignore[attr-defined]
    router = ports.router("Parcels")
    rows = (("POST", "/parcels", send, "parcels"), ("DELETE", "/roles/{user}", take_role, "parcels"))
    for method, path, handler, auth in (*rows, ("GET", "/parcels/{id}", track, None)):
        bound = ports.endpoint(handler=handler, module="parcels.api", function=handler.__name__, auth=auth)
        responses: dict[int | str, dict[str, Any]] = {403: {"description": "Not yours"}}
        router.add_api_route(
            path, bound(_signature(path)), methods=[method], name=handler.__name__, responses=responses
        )
    return (router,)


def _signature(path: str) -> Any:
    async def signature() -> None: ...
    async def signature_with_id(*, id: str) -> None: ...

    return signature_with_id if path.endswith("{id}") else signature


class Parcels(Project):
    """The adapter."""

    title = "Parcels"
    version = "7.1"
    description = "Sends parcels."
    settings_prefix = "PARCELS_"
    people = (Person("ana", "ana"), Person("root", "root"))
    contexts = {"Parcels": "All about parcels."}  # noqa: RUF012 - a constant of the class
    error_statuses = {403: "not yours", 409: "already sent"}  # noqa: RUF012 - a constant of the class
    response_headers = {  # noqa: RUF012 - a constant of the class
        "Access-Control-Allow-Origin": "https://parcels.example",
        "X-Powered-By": "parcels",
    }

    def __init__(self) -> None:
        self.backend = Backend()

    def registry(self) -> Registry:
        self.backend.calls.append("registry")
        return Registry(routers(self.backend), (ports.HandlerModule("parcels", "parcels.api", self.backend.container),))

    def prepare(self) -> None:
        self.backend.calls.append("prepare")

    def examples(self) -> Mapping[tuple[str, str], Example]:
        return {("GET", "/parcels/{id}"): Example({"id": "p1"})}

    def error_body(self, status: int, message: str) -> Problem:
        return Problem(why=message, code=status)

    def handler(self, operation: ports.LambdaOperation, runtime: Any) -> Any:
        async def composed(event: dict[str, Any], context: Any) -> Any:
            self.backend.calls.append(f"composed {operation.function}")
            return await operation.handler(event, context)

        return composed

    def result(self, result: Any) -> Any:
        """What `lambda_handler` does after the coroutine."""
        return {"statusCode": result["code"], "body": result["text"]} if "code" in result else result

    def begin(self, request_id: str) -> None:
        TRACE.set(f"trace-{request_id}")

    def users(self, sessions: Callable[..., Any]) -> Any:
        return self

    async def get_user(self, user_id: str, context: str) -> frozenset[str] | None:
        return self.backend.roles_of(user_id) or None

    def on_user_changed(self, forget: Callable[[str], None]) -> Callable[[], None]:
        def changed(user_id: str) -> None:
            self.backend.known.pop(user_id, None)
            forget(user_id)

        self.backend.listeners.append(changed)
        return lambda: self.backend.listeners.remove(changed)

    def share(self, modules: Sequence[ports.HandlerModule], sessions: Any) -> int:
        """Handlers make sessions themselves, of one engine."""
        self.backend.calls.append("share")
        for module in modules:
            module.container.db = sessions.engine  # type: ignore[attr-defined]
        return len(modules)

    def unshare(self, modules: Sequence[ports.HandlerModule]) -> None:
        for module in modules:
            module.container.db = None  # type: ignore[attr-defined]
