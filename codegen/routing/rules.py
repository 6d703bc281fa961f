"""Rules about all routes together."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from ..declarations import Route
from ..diagnostics import Finding
from ..model import Endpoint, Operation
from ..names import Identifier, InvalidName, PathTemplate

_STATIC = 8  # segments of a path that are tried as parameters: 255 combinations at most


def check(endpoints: tuple[Endpoint, ...], reserved: tuple[str, ...]) -> list[Finding]:
    operations = [endpoint for endpoint in endpoints if isinstance(endpoint, Operation)]
    return [
        *duplicates(operations),
        *differently_named(operations),
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


def differently_named(operations: Sequence[Operation]) -> list[Finding]:
    """CG211: two names for the parameter in one place of the paths. A resource of a REST API has one variable child:
    "A sibling of this resource already has a variable path part". The name that most routes have is the right one.
    """
    return [
        Finding("CG211", message, one.spot, hint, other=other.spot)
        for one, other, message, hint in named_twice(operations)
    ]


def named_twice[R: Operation | Route](routes: Sequence[R]) -> Iterator[tuple[R, R, str, str]]:
    """Two routes for each name that another one stands beside, with what to say of them and a hint."""
    for names in _variable_children(routes).values():
        right, *wrong = sorted(names.values(), key=len, reverse=True)
        yield from (_named_otherwise(others, right[0], names) for others in wrong)


def _variable_children[R: Operation | Route](operations: Sequence[R]) -> dict[tuple[str, ...], dict[str, list[R]]]:
    """By what stands before it in the path, each variable segment with the routes that have it, duplicates aside."""
    unique = {(o.method, PathTemplate(o.path).shape): o for o in reversed(operations)}
    found: dict[tuple[str, ...], dict[str, list[R]]] = {}
    for operation in reversed(unique.values()):
        template = PathTemplate(operation.path)
        for place, segment in enumerate(template.segments):
            if PathTemplate.parameter_in(segment) is not None:
                children = found.setdefault(template.shape[:place], {})
                children.setdefault(segment, []).append(operation)
    return found


def _named_otherwise[R: Operation | Route](
    wrong: list[R], right: R, names: dict[str, list[R]]
) -> tuple[R, R, str, str]:
    here, there = (next(name for name, users in names.items() if one in users) for one in (wrong[0], right))
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    message = (
        f"{wrong[0].method} {wrong[0].path}{more} has {here} where {right.method} {right.path} has"
        f" {there}: API Gateway takes one parameter in one place"
    )
    greedy = here.endswith("+}") or there.endswith("+}")
    hint = "give one of them another path" if greedy else f"call it {there} in both paths"
    return wrong[0], right, message, hint


def reserved_paths(operations: list[Operation], reserved: tuple[str, ...]) -> list[Finding]:
    """CG105: a path that the FastAPI runtime keeps for itself."""
    return [
        Finding(
            "CG105",
            f"{operation.path} is reserved by the runtime",
            operation.spot,
            "choose another first segment, or set `reserved` in [tool.codegen]",
        )
        for operation in operations
        if operation.path.split("/")[1] in reserved
    ]


def shadowed(operations: list[Operation]) -> list[Finding]:
    """CG301: a static path that a dynamic one would take, were it first; the generated order puts it first."""
    shapes = [(operation, PathTemplate(operation.path).shape) for operation in operations]
    first = {(operation.method, shape): operation for operation, shape in reversed(shapes)}
    found: list[Finding] = []
    for operation, shape in shapes:
        general = next((g for g in _generalised(shape) if (operation.method, g) in first), None)
        if general is not None:
            other = first[(operation.method, general)]
            message = f"{operation.path} lies under {other.path}: the static route is emitted first"
            found.append(Finding("CG301", message, operation.spot, other=other.spot))
    return found


def _generalised(shape: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every other shape that takes the same requests: some of the static segments as parameters."""
    static = [place for place, segment in enumerate(shape) if segment not in ("{}", "{+}")][:_STATIC]
    for count in range(1, len(static) + 1):
        for places in combinations(static, count):
            yield tuple("{}" if place in places else segment for place, segment in enumerate(shape))


def importable(endpoints: tuple[Endpoint, ...]) -> list[Finding]:
    """CG113: a handler in a module or context whose name cannot be imported."""
    found: list[Finding] = []
    for endpoint in endpoints:
        try:
            _without_dots(endpoint.spot.path)
            Identifier(endpoint.context)
            Identifier(endpoint.function)
        except InvalidName as error:
            found.append(Finding("CG113", f"the handler cannot be imported: {error}", endpoint.spot))
    return found


def _without_dots(path: str) -> None:
    for part in path.removesuffix(".py").split("/"):
        if "." in part:
            raise InvalidName(f"{part!r} has a dot, which parts the names of modules")
