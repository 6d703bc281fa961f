"""Names of generated files and routes, told apart within a context."""

from collections import defaultdict

from ..model import Operation
from ..names import METHODS, Identifier, PathTemplate

LONGEST_NAME = 100
_LONGEST = 2  # the last of the spellings


def resource_of(path: str) -> str:
    """The file of a route: its first segment, as a name that every file system takes."""
    segments = PathTemplate(path).segments
    first = segments[0] if segments else ""
    return Identifier.like(first[:LONGEST_NAME]).text if PathTemplate.parameter_in(first) is None else "root"


def operation_names(operations: list[Operation]) -> dict[str, str]:
    """Module -> name of its route: the file's, with its folders where two files of a context would share one."""
    found: dict[str, str] = {}
    by_context: dict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in sorted(operations, key=lambda operation: operation.module):
        by_context[operation.context][operation.module] = operation
    for sharing in by_context.values():
        found |= _told_apart(sharing)
    return found


def _told_apart(operations: dict[str, Operation]) -> dict[str, str]:
    """The shortest names that differ; a number behind those that no folder tells apart."""
    length = dict.fromkeys(operations, 0)
    while True:
        names = {module: Identifier.like(_spellings(module)[length[module]]).text for module in operations}
        users: dict[str, list[str]] = defaultdict(list)
        for module, operation in operations.items():
            for name in _route_names(operation, names[module]):
                users[name].append(module)
        alike = {m for sharing in users.values() if len(sharing) > 1 for m in sharing if length[m] < _LONGEST}
        if not alike:
            return _numbered(operations, names)
        for module in alike:
            length[module] += 1


def _spellings(module: str) -> tuple[str, str, str]:
    """The file, with its folders below the handlers', and all of it."""
    parts = module.split(".")
    inner = parts[parts.index("aws_lambda") + 1 :] if "aws_lambda" in parts else parts[-2:]
    return parts[-1], "_".join(inner), "_".join(parts)


def _route_names(operation: Operation, name: str) -> list[str]:
    return [name] if operation.method != "ANY" else [f"{name}_{method.lower()}" for method in METHODS]


def _numbered(operations: dict[str, Operation], names: dict[str, str]) -> dict[str, str]:
    used: set[str] = set()
    found: dict[str, str] = {}
    for module, operation in operations.items():
        name, count = names[module], 1
        while used & set(_route_names(operation, name)):
            count += 1
            name = f"{names[module]}_{count}"
        used |= set(_route_names(operation, name))
        found[module] = name
    return found
