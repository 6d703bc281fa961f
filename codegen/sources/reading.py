"""What the reading of one source needs, and what it collects."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..declarations import Api, Handler, LambdaAuthorizer, Place, Public, Route, SourceKind, Unresolved
from ..diagnostics import Finding
from ..discovery import Files
from .documents import read_document
from .nodes import Budget, Items, Node, Scalar, is_null, reason, text, whole_number

_TASK_ROOT = "/var/task/"  # where Lambda unpacks the code
_WORD = re.compile(r"[A-Za-z0-9_-]+")
_DYNAMIC = "{{resolve:"  # a reference that CloudFormation follows when it deploys


type Variables = dict[str, tuple[str | None, Place]]
"""Environment values with their places; None for what is known only after the deploy."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the settings say of a source. `functions` maps names or ARNs to `package.module:function`."""

    parameters: tuple[tuple[str, str], ...] = ()
    layers: tuple[str, ...] = ()
    functions: tuple[tuple[str, str], ...] = ()
    code_root: str = ""
    api: str = ""
    run: bool = False


@dataclass(eq=False, slots=True)
class Reading:
    """One source at work: files by path below the root, findings in the order in which they were met."""

    files: Files
    options: Options = field(default_factory=Options)
    kind: SourceKind | None = None
    budget: Budget = field(default_factory=Budget)
    findings: list[Finding] = field(default_factory=list)
    unserved: list[Route] = field(default_factory=list)
    consulted: set[str] = field(default_factory=set)
    _documents: dict[str, tuple[Node | None, int]] = field(default_factory=dict)

    def bytes_of(self, path: str) -> bytes | None:
        self.consulted.add(path)
        return self.files.read(path)

    def document(self, path: str, asked: Place | None = None) -> Node | None:
        """A YAML or JSON file; None, with a finding where it was asked for, if it cannot be read."""
        if path in self._documents:
            known, size = self._documents[path]
            self.budget.spend(size)
            return known
        left = self.budget.left
        source = self.bytes_of(path)
        if source is None:
            self.report(asked or Place(path), "CG151", f"there is no file {path}")
            return None
        node, findings = read_document(path, source, self.budget, self.kind)
        self.findings += findings
        if node is None and not findings:
            self.report(Place(path), "CG151", "the file is empty")
        self._documents[path] = (node, left - self.budget.left)
        return node

    def report(self, place: Place, code: str, message: str, hint: str = "") -> None:
        self.findings.append(place.finding(code, message, hint))

    def not_served(self, api: Api, method: str | None, path: object, place: Place, message: str) -> None:
        """Notes a route that leads to no function of the code base."""
        self.report(place, "CG350", message)
        if method is not None and isinstance(path, str):
            self.unserved.append(Route(api, method.upper(), path, Unresolved(message, place), Public(), place))

    def word(self, node: Node | None, what: str, default: str, known: tuple[str, ...] = ()) -> str:
        """A text of a table, one of the known ones; the default where there is none. What only the deploy tells is a
        finding."""
        said = text(node)
        if node is not None and not is_null(node) and said is None:
            self.report(node.place, "CG156", f"{what} is not known: {reason(node)}")
        if node is not None and said and known and said not in known:
            self.report(node.place, "CG156", f"{what} is {said!r}, and neither {' nor '.join(known)}")
            return default
        return said or default

    def number(
        self, node: Node | None, what: str, least: int, most: int, instead: str = "the default counts here"
    ) -> int | None:
        """A whole number of a table; None where there is none, or only after the deploy: `instead` says what counts
        then. That is a finding, as is anything else."""
        said, found = text(node), whole_number(node)
        if node is None or is_null(node):
            return None
        if said is None or _DYNAMIC in said:
            self.report(node.place, "CG256", f"{what} is known only after the deploy: {instead}")
            return None
        if found is None or not least <= found <= most:
            self.report(node.place, "CG156", f"{what} is {said!r}, and not a whole number from {least} to {most}")
            return None
        return found

    def handler(self, spelled: str, root: str, place: Place, layers: tuple[str, ...] = ()) -> Handler | Unresolved:
        """The handler that `package/module.function` names, as Lambda reads it, seen from a code root."""
        if spelled == "wsgi_handler.handler" and not self.is_file(root, "wsgi_handler.py"):
            said = (
                "serverless-wsgi writes this module: run `sls wsgi install`, or write one that calls its handle_request"
            )
            return Unresolved(said, place)
        module, _, function = spelled.rpartition(".")
        module = module.replace(".", "/").removeprefix("/")
        if not module or not function.isidentifier() or not all(module.split("/")):
            return Unresolved(f"{spelled!r} names no function of a module", place)
        package = f"{module}/__init__.py"
        is_module = any(self.is_file(folder, f"{module}.py") for folder in (root, *layers))
        file = package if not is_module and self.is_file(root, package) else f"{module}.py"
        return Handler(root, file, function, place, layers=layers)

    def is_file(self, folder: str, file: str) -> bool:
        return self.files.state(f"{folder}/{file}" if folder else file) is not None

    def layer(self, folder: str) -> tuple[str, ...]:
        """The folders that a layer puts on the path: those in its `python`, or itself where a build makes that."""
        inner = posixpath.join(folder, "python")
        if not self.files.is_folder(inner):
            return (folder,)
        versions = (f"{inner}/lib/{name}/site-packages" for name in self.files.names(f"{inner}/lib"))
        return (*(one for one in versions if self.files.is_folder(one)), inner)

    def layered(self, folders: Sequence[str | None]) -> tuple[str, ...]:
        """The folders that layers put on the path: of a file that several have, Lambda keeps the last one's. None
        stands for a layer that is not in the code base, for which the settings may name folders."""
        own = [one for folder in reversed(folders) if folder is not None for one in self.layer(folder)]
        return (*own, *(self.options.layers if None in folders else ()))

    def with_variables(self, handler: Handler, variables: Variables) -> Handler:
        """A handler with its environment; folders of its code that PYTHONPATH names are on the path, too."""
        environment = tuple((name, value) for name, (value, _) in sorted(variables.items()))
        places = tuple((name, place) for name, (_, place) in variables.items())
        said = (dict(environment).get("PYTHONPATH") or "").split(":")
        inner = (part.removeprefix(_TASK_ROOT).strip("/") for part in said if part.startswith(_TASK_ROOT))
        found = (below(handler.code_root, part) for part in inner if part)
        more = [folder for folder in found if folder and self.files.is_folder(folder) and folder not in handler.layers]
        return replace(handler, environment=environment, variables_at=places, layers=(*handler.layers, *more))

    def named(self, spelled: str, place: Place, root: str | None = None) -> Handler | Unresolved | None:
        """The handler that the settings give for a name that stands in a text: first below `root`, the table's own code
        root."""
        words = {spelled, *_WORD.findall(spelled)}
        found = {target for name, target in self.options.functions if name in words}
        if len(found) != 1:
            return None
        module, _, function = found.pop().rpartition(":")
        module = module.removesuffix(".py").replace(".", "/")
        own = None if root is None else self.handler(f"{module}.{function}", root, place)
        if isinstance(own, Handler) and self.files.state(own.path) is not None:
            return own
        return self.handler(f"{module}.{function}", self.options.code_root, place)


def with_authorizer(reading: Reading, route: Route) -> Route:
    """A route with the function that the settings give for the name of its authorizer, where no table tells one."""
    declared = route.authorizer
    if not isinstance(declared, LambdaAuthorizer) or not isinstance(declared.handler, Unresolved):
        return route
    named = reading.named(declared.name, declared.handler.place)
    return route if named is None else replace(route, authorizer=replace(declared, handler=named))


def below(folder: str, path: str) -> str | None:
    """A path seen from a folder, as one below the root ("" for the root); None if it lies elsewhere."""
    if path.startswith(("/", "~")) or "\0" in path or "://" in path or "\\" in path:
        return None
    found = posixpath.normpath(posixpath.join(folder, path))
    if found == ".." or found.startswith("../"):
        return None
    return "" if found == "." else found


def folder_of(path: str) -> str:
    return posixpath.dirname(path)


def given(parameters: tuple[tuple[str, str], ...]) -> dict[str, Node]:
    """Parameters of the settings as values."""
    place = Place("pyproject.toml")
    return {name: Scalar(value, place) for name, value in parameters}


def listed(value: str, place: Place) -> Items:
    """A comma-delimited list."""
    return Items(tuple(Scalar(part.strip(), place) for part in value.split(",")), place)
