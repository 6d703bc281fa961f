"""The parts of an event that are not in the request: the matched route, the stage, the caller, the time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from .route_table import DEFAULT

type HeaderCase = Literal["train", "lower"]


class Route(NamedTuple):
    """A route as it was declared: `ANY /files/{path+}` keeps its ANY. `resource` is `$default` for that route."""

    method: str
    resource: str

    @property
    def key(self) -> str:
        """The route key of an HTTP API."""
        return DEFAULT if self.resource == DEFAULT else f"{self.method} {self.resource}"


class Stage(NamedTuple):
    """A deployment's stage; `variables` are its stage variables, None without any."""

    name: str
    variables: Mapping[str, str] | None = None


class Invocation(NamedTuple):
    """One request's way to a handler.

    `path_parameters` are percent-encoded as they were sent. `claims` are those of a verified token, None without an
    authorizer; `scopes` are the token's, None for a route that wants none. `now` is aware.
    """

    route: Route
    path_parameters: Mapping[str, str]
    request_id: str
    now: datetime
    claims: Mapping[str, object] | None = None
    scopes: Sequence[str] | None = None
