"""Lambda functions as they are declared, and which of them may share a process."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..context import LEAST_MEMORY

# Folders and files that stand beside handlers and that no handler imports.
_NOT_IMPORTED = frozenset(("__init__", "__pycache__", "conftest", "docs", "node_modules", "setup", "test", "tests"))
_MODULES = (".py", ".so", ".pyd")


@dataclass(frozen=True, slots=True)
class Function:
    """A function: `file` lies below the first of `roots` that has it, and `entry` is what it calls its handler.

    `roots` are absolute folders that modules are imported from, the code root first. `timeout` is in seconds, None
    where only the gateway's counts; `memory` in megabytes. `environment` is set before anything is imported.
    """

    name: str
    roots: tuple[str, ...]
    file: str
    entry: str
    timeout: float | None = None
    memory: int = LEAST_MEMORY
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Group:
    """Functions that share environments: no top-level module name and no variable means two things among them.

    `modules` are their paths by name.
    """

    functions: list[Function] = field(default_factory=list)
    modules: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


def grouped(functions: Iterable[Function]) -> list[Group]:
    """The functions in as few groups as one pass over them finds; the same order gives the same groups."""
    groups: list[Group] = []
    known: dict[tuple[str, ...], dict[str, str]] = {}
    for function in dict.fromkeys(functions):
        modules = known.setdefault(function.roots, modules_of(function.roots))
        variables = dict(function.environment)
        agreeing = (one for one in groups if _agree(one.modules, modules) and _agree(one.environment, variables))
        group = next(agreeing, None)
        if group is None:
            groups.append(group := Group())
        group.functions.append(function)
        group.modules |= modules
        group.environment |= variables
    return groups


def modules_of(roots: Iterable[str]) -> dict[str, str]:
    """What each top-level name stands for when modules are imported from these folders, in their order."""
    found: dict[str, str] = {}
    for root in roots:
        for name, path in _entries(root):
            found.setdefault(name, path)
    return found


def _entries(root: str) -> Iterator[tuple[str, str]]:
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        name = entry.name.partition(".")[0]
        if name in _NOT_IMPORTED or not name:
            continue
        is_package = entry.is_dir() and "." not in entry.name and _has_modules(entry.path)
        if is_package or entry.name.endswith(_MODULES):
            yield name, os.path.realpath(entry.path)


def _has_modules(folder: str) -> bool:
    """Whether anything below a folder could be imported: a folder of images or templates means nothing."""
    return any(name.endswith(_MODULES) for _, _, names in os.walk(folder) for name in names)


def _agree(ours: Mapping[str, str], theirs: Mapping[str, str]) -> bool:
    return all(ours.get(name, value) == value for name, value in theirs.items())
