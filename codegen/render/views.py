"""View models: every value that a template prints, computed beforehand."""

from dataclasses import dataclass

from ..declarations import Cors, Preflight
from .types import ModelClass


@dataclass(frozen=True, slots=True)
class ImportLine:
    module: str
    names: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a route's function: `marker` says where it comes from."""

    name: str
    type: str
    marker: str
    default: str | None


@dataclass(frozen=True, slots=True)
class ResponseView:
    """Another response than the first, or one of another type than application/json, `media`. `returned`: the handler
    itself gives it, and `model` is the code of its type."""

    status: int
    words: str
    returned: bool
    model: str
    media: str | None


@dataclass(frozen=True, slots=True)
class DeclaredView:
    """Names of the function, its API and its Lambda authorizer in the file of functions."""

    function: str
    api: str
    payload: str | None
    authorizer: str | None


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A declared function: `constant` is its name in the file, `environment` has None for unknown values."""

    constant: str
    name: str
    code_root: str
    file: str
    entry: str
    layers: tuple[str, ...]
    timeout: float | None
    memory: int | None
    environment: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class ApiView:
    """A declared API; `constant` is its name in the file."""

    constant: str
    name: str
    kind: str
    stage: str | None
    binary_types: tuple[str, ...]
    cors: Cors | None
    preflights: tuple[Preflight, ...]
    variables: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LambdaAuthorizerView:
    """A Lambda authorizer; `constant` is its name in the file, `function` that of its function."""

    constant: str
    function: str
    name: str
    form: str
    identity: tuple[str, ...]
    ttl: int | None
    payload: str
    simple: bool


@dataclass(frozen=True, slots=True)
class FunctionsView:
    """The file of functions."""

    sources: tuple[str, ...]
    apis: tuple[ApiView, ...]
    functions: tuple[FunctionView, ...]
    authorizers: tuple[LambdaAuthorizerView, ...]


@dataclass(frozen=True, slots=True)
class AuthorizerView:
    """A class of `ports` with its arguments."""

    name: str
    arguments: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class RouteView:
    """`methods` are several only where `any_method`. `document_only`: another route serves its requests. `is_entry`:
    Lambda calls the function itself."""

    methods: tuple[str, ...]
    path: str
    operation_id: str
    summary: str
    description: str
    status: int
    response_model: str
    is_json: bool
    response_description: str
    responses: tuple[ResponseView, ...]
    deprecated: bool
    tags: tuple[str, ...]
    is_hidden: bool
    module: str
    function: str
    declared: DeclaredView | None
    auth: str | None
    authorizer: AuthorizerView | None
    scopes: tuple[str, ...]
    needs_key: bool
    permissions: tuple[str, ...]
    timeout: float | None
    any_method: bool
    document_only: bool
    is_entry: bool
    reads: dict[str, str]
    extensions: dict[str, str]
    access: str | None
    name: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class ModuleView:
    path: str
    sources: tuple[str, ...]
    title: str
    context: str
    tag: str
    standard: tuple[ImportLine, ...]
    libraries: tuple[ImportLine, ...]
    own: tuple[ImportLine, ...]
    computed: tuple[tuple[str, str, str], ...]
    classes: tuple[ModelClass, ...]
    routes: tuple[RouteView, ...]


@dataclass(frozen=True, slots=True)
class Registered:
    context: str
    alias: str
    container: str | None


@dataclass(frozen=True, slots=True)
class RegistryView:
    sources: tuple[str, ...]
    routers: tuple[tuple[str, str], ...]
    modules: tuple[Registered, ...]
    own: tuple[ImportLine, ...]
    computed: tuple[tuple[str, str, str], ...]
