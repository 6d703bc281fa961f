"""Names of generated files and routes. An id says where its handler lies, so that no other handler changes it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ..model import Operation
from ..names import METHODS, Identifier, PathTemplate, numbered

LONGEST_NAME = 100
_ABBREVIATION = 3  # letters

type Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class RouteName:
    """`id` is one of all ids, `name` that of the function in the generated file."""

    id: str
    name: str


def resource_of(path: str) -> str:
    """The file of a route: its first segment, as a name that every file system takes."""
    segments = PathTemplate(path).segments
    first = segments[0] if segments else ""
    return Identifier.like(first[:LONGEST_NAME]).text if PathTemplate.parameter_in(first) is None else "root"


def tag_of(context: str) -> str:
    """`online_orders` -> `Online orders`, `iam` -> `IAM`."""
    words = context.replace("_", " ")
    return words.upper() if len(words) <= _ABBREVIATION else words[:1].upper() + words[1:]


def key_of(operation: Operation) -> Key:
    return (operation.module, operation.function, operation.path, operation.method, operation.context)


def route_names(operations: list[Operation], folder: str) -> dict[Key, RouteName]:
    """Ids of context and path of the module, below the folder of the handlers.

    The function follows where a module has several, method and path where a function has several routes. Modules
    whose paths become one name are numbered. An id that a decorator states is that of the first one that states it.
    """
    functions: dict[str, set[str]] = defaultdict(set)
    for operation in operations:
        functions[operation.module].add(operation.function)
    routes = Counter((operation.module, operation.function) for operation in operations)
    found: dict[Key, RouteName] = {}
    ordered = sorted(operations, key=key_of)
    stated = {one.docs.operation_id: key_of(one) for one in reversed(ordered) if one.docs.operation_id}
    used = set(stated)
    for operation in ordered:
        place = _below(operation, folder)
        own = [place[-1]]
        if len(functions[operation.module]) > 1:
            own.append(operation.function)
        if routes[operation.module, operation.function] > 1:
            own += [
                operation.method,
                *(PathTemplate.parameter_in(s) or s for s in PathTemplate(operation.path).segments),
            ]
        methods = METHODS if operation.method == "ANY" else ()
        id_ = operation.docs.operation_id
        if stated.get(id_) != key_of(operation):
            id_ = _free("_".join([operation.context, *place[:-1], *own]), methods, used)
        found[key_of(operation)] = RouteName(id_, Identifier.like("_".join(own)).text)
    return found


def _below(operation: Operation, folder: str) -> list[str]:
    """The parts of the module's name behind the folder of the handlers, or behind the context's."""
    parts = operation.module.split(".")
    for mark in (folder, operation.context):
        if mark in parts[:-1]:
            return parts[len(parts) - parts[::-1].index(mark) :]
    return parts


def _free(text: str, methods: Sequence[str], used: set[str]) -> str:
    """An id that is free, and with it those that the routes of the `methods` have: `{id}_{method}`."""
    for name in numbered(Identifier.like(text).text):
        found = {name, *(f"{name}_{method.lower()}" for method in methods)}
        if used.isdisjoint(found):
            break
    used |= found
    return name
