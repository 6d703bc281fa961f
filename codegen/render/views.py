"""What the templates print, decided beforehand."""

from dataclasses import dataclass

from .types import ModelClass


@dataclass(frozen=True, slots=True)
class ImportLine:
    module: str
    names: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """`code` is what stands behind the name: its type, and its default."""

    name: str
    type: str
    marker: str
    default: str | None


@dataclass(frozen=True, slots=True)
class RouteView:
    method: str
    path: str
    operation_id: str
    summary: str
    description: str
    status: int
    response_model: str
    responses: tuple[tuple[int, str], ...]
    has_auth: bool
    handler: str
    module: str
    function: str
    auth: str | None
    permissions: tuple[str, ...]
    timeout: float | None
    idempotency: str | None
    name: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class ModuleView:
    path: str
    sources: tuple[str, ...]
    title: str
    context: str
    standard: tuple[ImportLine, ...]
    libraries: tuple[ImportLine, ...]
    own: tuple[ImportLine, ...]
    classes: tuple[ModelClass, ...]
    routes: tuple[RouteView, ...]


@dataclass(frozen=True, slots=True)
class Registered:
    context: str
    module: str
    alias: str
    container: str | None


@dataclass(frozen=True, slots=True)
class RegistryView:
    sources: tuple[str, ...]
    routers: tuple[tuple[str, str], ...]
    modules: tuple[Registered, ...]
    own: tuple[ImportLine, ...]
