"""The code behind declared routes: its names, the routes that it states itself, and what it reads of a caller."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile

from .. import facts
from ..declarations import Handler, LambdaAuthorizer, Place, Route
from . import docstring
from .definitions import Defined, definition
from .modules import Binding, ModuleIndex, Program, imported_as

_MOST = 400  # functions that are followed from a handler
type _Key = tuple[tuple[str, ...], str, str]
type _Seen = tuple[int | None, bool, tuple[tuple[ModuleIndex, str], ...]]
_BRANCHES = (
    *(facts.If, facts.Loop, facts.Try, facts.Match, facts.Function, facts.Class),
    *(facts.Cond, facts.Binary, facts.Lambda, facts.Comp),
)
_CONTEXTS = ("requestContext", "request_context")


@dataclass(frozen=True, slots=True)
class CodeRoute:
    """A route that the code states. `entry` is the file of the Lambda entry that answers."""

    method: str
    path: str
    entry: str
    place: Place
    function: str = ""
    is_docstring: bool = True


@dataclass(frozen=True, slots=True)
class Reads:
    """Where code reads the authorizer of a request; `fails`: it does not go on without one."""

    place: Place
    fails: bool


@dataclass(eq=False, slots=True)
class HandlerCode:
    """Modules by path below the root. `stated` are routes of decorators; `modules` may state some in docstrings."""

    load: Callable[[str], facts.Module | None]
    is_file: Callable[[str], bool]
    is_folder: Callable[[str], bool]
    is_installed: Callable[[str, str], bool] = lambda _folder, _file: False
    modules: tuple[str, ...] = ()
    stated: tuple[CodeRoute, ...] = ()
    _programs: dict[tuple[str, ...], Program] = field(default_factory=dict)
    _looked_at: dict[_Key, _Seen] = field(default_factory=dict)

    def file_of(self, handler: Handler) -> str | None:
        """The file that Lambda imports for a handler."""
        for root in handler.roots:
            path = "/".join(part for part in (root, handler.file) if part)
            if self.is_file(path):
                return path
        return None

    def entries(self, routes: Iterable[Route]) -> Iterator[str]:
        """The files that Lambda imports for the handlers and authorizers of routes."""
        for route in routes:
            guard = route.authorizer.handler if isinstance(route.authorizer, LambdaAuthorizer) else None
            for handler in (route.handler, guard):
                path = self.file_of(handler) if isinstance(handler, Handler) else None
                yield from () if path is None else (path,)

    def has(self, path: str, handler: Handler) -> bool:
        """Whether a module has the handler's function, as far as its text tells."""
        index = self.program(handler).at_path(path)
        return index is None or bool(index.stars) or handler.function in index.bindings

    def program(self, handler: Handler) -> Program:
        roots = handler.roots
        if roots not in self._programs:
            self._programs[roots] = Program(self.load, self.is_folder, roots)
        return self._programs[roots]

    def routes(self, handlers: Iterable[str]) -> Iterator[CodeRoute]:
        """The routes that the code states: in decorators, and in docstrings of the modules and those of handlers."""
        yield from self.stated
        for path in sorted({*self.modules, *handlers}):
            module = self.load(path)
            for function in _functions(module.body if module is not None else ()):
                doc = docstring.parse(str(function.doc.value)) if function.doc is not None else None
                if doc is not None and doc.route is not None and function.doc is not None:
                    method, said = doc.route
                    yield CodeRoute(method, said, path, Place(path, node=function.doc.at), function.name)

    def reads_authorizer(self, handler: Handler, inner: tuple[str, str] | None = None) -> tuple[Reads, ...]:
        """Where a handler, or what it calls, reads `requestContext.authorizer`; `inner` is what a dispatcher runs."""
        path = self.file_of(handler)
        program = self.program(handler)
        starts = [inner or (path or "", handler.function)]
        starts += [(one.place.path, one.function) for one in self.stated if one.entry == path]
        known = ((program.at_path(file), name) for file, name in starts if file)
        return tuple(authorizer_reads(program, [(i, name) for i, name in known if i is not None], self._looked_at))

    def is_of_others(self, handler: Handler, path: str) -> bool:
        """Whether an installer wrote a module that a handler imports: it serves APIs of any authorizer, and of none."""
        folders = ((root, f"{root}/" if root else "") for root in handler.roots)
        return any(path.startswith(above) and self.is_installed(root, path[len(above) :]) for root, above in folders)

    def needs_authorizer(self, handler: Handler) -> Place | None:
        """Where a handler reads the authorizer in every request, and fails without one: in its own first statements,
        before any that has branches, and not by `get`."""
        path = self.file_of(handler)
        index = self.program(handler).at_path(path) if path else None
        for binding in index.bindings.get(handler.function, ()) if index is not None else ():
            if isinstance(binding.statement, facts.Function):
                first = takewhile(lambda one: not isinstance(one, _BRANCHES), binding.statement.body)
                nodes = [node for one in first for node in facts.nodes_of(one, _BRANCHES)]
                at = authorizer_read(nodes, missing_fails=True)
                if at is not None:
                    return Place(path or "", node=at)
        return None


