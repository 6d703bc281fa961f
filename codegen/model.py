"""The model: operations with resolved types, ready to be rendered or listed."""

from dataclasses import dataclass
from enum import StrEnum

from .declarations import Authorizer, Route
from .diagnostics import Spot
from .facts import Constant

# What bounds a value, by the names of pydantic's `Field` (ge, max_length), or of JSON Schema (pattern, format).
type Bounds = tuple[tuple[str, str | int | float], ...]
BOUNDS = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length")


@dataclass(frozen=True, slots=True)
class Primitive:
    """A type by the name under which generated code knows it: str, int, Any, datetime, UUID, None, ..."""

    name: str
    bounds: Bounds = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A class of the handlers' code base; `members` are the values of an enum, as a client sends them; `arguments` what
    the type parameters of a generic class stand for, where that is told.

    `within` are the classes that it stands in, `Order.Line`; None for one of a function, which no other module has.
    """

    module: str
    name: str
    members: tuple[str | int, ...] = ()
    arguments: tuple["Type", ...] = ()
    within: str | None = ""


@dataclass(frozen=True, slots=True)
class ListOf:
    item: "Type"
    bounds: Bounds = ()


@dataclass(frozen=True, slots=True)
class MapOf:
    value: "Type"
    bounds: Bounds = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """`discriminator` is the field that tells which of several classes an object is."""

    options: tuple["Type", ...]
    discriminator: str | None = None


@dataclass(frozen=True, slots=True)
class Literals:
    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a schema: `default` counts only if `has_default`, and is () for an empty list; `alias` is the name in
    JSON.

    `example` is the text that a handler always writes there; `examples`, `title` and `deprecated` are the schema's.
    """

    name: str
    type: "Type"
    required: bool
    has_default: bool = False
    default: Constant | tuple[()] = None
    alias: str | None = None
    description: str = ""
    example: str | None = None
    examples: tuple[str | int | float | None, ...] = ()
    title: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """An object that no class describes, with its keys; or a class that is spelled out, with its words. `extra` says
    what becomes of other keys, as pydantic's configuration does."""

    fields: tuple[Field, ...]
    description: str = ""
    extra: str = ""


type Type = Primitive | Named | ListOf | MapOf | OneOf | Literals | Shape

ANY = Primitive("Any")
TEXT = Primitive("str")


class ResponseKind(StrEnum):
    MODEL = "model"
    MODEL_LIST = "model_list"
    LITERAL = "literal"
    MAPPING = "mapping"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class PathParameter:
    """`reads` is the name under which the code reads it, None if it does not."""

    name: str
    reads: str | None
    type: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A schema of query parameters; `is_model`: a class of pydantic's, or one that may be."""

    schema: Named
    fields: tuple[Field, ...]
    is_model: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """What a client may ask for: the fields of filter schemas, and parameters that are `read` by the names in the URL.

    `as_sent`: the names are those of the fields, not spelled with hyphens.
    """

    filters: tuple[Filter, ...]
    read: tuple[Field, ...]
    multi_value: bool
    limit: int | None = None
    sort: str | None = None
    as_sent: bool = False

    @property
    def schema(self) -> str | None:
        return self.filters[0].schema.name if self.filters else None

    @property
    def fields(self) -> tuple[Field, ...]:
        """All of them; of two of one name the first."""
        found: dict[str, Field] = {}
        for field in (*(field for given in self.filters for field in given.fields), *self.read):
            found.setdefault(field.name, field)
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends; a type of None is a raw body. `optional`: the handler succeeds without a body, too."""

    type: Type | None
    server_supplied: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """`media` is the type that a header of the answer states, if that is not application/json."""

    kind: ResponseKind
    type: Type
    schema: str | None
    keys: tuple[str, ...] | None
    media: str | None = None


ANYTHING = Response(ResponseKind.LITERAL, ANY, None, None)


@dataclass(frozen=True, slots=True)
class Header:
    """A request header that the handler reads, by the name that it uses."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Docs:
    """The words of the docstring. `deprecated` is "" where it does not say why; `access`: who may ask; `extensions`:
    sections by the names that an OpenAPI document has for them; `is_hidden`: the document has no such operation;
    `operation_id` is the one that a decorator states."""

    summary: str
    description: str
    responses: tuple[tuple[int, str], ...]
    extensions: tuple[tuple[str, str], ...]
    deprecated: str | None = None
    access: str | None = None
    tags: tuple[str, ...] = ()
    is_hidden: bool = False
    operation_id: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One route. `path` is as the docstring says it; `statuses` are sorted.

    `others`: what the handler's own returns give with another status than `status`; one of `statuses` that is not there
    is the gateway's, for a malformed result. `is_entry`: the function is what Lambda calls. `authorizer` is what a
    table declares, None for a docstring; `needs_key` and `scopes` go with it. `declared` is the route of a table or
    decorator that this is; None for one of a docstring. `document_only`: `declared` serves it, as one of
    several paths.
    """

    spot: Spot
    context: str
    module: str
    function: str
    method: str
    path: str
    auth: str | None
    permissions: tuple[str, ...]
    timeout: float | None
    status: int | None
    statuses: tuple[int, ...]
    path_parameters: tuple[PathParameter, ...]
    query: Query | None
    request: Request | None
    response: Response | None
    container: str | None
    docs: Docs
    headers: tuple[Header, ...] = ()
    others: tuple[tuple[int, Response | None], ...] = ()
    declared: Route | None = None
    authorizer: Authorizer | None = None
    scopes: tuple[str, ...] = ()
    needs_key: bool = False
    is_entry: bool = False
    document_only: bool = False

    @property
    def is_of_any(self) -> bool:
        """Whether it is declared with ANY, of which it may be one method."""
        return self.method == "ANY" or (self.declared is not None and self.declared.method == "ANY")

    @property
    def is_route(self) -> bool:
        """False for one method of a route that is declared with ANY, and for what only the document has."""
        return not self.document_only and (self.method == "ANY" or not self.is_of_any)

    @property
    def renamed(self) -> dict[str, str]:
        """The names under which the code reads parameters of the path, where they are others than the path's."""
        return {p.name: p.reads for p in self.path_parameters if p.reads and p.reads != p.name}


@dataclass(frozen=True, slots=True)
class Trigger:
    """A handler of an event that no HTTP request makes."""

    spot: Spot
    context: str
    module: str
    function: str
    timeout: float | None
    container: str | None
    summary: str


type Endpoint = Operation | Trigger
