"""Routes of decorators: Chalice (`@app.route`, Blueprints) and Powertools (`@app.get`, routers, prefixes)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from .. import facts
from ..declarations import Authorizer, Handler, Place, Unresolved
from ..diagnostics import Finding
from .definitions import Defined, Foreign, constant, definition, imports
from .modules import ModuleIndex, Program

_APPS = {"Chalice": ("chalice", "rest", "1.0"), "APIGatewayRestResolver": ("powertools", "rest", "1.0")}
_APPS |= {"APIGatewayHttpResolver": ("powertools", "http", "2.0"), "ApiGatewayResolver": ("powertools", "rest", "1.0")}
_ROUTERS = {"Blueprint": "chalice", "Router": "powertools", "APIGatewayRouter": "powertools"}
_ROUTERS |= {"APIGatewayHttpRouter": "powertools"}
POWERTOOLS = frozenset(name for name, (library, _, _) in _APPS.items() if library == "powertools")
VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_MOUNTS = ("register_blueprint", "include_router")
_SOCKETS = ("on_ws_connect", "on_ws_message", "on_ws_disconnect")
SWAGGER = "enable_swagger"  # adds a route of its own, for GET
_DEEPEST = 6

type Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """An app or router: the call that makes it; `kind` and `payload` are the API's, "" for a router."""

    home: ModuleIndex
    name: str
    library: str
    kind: str
    payload: str
    call: facts.Call

    @property
    def key(self) -> Key:
        return (self.home.path, self.name)


@dataclass(frozen=True, slots=True)
class Decorated:
    """A decorated function: its decorator's call. `function` is "" for a route of the library's own."""

    home: ModuleIndex
    function: str
    call: facts.Call
    verb: str

    @property
    def place(self) -> Place:
        return Place(self.home.path, node=self.call.at)


def argument(call: facts.Call, name: str, position: int = -1) -> facts.Expr | None:
    """An argument of a call by its name, else by its position."""
    for given in call.args:
        if given.name == name:
            return given.value
    plain = [given.value for given in call.args if given.name is None and not given.star]
    return plain[position] if 0 <= position < len(plain) else None