def authorizer_reads(
    program: Program, starts: Iterable[tuple[ModuleIndex, str]], known: dict[_Key, _Seen] | None = None
) -> Iterator[Reads]:
    """Where some functions, or what they call, read the authorizer of a request; `known` is kept between calls."""
    known = {} if known is None else known
    waiting, seen = list(starts), set[tuple[str, str]]()
    while waiting and len(seen) < _MOST:
        home, name = waiting.pop()
        if (home.path, name) in seen:
            continue
        seen.add((home.path, name))
        at, fails, uses = _looked_at(program, home, name, known)
        if at is not None:
            yield Reads(Place(home.path, node=at), fails)
        waiting += uses


def _looked_at(program: Program, home: ModuleIndex, name: str, known: dict[_Key, _Seen]) -> _Seen:
    """Where a name of a module reads an authorizer, whether it fails without one, and what else it uses."""
    key = (program.roots, home.path, name)
    elsewhere = definition(program, home, facts.Name(0, name)) if key not in known else None
    if isinstance(elsewhere, Defined) and elsewhere.key != (home.path, name):
        known[key] = (None, False, ((elsewhere.home, elsewhere.name),))
    if key not in known:
        nodes = [node for binding in home.bindings.get(name, []) for node in facts.nodes_of(binding.statement)]
        is_named = any(map(_names_it, nodes))
        failing = authorizer_read(nodes, missing_fails=True) if is_named else None
        at = authorizer_read(nodes) if is_named and failing is None else failing
        known[key] = (at, failing is not None, tuple(used(program, home, nodes)))
    return known[key]


def _functions(body: Iterable[facts.Stmt]) -> Iterator[facts.Function]:
    return (statement for statement in body if isinstance(statement, facts.Function))


def used(program: Program, home: ModuleIndex, nodes: list[object]) -> Iterator[tuple[ModuleIndex, str]]:
    """Names of the code base that some nodes use, each with the module that has it."""
    local = {imported_as(node): [Binding(node)] for node in nodes if isinstance(node, facts.Import)}
    here = replace(home, bindings={**home.bindings, **local}) if local else home
    names = {node.id for node in nodes if isinstance(node, facts.Name)} & here.bindings.keys()
    exprs: list[facts.Expr] = [facts.Name(0, name) for name in sorted(names)]
    exprs += [node for node in nodes if isinstance(node, facts.Attr)]
    seen: set[tuple[str, str]] = set()
    for expr in exprs:
        found = definition(program, here, expr)
        if isinstance(found, Defined) and found.key not in seen:
            seen.add(found.key)
            yield found.home, found.name


def authorizer_read(nodes: list[object], missing_fails: bool = False) -> int | None:
    """The node that reads the authorizer of a request; with `missing_fails`, only one that fails without one."""
    contexts = {name for node in nodes for name in _bound_to_context(node)}
    handed_on = {at for node in nodes for at in _handed_on(node)}
    for node in nodes:
        match node:
            case facts.Sub(value=base, key=facts.Const(value="authorizer")) if _is_context(base, contexts):
                return node.at
            case facts.Call(func=facts.Attr(value=base, name="get"), args=args) if _is_context(base, contexts):
                name = args[0].value if args else None
                is_read = isinstance(name, facts.Const) and name.value == "authorizer" and node.at not in handed_on
                if is_read and not missing_fails:
                    return node.at
            case facts.Attr(value=base, name="authorizer") if _is_context(base, contexts):
                return node.at
            case facts.Sub(key=facts.Const(value="_auth_context")):
                return node.at
    return None


def _names_it(node: object) -> bool:
    match node:
        case facts.Const(value="authorizer" | "_auth_context") | facts.Attr(name="authorizer"):
            return True
        case _:
            return False


def _handed_on(node: object) -> Iterator[int]:
    """The calls in what a WSGI adapter tells its application of an event, whole and whatever the route is: PEP 3333."""
    if isinstance(node, facts.DictLit):
        keys = [key.value for key, _ in node.items if isinstance(key, facts.Const)]
        if "wsgi.input" in keys:
            yield from (call.at for call in facts.nodes_of(node.items) if isinstance(call, facts.Call))


def _bound_to_context(node: object) -> Iterator[str]:
    if isinstance(node, facts.Assign) and node.value is not None and _is_context(node.value, set()):
        yield from (target.id for target in node.targets if isinstance(target, facts.Name))


def _is_context(node: facts.Expr, names: set[str]) -> bool:
    """Whether an expression is the request context: `event["requestContext"]` and what is written like it."""
    match node:
        case facts.Name(id=name):
            return name in names
        case facts.Sub(key=facts.Const(value="requestContext")):
            return True
        case facts.Attr(value=facts.Attr(name="current_request"), name="context"):  # of a Chalice app
            return True
        case facts.Attr(name=name):
            return name in _CONTEXTS
        case facts.Call(func=facts.Attr(name="get"), args=(facts.Arg(value=facts.Const(value="requestContext")), *_)):
            return True
        case facts.Binary(left=left, right=right):  # `event.get("requestContext") or {}`
            return _is_context(left, names) or _is_context(right, names)
        case _:
            return False
