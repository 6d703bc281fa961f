"""What counts when sources disagree: tables win over code, and two tables of one API have to say the same."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ..declarations import (
    ApiKey,
    Authorizer,
    Cognito,
    Declared,
    Handler,
    Iam,
    Jwt,
    LambdaAuthorizer,
    Place,
    Public,
    Route,
    SourceKind,
    Unresolved,
)
from ..diagnostics import Finding
from ..model import Operation
from ..names import DEFAULT, METHODS, METHODS_OF_ANY, InvalidName, PathTemplate
from .handler_code import CodeRoute, HandlerCode
from .rules import named_twice

_UNTOLD = "state its authorizer in the source, or declare the route in a routes file, which can name one; or remove it"
_WAYS = '"deny", "allow-in-development" or "module:function"'
_STAND_IN = re.compile(r"deny|allow-in-development|[^:]+:.+", re.DOTALL)
_TABLE = "[tool.lambdatwin.authorizers]"

_BARE = re.compile(r"[A-Za-z0-9_-]+")  # a key of TOML
# Of a process: what has another name, or a NUL in its value, cannot be given to one.
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DEPLOYED = {SourceKind.SAM, SourceKind.CLOUDFORMATION, SourceKind.CDK, SourceKind.SERVERLESS}

type Key = tuple[str, str, tuple[str, ...]]
"""API, method and shape of the path: what makes two routes the same."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The routes that are served, and what is wrong with the tables; `operations` are what is generated for them, and
    `served` what stands against serving or documenting them."""

    routes: tuple[Route, ...]
    findings: tuple[Finding, ...]
    operations: tuple[Operation, ...] = ()
    served: tuple[Finding, ...] = ()

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        return (*self.served, *self.findings)


def link(
    tables: Iterable[Declared], code: HandlerCode, stand_ins: Mapping[str, object] = MappingProxyType({})
) -> Linked:
    """The routes of tables, put together and held against the code behind them. `stand_ins` are what the settings name
    for authorizers."""
    declared = tuple(tables)
    routes, findings = agreed(declared)
    for table in declared:
        findings += [*table.findings, *taken_instead(table, routes)]
    for route in routes:
        findings += [*handler_exists(route, code), *authorizer_is_known(route, stand_ins), *malformed(route, stand_ins)]
        findings += cors_is_taken(route)
    findings += siblings(routes)
    findings += shared(routes)
    findings += stay_guarded(routes, code)
    findings += environments(routes)
    if all(one.code != "CG151" for one in findings):  # of a table that cannot be read nothing tells what is in it
        findings += documented(routes, code)
    return Linked(routes, tuple(dict.fromkeys(findings)))


def taken_instead(table: Declared, routes: Iterable[Route]) -> Iterator[Finding]:
    """CG256: a route that is not served, whose requests another one gets here: all APIs have one address. OPTIONS is
    told apart."""
    for left in (one for one in table.unserved if one.method != "OPTIONS" and one.path != DEFAULT):
        stated = CodeRoute(left.method, left.path, "", left.place)
        taking = [one for one in routes if covers(one, stated)]
        if taking:
            first = min(taking, key=generality)
            message = f"{left.method} {left.path} is not served: its requests reach {first.method} {first.path} here"
            yield left.place.finding("CG256", message, "", first.place)


def key_of(route: Route) -> Key:
    shape = (DEFAULT,) if route.path == DEFAULT else PathTemplate(route.path).shape
    return (route.api.name, route.method, shape)


def agreed(tables: tuple[Declared, ...]) -> tuple[tuple[Route, ...], list[Finding]]:
    """The routes of all tables, each once; of two tables of an API, the first has the authority."""
    findings: list[Finding] = []
    first: dict[str, Declared] = {}
    known: dict[Key, Route] = {}
    for table in tables:
        own: dict[Key, Route] = {}
        for route in table.routes:
            problem = _problem(route)
            if problem is not None:
                findings.append(route.place.finding("CG156", problem))
            elif (same := own.setdefault(key_of(route), route)) is not route:
                message = f"{route.method} {route.path} is declared twice"
                findings.append(route.place.finding("CG153", message, "remove one of them", same.place))
        for name in sorted({route.api.name for route in own.values()}):
            mine = {key: route for key, route in own.items() if key[0] == name}
            theirs = {key: route for key, route in known.items() if key[0] == name}
            if name in first and not _are_apart(first[name], table, theirs, mine):
                findings += differences(theirs, first[name], mine, table)
                continue
            if name in first:
                name, mine = _apart(name, table, mine)
            first[name] = table
            known |= mine
    return tuple(known.values()), findings


def _are_apart(one: Declared, other: Declared, theirs: dict[Key, Route], mine: dict[Key, Route]) -> bool:
    """Whether two templates have an API each that happen to be called the same, as SAM's implicit ones are."""
    return {one.source.kind, other.source.kind} <= _DEPLOYED and not theirs.keys() & mine.keys()


