"""The modules of a code base, found by dotted name, read only when something in them is asked for."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from .. import facts
from ..facts import Module
from .changes import changes_in

type Loader = Callable[[str], Module | None]
"""Reads a module by its path below the root; None if there is none, or none that can be read."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a top-level name is bound to: a statement, and for an assignment of several names which part."""

    statement: facts.Stmt
    target: facts.Expr | None = None


@dataclass(eq=False, slots=True)
class ModuleIndex:
    """A module with its top-level names. Several bindings of a name come from branches.

    `data` are names whose values the module's code changes, `attributes` those of classes, as (class, name).
    """

    path: str
    module: Module
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[facts.Import] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    data: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A module (`a/b.py`) or package (`a/b/`): `folder` is a/b; a package without `__init__` has no index."""

    folder: str
    index: ModuleIndex | None


@dataclass(eq=False, slots=True)
class Program:
    """`roots` are the folders, below the root, that absolute imports start from."""

    load: Loader
    is_folder: Callable[[str], bool]
    roots: tuple[str, ...]
    _indexes: dict[str, ModuleIndex | None] = field(default_factory=dict)
    consulted: set[str] = field(default_factory=set)

    def at_path(self, path: str) -> ModuleIndex | None:
        self.consulted.add(path)
        if path not in self._indexes:
            module = self.load(path)
            self._indexes[path] = None if module is None else index_of(module)
        return self._indexes[path]

    def forget(self, path: str) -> None:
        """Frees what is known of a handler module once its facts are linked."""
        self._indexes.pop(path, None)

    def find(self, dotted: str) -> Place | None:
        """A module or package by its absolute name."""
        first = dotted.partition(".")[0]
        for root in self.roots:
            if first in sys.stdlib_module_names and not self.is_folder(f"{root}/{first}" if root else first):
                continue
            place = self.within(root, dotted)
            if place is not None:
                return place
        return None

    def relative(self, home: ModuleIndex, level: int, module: str) -> Place | None:
        """The same for `from ..module import`, seen from a module."""
        parts = home.path.split("/")[:-1]
        if level - 1 > len(parts):
            return None
        return self.within("/".join(parts[: len(parts) - (level - 1)]), module)

    def within(self, folder: str, dotted: str) -> Place | None:
        """A module or package by its name below a folder; the folder itself for an empty name."""
        path = "/".join(part for part in (folder, dotted.replace(".", "/")) if part)
        index = self.at_path(f"{path}.py") if dotted else None
        index = index or self.at_path(f"{path}/__init__.py" if path else "__init__.py")
        if index is not None:
            return Place(path, index)
        self.consulted.add(f"{path}/")
        return Place(path, None) if self.is_folder(path) else None


def index_of(module: Module) -> ModuleIndex:
    index = ModuleIndex(module.path, module)
    _bind(index, module.body, certain=True)
    index.data, index.attributes = changes_in(module)
    return index


def _bind(index: ModuleIndex, body: tuple[facts.Stmt, ...], certain: bool) -> None:
    for statement in body:
        match statement:
            case facts.Import(name="*"):
                index.stars.append(statement)
            case facts.Import():
                _add(index, imported_as(statement), Binding(statement), certain)
            case facts.Function() | facts.Class() | facts.Alias():
                _add(index, statement.name, Binding(statement), certain)
            case facts.Assign() | facts.AugAssign() | facts.Delete():
                _bind_assigned(index, statement, certain)
            case facts.If() | facts.Try() | facts.With():
                for block, sure in _blocks(statement):
                    _bind(index, block, certain and sure)


def _bind_assigned(index: ModuleIndex, statement: facts.Assign | facts.AugAssign | facts.Delete, certain: bool) -> None:
    match statement:
        case facts.Assign(value=value, targets=targets):
            for target in targets if value is not None else ():
                _bind_target(index, target, Binding(statement, target), certain)
        case facts.AugAssign(target=target):
            if isinstance(target, facts.Name):
                _add(index, target.id, Binding(statement), False)
        case facts.Delete(targets=targets):
            index.deleted |= {target.id for target in targets if isinstance(target, facts.Name)}


def _blocks(statement: facts.If | facts.Try | facts.With) -> list[tuple[tuple[facts.Stmt, ...], bool]]:
    """The blocks of a statement, with whether they run for sure."""
    match statement:
        case facts.If():
            return [(statement.body, is_type_checking(statement.test)), (statement.other, False)]
        case facts.Try():
            handlers = [(handler.body, False) for handler in statement.handlers]
            return [(statement.body, True), *handlers, ((*statement.other, *statement.final), True)]
        case facts.With():
            return [(statement.body, True)]


def is_type_checking(test: facts.Expr) -> bool:
    name = test.name if isinstance(test, facts.Attr) else test.id if isinstance(test, facts.Name) else ""
    return name == "TYPE_CHECKING"


def _bind_target(index: ModuleIndex, target: facts.Expr, binding: Binding, certain: bool) -> None:
    match target:
        case facts.Name():
            _add(index, target.id, binding, certain)
        case facts.Seq():
            for part in target.items:
                _bind_target(index, part, Binding(binding.statement, part), certain)


def _add(index: ModuleIndex, name: str, binding: Binding, certain: bool) -> None:
    if certain:
        index.bindings[name] = [binding]
    else:
        index.bindings.setdefault(name, []).append(binding)


def imported_as(statement: facts.Import) -> str:
    """The name that an import binds: `import a.b` binds a."""
    return statement.alias or statement.name or statement.module.partition(".")[0]