@dataclass(eq=False, slots=True)
class Decorators:
    """Apps and routers with their decorated functions. `code_root` is the settings', else each app's own is found;
    `stage` is the one that Chalice deploys."""

    load: Callable[[str], facts.Module | None]
    is_folder: Callable[[str], bool]
    read: Callable[[str], bytes | None]
    code_root: str = ""
    stage: str = ""
    authorizer: Authorizer | None = None
    findings: list[Finding] = field(default_factory=list)
    made: dict[Key, Made] = field(default_factory=dict)
    decorated: dict[Key, list[Decorated]] = field(default_factory=dict)
    mounts: dict[Key, list[tuple[Key, str]]] = field(default_factory=dict)
    _programs: dict[str, Program] = field(default_factory=dict)
    _read: set[tuple[str, int]] = field(default_factory=set)
    _paths: list[str] = field(default_factory=list)

    def look(self, paths: Iterable[str]) -> None:
        """Finds apps, routers and decorated functions in some modules."""
        known = [index for path in paths if (index := self.program(path).at_path(path)) is not None]
        self._paths = [index.path for index in known]
        for index in known:
            self._find_made(index)
        for index in known:
            self._find_decorated(index)
            self._find_mounts(index)
            self._find_unread(index)

    def apps(self) -> list[Made]:
        """What is no router."""
        return [one for one in self.made.values() if one.kind]

    def program(self, path: str) -> Program:
        """The modules as a module sees them: absolute imports begin in its folder, or in one above it."""
        folder = path.rpartition("/")[0]
        if folder not in self._programs:
            self._programs[folder] = Program(self.load, self.is_folder, tuple(_upwards(folder)))
        return self._programs[folder]

    def _find_made(self, index: ModuleIndex) -> None:
        for name, bindings in index.bindings.items():
            statement = bindings[-1].statement
            if isinstance(statement, facts.Assign) and isinstance(statement.value, facts.Call):
                said = self.class_of(index, statement.value.func)
                if said in _APPS:
                    library, kind, payload = _APPS[said]
                    kind, payload = _of_proxy(statement.value) or (kind, payload)
                    self.made[index.path, name] = Made(index, name, library, kind, payload, statement.value)
                elif said in _ROUTERS:
                    self.made[index.path, name] = Made(index, name, _ROUTERS[said], "", "", statement.value)

    def class_of(self, home: ModuleIndex, expr: facts.Expr, depth: int = 0) -> str | None:
        """The library's class that a callee is, or derives from."""
        found = definition(self.program(home.path), home, expr)
        if isinstance(found, Foreign):
            return found.name if found.module.startswith(("chalice", "aws_lambda_powertools")) else None
        if isinstance(found, Defined) and isinstance(found.statement, facts.Class) and depth < _DEEPEST:
            inner = (self.class_of(found.home, base.value, depth + 1) for base in found.statement.bases)
            return next((name for name in inner if name is not None), None)
        return None

    def object_of(self, home: ModuleIndex, expr: facts.Expr, depth: int = 0) -> Made | None:
        """The app or router that an expression is, through other names of it and functions that return one."""
        found = definition(self.program(home.path), home, expr)
        if not isinstance(found, Defined) or depth > _DEEPEST:
            return None
        match found.statement:
            case _ if found.key in self.made:
                return self.made[found.key]
            case facts.Assign(value=facts.Name() | facts.Attr() as value):
                return self.object_of(found.home, value, depth + 1)
            case facts.Assign(value=facts.Call(func=func)):
                maker = definition(self.program(found.home.path), found.home, func)
                given = _returned(maker.statement) if isinstance(maker, Defined) else None
                return self.object_of(maker.home, given, depth + 1) if isinstance(maker, Defined) and given else None
            case _:
                return None

    def _find_decorated(self, index: ModuleIndex) -> None:
        for function in _run_at_import(index.module.body):
            for decorator in function.decorators if isinstance(function, facts.Function) else ():
                match decorator:
                    case facts.Call(func=facts.Attr(value=base, name=verb)) if verb in (*VERBS, "route"):
                        owner = self.object_of(index, base)
                        is_known = owner is not None and (verb == "route" or owner.library == "powertools")
                        if owner is not None and is_known and isinstance(function, facts.Function):
                            found = Decorated(index, function.name, decorator, verb)
                            self.decorated.setdefault(owner.key, []).append(found)
                            self._read.add((index.path, decorator.at))
                    case facts.Call(func=facts.Attr(value=base, name=verb)) if verb in _SOCKETS:
                        if self.object_of(index, base) is not None and isinstance(function, facts.Function):
                            place = Place(index.path, node=decorator.at)
                            message = f"{function.name} is a WebSocket's: it is not served"
                            self.findings.append(place.finding("CG350", message))

    def _find_mounts(self, index: ModuleIndex) -> None:
        for statement in _run_at_import(index.module.body):
            match statement:
                case facts.Do(value=facts.Call(func=facts.Attr(value=base, name=verb)) as call) if verb in _MOUNTS:
                    self._mount(index, base, call, statement.at)
                case facts.Do(value=facts.Call(func=facts.Attr(value=base, name=verb)) as call) if verb == SWAGGER:
                    owner = self.object_of(index, base)
                    if owner is not None and owner.library == "powertools":
                        self.decorated.setdefault(owner.key, []).append(Decorated(index, "", call, verb))
                        self._read.add((index.path, call.at))

    def _mount(self, index: ModuleIndex, base: facts.Expr, call: facts.Call, at: int) -> None:
        owner, inner = self.object_of(index, base), argument(call, "router", 0) or argument(call, "blueprint", 0)
        router = None if inner is None else self.object_of(index, inner)
        if owner is None:
            return
        self._read.add((index.path, call.at))
        written = argument(call, "url_prefix" if owner.library == "chalice" else "prefix")
        if owner.library == "powertools" and written is None:
            written = argument(call, "prefix", 1)
        prefix = "" if written is None else self.constant(index, written)
        starred = any(given.star for given in call.args)
        if router is None or starred or not isinstance(prefix, str | None) or (written is not None and prefix is None):
            message = "the routes of a router are not known: its name or prefix cannot be read"
            self.findings.append(Place(index.path, node=call.at).finding("CG156", message))
            return
        self.mounts.setdefault(owner.key, []).append((router.key, prefix or ""))

    def _find_unread(self, index: ModuleIndex) -> None:
        """What adds routes in a branch, a loop or a function, or by a plain call: it is not known whether it runs. Nor
        is what a decorator under another name adds (`route = app.route`)."""
        called = {node.func for node in facts.nodes_of(index.module.body) if isinstance(node, facts.Call)}
        for node in facts.nodes_of(index.module.body):
            match node:
                case facts.Attr(value=base, name=verb) if verb in (*VERBS, "route") and node not in called:
                    owner = self.object_of(index, base)
                    if owner is not None and (verb == "route" or owner.library == "powertools"):
                        message = f"nothing tells which routes this {verb} adds under another name"
                        hint = f"decorate functions with @{owner.name}.{verb}(...) itself"
                        self.findings.append(Place(index.path, node=node.at).finding("CG156", message, hint))
        local = {call.at for node in facts.nodes_of(index.module.body) for call in self._of_local_apps(index, node)}
        for node in facts.nodes_of(index.module.body):
            match node:
                case facts.Call(func=facts.Attr(value=base, name=verb)) if (
                    verb in (*VERBS, "route", SWAGGER, *_MOUNTS) and (index.path, node.at) not in self._read
                ):
                    given = [one.value for one in node.args if verb in _MOUNTS]
                    owners = [one for expr in (base, *given) if (one := self.object_of(index, expr)) is not None]
                    known = any(one.library == "powertools" or verb not in VERBS for one in owners)
                    if known or node.at in local:
                        message = f"nothing tells whether this {verb} runs, and what it adds"
                        hint = "write it at the top of the module, or state the routes in a table"
                        self.findings.append(Place(index.path, node=node.at).finding("CG156", message, hint))

    def _of_local_apps(self, index: ModuleIndex, function: object) -> Iterator[facts.Call]:
        """Decorators in a function whose app or router is made there, or is an argument."""
        if not isinstance(function, facts.Function):
            return
        names = {parameter.name for parameter in function.params}
        nodes = list(facts.nodes_of(function.body))
        for node in nodes:
            if isinstance(node, facts.Assign) and isinstance(node.value, facts.Call):
                is_app = self.class_of(index, node.value.func) in {*_APPS, *_ROUTERS}
                names |= {one.id for one in node.targets if is_app and isinstance(one, facts.Name)}
        for decorator in (one for node in nodes if isinstance(node, facts.Function) for one in node.decorators):
            match decorator:
                case facts.Call(func=facts.Attr(value=facts.Name(id=name))) if name in names:
                    yield decorator

    def all_of(self, key: Key, prefix: str, depth: int) -> Iterator[tuple[Decorated, str]]:
        yield from ((one, prefix) for one in self.decorated.get(key, ()))
        for inner, more in self.mounts.get(key, ()) if depth < _DEEPEST else ():
            yield from self.all_of(inner, prefix + more.rstrip("/"), depth + 1)

    def constant(self, home: ModuleIndex, expr: facts.Expr | None) -> object:
        """The constant that an expression of a module is."""
        return constant(self.program(home.path), home, expr)

    def said(self, one: "Made | Decorated", name: str, position: int = -1) -> object:
        """The constant that an argument of an app's call, or of a decorator, is."""
        return self.constant(one.home, argument(one.call, name, position))

    def entry_of(self, app: Made) -> Handler | Unresolved:
        """The function that Lambda calls: a Chalice app itself, or what runs `app.resolve`."""
        place = Place(app.home.path, node=app.call.at)
        function: str | None = app.name if app.library == "chalice" else None
        home = app.home
        if function is None:
            found = self.resolving(app)
            if found is None:
                return Unresolved(f"nothing calls {app.name}.resolve", place)
            home, function = found
        return self.handler(app, home, function, place)

    def handler(self, app: Made, home: ModuleIndex, function: str, place: Place) -> Handler:
        """A function of an app's code, imported from the app's code root."""
        root = self.code_root or code_root(self.program(app.home.path), app.home, home)
        return Handler(root, home.path.removeprefix(f"{root}/") if root else home.path, function, place)

    def resolving(self, app: Made) -> tuple[ModuleIndex, str] | None:
        """The function with `app.resolve(event, context)`, in the app's module or in one that imports it."""
        for path in dict.fromkeys([app.home.path, *(path for path, _ in self.made), *sorted(self._paths)]):
            index = self.program(path).at_path(path)
            for statement in index.module.body if index is not None else ():
                if index is not None and self._resolves(index, statement, app):
                    name = statement.name if isinstance(statement, facts.Function) else _assigned(statement)
                    if name is not None:
                        return index, name
        return None

    def _resolves(self, index: ModuleIndex, statement: facts.Stmt, app: Made) -> bool:
        if not isinstance(statement, facts.Function | facts.Assign):
            return False
        for node in facts.nodes_of(statement):
            match node:
                case facts.Attr(value=base, name="resolve") | facts.Call(func=facts.Name() as base):
                    found = self.object_of(index, base)
                    if found is not None and found.key == app.key:
                        return True
        return False


