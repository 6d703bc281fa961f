"""Rules about all routes together."""

from codegen.diagnostics import Finding
from codegen.model import Endpoint, Operation
from codegen.names import Identifier, InvalidName, ModuleName, PathTemplate

RESERVED = ("docs", "redoc", "openapi.json", "health", "metrics", "auth")


def check(endpoints: tuple[Endpoint, ...], reserved: tuple[str, ...]) -> list[Finding]:
    operations = [endpoint for endpoint in endpoints if isinstance(endpoint, Operation)]
    return [
        *duplicates(operations),
        *reserved_paths(operations, reserved),
        *shadowed(operations),
        *importable(endpoints),
    ]


def duplicates(operations: list[Operation]) -> list[Finding]:
    """CG104: two handlers for one method and path, whatever their parameters are called."""
    first: dict[tuple[str, tuple[str, ...]], Operation] = {}
    found: list[Finding] = []
    for operation in operations:
        key = (operation.method, PathTemplate(operation.path).shape)
        if key in first:
            message = f"two handlers claim {operation.method} {operation.path}"
            found.append(Finding("CG104", message, operation.spot, "give one of them another route", first[key].spot))
        else:
            first[key] = operation
    return found


def reserved_paths(operations: list[Operation], reserved: tuple[str, ...]) -> list[Finding]:
    """CG105: a path that the FastAPI runtime keeps for itself."""
    return [
        Finding("CG105", f"{operation.path} is reserved by the runtime", operation.spot, "choose another first segment")
        for operation in operations
        if PathTemplate(operation.path).segments[:1] and PathTemplate(operation.path).segments[0] in reserved
    ]


def shadowed(operations: list[Operation]) -> list[Finding]:
    """CG301: a static path that a dynamic one would take, were it first; the generated order puts it first."""
    found: list[Finding] = []
    by_length: dict[tuple[str, int], list[Operation]] = {}
    for operation in operations:
        if "{" in operation.path:
            key = (operation.method, len(PathTemplate(operation.path).segments))
            by_length.setdefault(key, []).append(operation)
    for operation in operations:
        shape = PathTemplate(operation.path).shape
        for other in by_length.get((operation.method, len(shape)), []):
            if other is not operation and _covers(PathTemplate(other.path).shape, shape):
                message = f"{operation.path} lies under {other.path}: the static route is emitted first"
                found.append(Finding("CG301", message, operation.spot, other=other.spot))
                break
    return found


def _covers(general: tuple[str, ...], special: tuple[str, ...]) -> bool:
    if general == special or "{+}" in general:
        return False
    return all(g in ("{}", s) for g, s in zip(general, special, strict=True))


def importable(endpoints: tuple[Endpoint, ...]) -> list[Finding]:
    """CG113: a handler in a module or context whose name cannot be imported."""
    found: list[Finding] = []
    for endpoint in endpoints:
        try:
            ModuleName(endpoint.module)
            Identifier(endpoint.context)
            Identifier(endpoint.function)
        except InvalidName as error:
            found.append(Finding("CG113", f"the handler cannot be imported: {error}", endpoint.spot))
    return found