def _apart(name: str, table: Declared, mine: dict[Key, Route]) -> tuple[str, dict[Key, Route]]:
    """The routes of an API under a name of its own: with the folder of its template."""
    folder, _, file = table.source.path.rpartition("/")
    name = f"{folder or file.partition('.')[0]}/{name}"
    renamed = (replace(route, api=replace(route.api, name=name)) for route in mine.values())
    return name, {key_of(route): route for route in renamed}


def _problem(route: Route) -> str | None:
    if route.method not in METHODS:
        return f"{route.method} is not an HTTP method"
    if route.path == DEFAULT:
        return None
    if not route.path.startswith("/"):
        return f"the path {route.path!r} does not begin with a slash"
    if route.api.kind == "rest" and route.path.endswith("/") and route.path != "/":
        return f"the path {route.path!r} ends with a slash, which no path of a REST API does"
    try:
        PathTemplate(route.path)
    except InvalidName as error:
        return f"the path cannot be read: {error}"
    return None


def differences(
    theirs: dict[Key, Route], table: Declared, mine: dict[Key, Route], other: Declared
) -> Iterator[Finding]:
    """CG153: where a second table of an API says something else than the first."""
    hint = "make them say the same, or read only one of them"
    for key, route in theirs.items():
        if key not in mine:
            message = f"{route.method} {route.path} is in {table.source.path}, and not in {other.source.path}"
            yield route.place.finding("CG153", message, hint, Place(other.source.path))
    for key, route in mine.items():
        same = theirs.get(key)
        if same is None:
            message = f"{route.method} {route.path} is in {other.source.path}, and not in {table.source.path}"
            yield route.place.finding("CG153", message, hint, Place(table.source.path))
            continue
        for what, one, two in (
            ("path", route.path, same.path),
            ("function", _function(route), _function(same)),
            ("authorizer", (route.authorizer, set(route.scopes)), (same.authorizer, set(same.scopes))),
        ):
            if one != two:
                message = f"two tables give {route.method} {route.path} another {what}"
                yield same.place.finding("CG153", message, hint, route.place)


def _function(route: Route) -> object:
    handler = route.handler
    return (handler.path, handler.function) if isinstance(handler, Handler) else handler


def handler_exists(route: Route, code: HandlerCode) -> Iterator[Finding]:
    """CG152: the function of a route, or of its authorizer, that is not in the code base."""
    yield from _exists(route.handler, f"{route.method} {route.path}", code)
    if isinstance(route.authorizer, LambdaAuthorizer) and isinstance(route.authorizer.handler, Handler):
        yield from _exists(route.authorizer.handler, f"the authorizer {route.authorizer.name}", code)


def _exists(handler: Handler | Unresolved, label: str, code: HandlerCode) -> Iterator[Finding]:
    if isinstance(handler, Unresolved):
        yield handler.place.finding("CG152", f"{label} leads to no function: {handler.reason}", _named(handler.key))
        return
    path = code.file_of(handler)
    if path is None:
        message = f"{label} leads to {handler.file}, which is not there"
        hint = f"looked in {_folders(handler)}"
        hint += f"; if another one is meant, {_named(handler.key)}" if handler.key else ""
        yield handler.place.finding("CG152", message, hint)
    elif not code.has(path, handler):
        yield handler.place.finding("CG152", f"{label} leads to {handler.function}, which {path} does not have")


def _named(key: str) -> str:
    """How the settings may name the function; nothing where the source has no name for it."""
    return f'name it under [tool.codegen.functions]: {_key(key)} = "module:function"' if key else ""


def _key(name: str) -> str:
    """A name as a key of TOML."""
    return name if _BARE.fullmatch(name) else json.dumps(name)


def _folders(handler: Handler) -> str:
    return ", ".join(root or "the root" for root in handler.roots)


def _stand_in(key: str) -> str:
    return f"name a stand-in in {_TABLE}, {_key(key)} = {_WAYS}, or remove the route"