def _of_proxy(call: facts.Call) -> tuple[str, str] | None:
    """Kind and payload of the generic resolver, which `proxy_type` chooses."""
    match argument(call, "proxy_type", 0):
        case facts.Attr(name="APIGatewayProxyEventV2"):
            return "http", "2.0"
        case _:
            return None


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def code_root(program: Program, *indexes: ModuleIndex) -> str:
    """The nearest folder with some modules from which all imports of their own code are found."""
    above = _upwards(indexes[0].path.rpartition("/")[0])
    folders = [
        folder for folder in above if all(one.path.startswith(f"{folder}/" if folder else "") for one in indexes)
    ]
    names = (name for index in indexes for name in imports(index))
    own = [name for name in names if any(program.within(folder, name) for folder in folders)]
    for folder in folders:
        if all(program.within(folder, name) for name in own):
            return folder
    return folders[0]


def _assigned(statement: facts.Stmt) -> str | None:
    """`lambda_handler = app.resolve`"""
    match statement:
        case facts.Assign(targets=(facts.Name(id=name),), value=facts.Attr(name="resolve")):
            return name
        case _:
            return None


def _returned(statement: facts.Stmt) -> facts.Expr | None:
    """What a function without branches returns."""
    last = statement.body[-1] if isinstance(statement, facts.Function) and statement.body else None
    return last.value if isinstance(last, facts.Return) else None


def _run_at_import(body: Iterable[facts.Stmt]) -> Iterator[facts.Stmt]:
    """The statements of a module that run when it is imported, whatever holds."""
    for statement in body:
        yield statement
        if isinstance(statement, facts.Class | facts.With | facts.Try):
            yield from _run_at_import(statement.body)
