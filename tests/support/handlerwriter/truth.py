"""What a careful human reads in a written code base: the truth that the generator is measured against."""

from dataclasses import dataclass
from typing import Literal

type ResponseKind = Literal["model", "model_list", "literal", "mapping", "text"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A top-level name of a module; `sites` are further modules that re-export it under the same name."""

    module: str
    name: str
    sites: tuple[str, ...] = ()

    def spellings(self) -> frozenset[str]:
        """Every way to state this class: its bare name, or a dotted place where it can be imported from."""
        places = (self.module, *self.sites)
        return frozenset({self.name} | {f"{place}{mark}{self.name}" for place in places for mark in ".:"})


@dataclass(frozen=True, slots=True)
class PathParameter:
    """`reads` is None where the code never reads it."""

    name: str
    reads: str | None
    type: Literal["string", "integer"] = "string"


@dataclass(frozen=True, slots=True)
class Query:
    """An argument that the handler leaves out is None: what is then said is left open."""

    schema: Symbol
    fields: tuple[str, ...]
    multi_value: bool | None
    limit: int | None
    sort: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """`schema` is None for a raw body."""

    schema: Symbol | None
    server_supplied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    kind: ResponseKind
    schema: Symbol | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One handler. `response` is None where the documents leave open what is said (no success status, no body), and
    `timeout` where the decorator has none.
    """

    kind: Literal["http", "event"]
    module: str
    file: str
    function: str
    context: str
    method: str | None = None
    path: str | None = None
    auth: str | None = None
    permissions: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    path_parameters: tuple[PathParameter, ...] = ()
    query: Query | None = None
    request: Request | None = None
    response: Response | None = None
    timeout: float | None = None

    @property
    def status(self) -> int | None:
        return min((status for status in self.statuses if 200 <= status <= 299), default=None)


@dataclass(frozen=True, slots=True)
class Sample:
    """A request that the route must answer: what the gateway would hand over for it."""

    path_parameters: tuple[tuple[str, str], ...] = ()
    body: str | None = None


@dataclass(frozen=True, slots=True)
class CodeBase:
    """`files` maps paths below the root to their bytes; `settings` is the text of `[tool.codegen]`, or empty."""

    seed: int
    files: dict[str, bytes]
    routes: tuple[Route, ...]
    samples: tuple[Sample, ...]
    settings: str