def authorizer_is_known(route: Route, stand_ins: Mapping[str, object]) -> Iterator[Finding]:
    """CG154: who may call is not known, or cannot be checked here. No such route is public."""
    label = f"{route.method} {route.path}"
    match route.authorizer:
        case Unresolved(reason=reason, place=place):
            yield place.finding("CG154", f"nothing tells who may call {label}: {reason}", _UNTOLD)
        case LambdaAuthorizer(handler=Unresolved() as handler, name=name) if name not in stand_ins:
            message = f"the function of the authorizer {name} is not known: {handler.reason}"
            yield handler.place.finding("CG154", message, f"{_named(name)}; or {_stand_in(name)}")
        case Iam() if "iam" not in stand_ins:
            message = f"{label} is signed for IAM, which is not checked here"
            yield route.place.finding("CG154", message, _stand_in("iam"))
        case ApiKey() if "key" not in stand_ins:
            message = f"{label} asks for an API key, which is not checked here"
            yield route.place.finding("CG154", message, _stand_in("key"))
    if route.needs_key and "key" not in stand_ins and not isinstance(route.authorizer, ApiKey):
        message = f"{label} asks for an API key too, which is not checked here"
        yield route.place.finding("CG154", message, _stand_in("key"))


def malformed(route: Route, stand_ins: Mapping[str, object]) -> Iterator[Finding]:
    """CG154: stand-ins of a route that are named in no way that a server takes."""
    names = {"key"} if route.needs_key else set()
    match route.authorizer:
        case LambdaAuthorizer(name=name) | Cognito(name=name) | Jwt(name=name):
            names.add(name)
        case Iam():
            names.add("iam")
        case ApiKey():
            names.add("key")
    for name in sorted(names & stand_ins.keys()):
        said = stand_ins[name]
        if not isinstance(said, str) or not _STAND_IN.fullmatch(said):
            message = f"{_TABLE} {_key(name)} is {said!r}, and no stand-in"
            yield Place("pyproject.toml").finding("CG154", message, f"write {_key(name)} = {_WAYS}")


def stay_guarded(routes: Iterable[Route], code: HandlerCode) -> Iterator[Finding]:
    """CG155: public routes whose handlers read what an authorizer says. A handler that a guarded route has too may read
    it for that: an error is only what every request would run into. So may a helper that a guarded route's handler
    calls, where it reads with `get`, and an installed library that asks with `get` for what may be missing."""
    served = [(route, route.handler) for route in routes if isinstance(route.handler, Handler)]
    guarded = [(route, handler) for route, handler in served if not isinstance(route.authorizer, Public)]
    functions = {_function(route) for route, _ in guarded}
    shared: set[Place] | None = None
    for route, handler in served:
        if not isinstance(route.authorizer, Public):
            continue
        if route.inner is None and _function(route) in functions:
            place = code.needs_authorizer(handler)
        else:
            found = [
                reads
                for reads in code.reads_authorizer(handler, route.inner)
                if reads.fails or not code.is_of_others(handler, reads.place.path)
            ]
            if found and shared is None:
                shared = {
                    reads.place for other, theirs in guarded for reads in code.reads_authorizer(theirs, other.inner)
                }
            place = next((reads.place for reads in found if reads.fails or reads.place not in (shared or ())), None)
        if place is not None:
            message = f"the handler of {route.method} {route.path} reads its authorizer, and the route has none"
            yield place.finding("CG155", message, "give the route an authorizer", route.place)


def cors_is_taken(route: Route) -> Iterator[Finding]:
    """CG156: a policy that AWS refuses, as browsers do."""
    if route.api.cors is not None and route.api.cors.credentials and "*" in route.api.cors.origins:
        message = f"the CORS of the API {route.api.name} allows credentials to every origin, which AWS refuses"
        yield Place(route.place.path).finding("CG156", message, "name the origins")


def siblings(routes: tuple[Route, ...]) -> Iterator[Finding]:
    """CG211: parameters of a REST API that have two names in one place, which AWS refuses to deploy."""
    of_rest = [route for route in routes if route.api.kind == "rest" and route.path != DEFAULT]
    for name in dict.fromkeys(route.api.name for route in of_rest):
        for one, other, message, hint in named_twice([route for route in of_rest if route.api.name == name]):
            yield one.place.finding("CG211", message, hint, other.place)


def shared(routes: Iterable[Route]) -> Iterator[Finding]:
    """CG258: a route of two APIs, which have one address here: a server of both does not start."""
    first: dict[tuple[str, tuple[str, ...]], Route] = {}
    for route in routes:
        _, method, shape = key_of(route)
        # ANY stands for each: beside it, the other API's route of one method would never be called, or would hide it.
        known = [first.setdefault((one, shape), route) for one in (METHODS_OF_ANY if method == "ANY" else (method,))]
        other = next((one for one in known if one.api.name != route.api.name), None)
        if other is not None:
            names = " and of ".join(one.api.name or "an API without a name" for one in (other, route))
            message = f"{other.method if method == 'ANY' else method} {route.path} is a route of {names}"
            hint = "read only one of these APIs, or install the routers of one below a prefix: a server has one address"
            yield route.place.finding("CG258", message, hint, other.place)


def environments(routes: Iterable[Route]) -> Iterator[Finding]:
    """CG252 and CG156: variables that the handlers are given only when they are deployed, and those that no process
    can have, once for each name."""
    seen: set[str] = set()
    for route in routes:
        for name, value, place in _variables(route.handler, route.authorizer):
            if name in seen:
                continue
            if not _VARIABLE.fullmatch(name) or "\0" in (value or ""):
                seen.add(name)
                yield place.finding("CG156", f"the environment variable {name!r} is none that a function can have")
            elif value is None:
                seen.add(name)
                yield place.finding("CG252", f"{name} is known only after the deploy", f"write {name}=... into .env")


def _variables(handler: Handler | Unresolved, authorizer: Authorizer) -> Iterator[tuple[str, str | None, Place]]:
    handlers = [handler, *([authorizer.handler] if isinstance(authorizer, LambdaAuthorizer) else ())]
    for one in handlers:
        if isinstance(one, Handler):
            places = dict(one.variables_at)
            yield from ((name, value, places.get(name, one.place)) for name, value in one.environment)


def documented(routes: tuple[Route, ...], code: HandlerCode) -> Iterator[Finding]:
    """CG250 and CG251: what the code says of its routes, and no table."""
    behind: dict[str, list[Route]] = {}
    for route in routes:
        path = code.file_of(route.handler) if isinstance(route.handler, Handler) else None
        if path is not None:
            behind.setdefault(path, []).append(route)
    said = [(stated, behind.get(stated.entry, [])) for stated in code.routes(behind)]
    # A decorator states several paths where its app takes several prefixes off: one that is in a table is enough.
    led_to = {(stated.place, stated.method) for stated, mine in said if any(covers(route, stated) for route in mine)}
    for stated, mine in said:
        if (stated.place, stated.method) in led_to:
            continue
        label = f"{stated.method} {stated.path}"
        if mine and stated.is_docstring:
            table = next((route for route in mine if _runs(route, stated.function)), mine[0])
            message = f"the docstring says {label}, the table {table.method} {table.path}: the table counts"
            yield stated.place.finding("CG250", message, other=table.place)
        else:
            if not stated.is_docstring:
                led_to.add((stated.place, stated.method))
            yield stated.place.finding("CG251", f"{label} is in no table: nothing leads to it in AWS")


def _runs(route: Route, function: str) -> bool:
    return isinstance(route.handler, Handler) and route.handler.function == function


def covers(route: Route, stated: CodeRoute) -> bool:
    """Whether requests of a route in the code arrive through a route of a table."""
    if route.method not in ("ANY", stated.method) and stated.method != "ANY":
        return False
    if route.path == DEFAULT:
        return True
    outer, inner = PathTemplate(route.path).shape, _shape(stated.path)
    fixed = outer[:-1] if outer[-1:] == ("{+}",) else outer
    is_long_enough = len(inner) == len(outer) if fixed is outer else len(inner) >= len(outer)
    return is_long_enough and all(one in (other, "{}") for one, other in zip(fixed, inner, strict=False))


def generality(route: Route) -> tuple[object, ...]:
    """Sorts routes that take one request: the first gets it."""
    if route.path == DEFAULT:
        return (3, (), route.method == "ANY")
    ranks = {"{}": 1, "{+}": 2}
    shape = tuple(ranks.get(part, 0) for part in PathTemplate(route.path).shape)
    # An HTTP API looks for the whole path first, a REST API segment by segment.
    return (2 if route.api.kind == "http" and 2 in shape else 1, shape, route.method == "ANY")


def is_stated(method: str, path: str, stated: CodeRoute) -> bool:
    """Whether a route in the code has the method and the path."""
    return stated.method == method and path != DEFAULT and PathTemplate(path).shape == _shape(stated.path)


def _shape(path: str) -> tuple[str, ...]:
    try:
        return PathTemplate(path).shape
    except InvalidName:
        return (path,)
