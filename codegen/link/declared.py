"""What the Lambda functions of tables and decorators say: each is read as a handler is.

Types are spelled out: generated code cannot import what a code root holds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from .. import facts
from ..declarations import Handler, Place, Route
from ..diagnostics import Finding
from ..model import (
    ANY,
    ANYTHING,
    ListOf,
    Literals,
    MapOf,
    Named,
    OneOf,
    Operation,
    PathParameter,
    Request,
    Response,
    Shape,
    Type,
)
from ..names import METHODS_OF_ANY, WITH_BODY, PathTemplate
from ..routing import docstring
from ..routing.handler_code import CodeRoute, HandlerCode
from ..routing.modules import ModuleIndex
from ..routing.operations import DEFAULT, docs_of
from ..routing.precedence import covers, generality, is_stated
from . import app_options, inner, requests
from .annotated import annotated
from .endpoint import Assembly, Conventions, Ran
from .entry import Entry
from .factories import Factories
from .interpreter import values as v
from .interpreter.declared import classes, dumps, lookup, serialized, types
from .interpreter.machine import Machine, TooLargeError
from .interpreter.protocol import Interpreter

_DEEPEST = 6
# Some seconds, of which handlers take hundredths: what they import may be any program.
_MOST_STEPS = 100_000
# Of a dump of a class it is not told here whether it leaves out what has a default.
_MAY_LACK = frozenset(("exclude_defaults",))
_METHODS_WITH_BODY = (*WITH_BODY, "ANY")
# What tells the routes of one function apart.
_OF_THE_ROUTE = frozenset(("httpMethod", "path", "resource", "rawPath", "routeKey", "requestContext"))


class _Inner(NamedTuple):
    """A function by its file, and what it calls the parameters of the path."""

    path: str
    function: str
    names: tuple[str, ...]


@dataclass(eq=False, slots=True)
class DeclaredFunctions:
    """Reads the functions of routes; `findings` are about what could be read of them, and what could not."""

    code: HandlerCode
    conventions: Conventions
    findings: list[Finding] = field(default_factory=list)

    def told(self, operations: Iterable[Operation]) -> tuple[Operation, ...]:
        """The operations with what their functions say, in their order; one that cannot be read has any JSON."""
        kept = tuple(self._with_methods(tuple(operations)))
        groups: dict[tuple[Handler, str], list[Operation]] = defaultdict(list)
        claimed = _claimed(kept)
        for one in kept:
            if one.declared is not None and isinstance(one.declared.handler, Handler):
                groups[one.declared.handler, _payload(one.declared)].append(one)
        found: dict[Operation, tuple[Operation, ...]] = {}
        for (handler, payload), group in groups.items():
            try:
                read, why = self._read(handler, payload, group, claimed), ""
            except (RecursionError, TooLargeError):
                read, why = {}, ": it is too large to be followed"
            # A fault of the generator is told, and the function is served as it would be without its document.
            except Exception as error:
                read, why = {}, f": the generator failed: {type(error).__name__}: {error}"
            found |= read
            if len(read) < len(group):
                message = f"bodies and answers of {handler.path}:{handler.function} are documented as any JSON{why}"
                self.findings.append(handler.place.finding("CG206", message))
        return tuple(told for one in kept for told in found.get(one, (one,)))

    def _with_methods(self, operations: tuple[Operation, ...]) -> Iterator[Operation]:
        """The operations, and with each those that the code states for its path and that arrive through no other: of a
        path that takes several they are only documented."""
        routes = [one.declared for one in operations if one.declared is not None]
        apis = {one.api.name: [route for route in routes if route.api.name == one.api.name] for one in routes}
        arriving: dict[Route, list[CodeRoute]] = defaultdict(list)
        for stated, mine in product(self.code.stated, apis.values()):
            through = min((one for one in mine if covers(one, stated)), key=generality, default=None)
            if through is not None and stated.method in METHODS_OF_ANY:
                arriving[through].append(stated)
        for operation in operations:
            yield operation
            found = arriving[operation.declared] if operation.declared is not None else ()
            others = [one for one in found if not is_stated(operation.method, operation.path, one)]
            # The code may state one route twice.
            made = (_of_code(operation, one) for one in others if self._answers(operation, one))
            yield from {(one.method, PathTemplate(one.path).shape): one for one in made}.values()

    def _answers(self, operation: Operation, stated: CodeRoute) -> bool:
        handler = operation.declared.handler if operation.declared is not None else None
        return isinstance(handler, Handler) and self.code.file_of(handler) == stated.entry

    def _read(
        self, handler: Handler, payload: str, group: list[Operation], claimed: "_Claims"
    ) -> dict[Operation, tuple[Operation, ...]]:
        """The operations of one function, without those that cannot be read; of one with ANY each of its methods, where
        the function asks which it is."""
        stated = {one: found for one in group if (found := self._inner(handler, one)) is not None}
        if stated:
            return {one: (told,) for one, told in self._annotated(handler, payload, stated).items()}
        assembly = self._assembly(handler, payload)
        if assembly is None:
            return {}
        ran, seen = assembly.run(), assembly.machine.seen
        if seen.event_keys & _OF_THE_ROUTE:
            read = self._by_route(handler, payload, group, claimed)
            if read or _is_shared(group):
                return read
        if not _is_known(assembly, ran):
            return {}
        made: dict[Operation, tuple[Operation, ...]] = {one: (_told(assembly, ran, one),) for one in group}
        self.findings += [*seen.findings, *_strangers(assembly, group, handler.place)]
        return made

    def _by_route(
        self, handler: Handler, payload: str, group: list[Operation], claimed: "_Claims"
    ) -> dict[Operation, tuple[Operation, ...]]:
        """The operations of a function that asks which route a request has, each read for its own."""
        made: dict[Operation, tuple[Operation, ...]] = {}
        findings: list[Finding] = []
        for operation in group:
            told: list[Operation] = []
            ways = _of_each_method(operation, claimed) if operation.method == "ANY" else [operation]
            for way in ways:
                assembly = self._assembly(handler, payload, _route_of(way))
                ran = None if assembly is None else assembly.run()
                if (
                    assembly is None
                    or ran is None
                    or not _is_known(assembly, ran)
                    or assembly.machine.seen.is_undecided
                ):
                    break
                told.append(_told(assembly, ran, way))
                findings += [*assembly.machine.seen.findings, *_strangers(assembly, [way], handler.place)]
            if told and len(told) == len(ways):
                made[operation] = (operation, *told) if operation.method == "ANY" else tuple(told)
        self.findings += dict.fromkeys(findings)
        return made

    def _inner(self, handler: Handler, operation: Operation) -> _Inner | None:
        """The function with a decorator that answers an operation inside of its Lambda function."""
        route, entry = operation.declared, self.code.file_of(handler)
        if route is None or entry is None:
            return None
        if route.inner is not None:
            return _Inner(*route.inner, PathTemplate(route.path).parameters)
        stated = (one for one in self.code.stated if one.entry == entry)
        found = {
            _Inner(one.place.path, one.function, PathTemplate(one.path).parameters)
            for one in stated
            if is_stated(operation.method, operation.path, one)
        }
        return found.pop() if len(found) == 1 else None  # of two it is not told which one answers

    def _annotated(
        self, handler: Handler, payload: str, stated: Mapping[Operation, _Inner]
    ) -> dict[Operation, Operation]:
        """The operations whose functions say something, by their annotations or by what they do, with their words."""
        program, made = self.code.program(handler), dict[Operation, Operation]()
        entry = program.at_path(self.code.file_of(handler) or "")
        for operation, (path, name, names) in stated.items():
            home = program.at_path(path)
            body = home.module.body if home is not None else ()
            nodes = [one for one in body if isinstance(one, facts.Function) and one.name == name]
            if home is None or len(nodes) != 1 or operation.declared is None:
                continue  # of two of one name it is not told which one answers
            machine = self._machine(handler, payload, _route_of(operation))
            call = app_options.call_of(nodes[0], operation.method)
            validates = None if entry is None else app_options.validates(machine, entry, call, home)
            said = annotated(machine, home, nodes[0], names, operation, reads=validates is not False)
            status = operation.status if call is None else app_options.status_of(machine, operation, call, home)
            done = _followed(machine, home, nodes[0], names, replace(operation, status=status))
            told = inner.joined(said, done) or operation
            route = replace(operation.declared, method=operation.method, path=operation.path, inner=(path, name))
            docs = docs_of(route, handler, self.code)
            told = replace(told, docs=docs) if done is not None else replace(told, docs=docs, status=status)
            told = told if done is not None or status is None else replace(told, statuses=(status,))
            whole = told if call is None else app_options.with_options(machine, told, call, home)
            if said is not None or done is not None or whole != replace(operation, docs=docs):
                whole = app_options.with_refusal(whole) if validates else whole
                made[operation] = _spelled_out(machine, whole)
                if whole.response == ANYTHING:
                    self.findings += (one for one in machine.seen.findings if one.code == "CG206")
        return made

    def _machine(self, handler: Handler, payload: str, route: Mapping[str, str | None]) -> Machine:
        program, helpers = self.code.program(handler), self.conventions.helpers
        return Machine(program, helpers, lambda module: module, payload, route, steps=_MOST_STEPS)

    def _assembly(
        self, handler: Handler, payload: str, route: Mapping[str, str | None] = MappingProxyType({})
    ) -> Assembly | None:
        """None for what is not there, and for a coroutine function; `route` is that of an `Interpreter`."""
        program, path = self.code.program(handler), self.code.file_of(handler)
        index = None if path is None else program.at_path(path)
        if index is None:
            return None
        machine = self._machine(handler, payload, route)
        value = lookup.module_value(machine, index, handler.function)
        function = None if value is None else machine.force(value)
        if isinstance(function, v.FunctionValue) and isinstance(function.node, facts.Function):
            if function.node.is_async:
                return None
            if function.closure is None and function.bound is None:
                return self._of_function(machine, function.home, function.node, payload)
        if value is None or (isinstance(function, v.Model) and not _is_made_at_once(machine, index, handler.function)):
            return None
        return self._of_function(machine, index, _calling(index, handler.function), payload)

    def _of_function(self, machine: Machine, home: ModuleIndex, node: facts.Function, payload: str) -> Assembly:
        entry = Entry(node, node.name, None, (), node.decorators, is_entry=True)
        conventions = replace(self.conventions, payload=payload)
        return Assembly(machine, home, "", conventions, Factories({}, ()), entry)


def _calling(index: ModuleIndex, name: str) -> facts.Function:
    """A function that calls what a name of a module is, as Lambda does: an object, a lambda, a partial function."""
    at = index.bindings[name][-1].statement.at if name in index.bindings else -1
    params = tuple(facts.Param(one, "", False, None, None) for one in ("event", "context"))
    given = tuple(facts.Arg(None, "", facts.Name(at, one.name)) for one in params)
    answer = facts.Return(at, facts.Call(at, facts.Name(at, name), given))
    return facts.Function(at, name, params, (answer,), (), None, False, None)


def _followed(
    machine: Machine, home: ModuleIndex, node: facts.Function, names: tuple[str, ...], operation: Operation
) -> Operation | None:
    try:
        return inner.followed(machine, home, node, names, operation)
    except (RecursionError, TooLargeError):
        return None


def _is_known(assembly: Assembly, ran: Ran) -> bool:
    """Whether the answers are known: some of those of a function, all of what else is called."""
    every = any if assembly.entry.function in assembly.index.module.body else all
    return ran.followed and bool(ran.answers) and every(answer.statuses is not None for answer in ran.answers)


def _is_made_at_once(machine: Machine, index: ModuleIndex, name: str) -> bool:
    """Whether an object is what its class makes of it, and no other code of its module changes it."""
    statements = [one.statement for one in index.bindings.get(name, ())]
    made = statements[0].value if len(statements) == 1 and isinstance(statements[0], facts.Assign) else None
    if not isinstance(made, facts.Call):
        return False
    is_class = isinstance(machine.force(machine.evaluate(made.func, v.Scope(index, {}))), v.ClassValue)
    nodes = (node for node in facts.nodes_of(index.module.body) if isinstance(node, facts.Attr))
    return is_class and not any(isinstance(node.value, facts.Name) and node.value.id == name for node in nodes)


type _Claims = Mapping[tuple[str, tuple[str, ...]], set[str]]
"""The methods of each path of each API."""


def _claimed(operations: Iterable[Operation]) -> _Claims:
    found: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for one in operations:
        if one.declared is not None:
            found[_place_of(one)].add(one.method)
            for mock in one.declared.api.preflights:
                found[one.declared.api.name, PathTemplate(mock.path).shape].add("OPTIONS")
    return found


def _place_of(operation: Operation) -> tuple[str, tuple[str, ...]]:
    api = "" if operation.declared is None else operation.declared.api.name
    return api, PathTemplate(operation.path).shape


def _of_each_method(operation: Operation, claimed: _Claims) -> list[Operation]:
    """An operation with ANY as one of each method that its path has from it alone."""
    free = [method for method in METHODS_OF_ANY if method not in claimed[_place_of(operation)]]
    label = f"ANY {operation.path}"
    made = [replace(operation, method=method) for method in free]
    own = operation.docs.summary == label
    docs = [replace(one.docs, summary=f"{one.method} {one.path}") if own else one.docs for one in made]
    return [replace(one, docs=said) for one, said in zip(made, docs, strict=True)]


def _route_of(operation: Operation) -> dict[str, str | None]:
    """What the events of a route say of it, as far as it is the same in each. None for keys that they have not."""
    method, path = operation.method, operation.path
    declared = operation.declared
    key = path if declared is None or path == DEFAULT else f"{declared.method} {path}"
    fixed = None if "{" in path or path == DEFAULT else path
    is_second = declared is not None and _payload(declared) == "2.0"
    first = {"httpMethod": method, "resource": path}
    context = {"requestContext.httpMethod": method, "requestContext.resourcePath": path}
    second = {"routeKey": key, "requestContext.routeKey": key, "requestContext.http.method": method}
    absent = {"path", "requestContext.path"} if is_second else {"rawPath", "requestContext.http"}
    found: dict[str, str | None] = {**first, **context, **second, **dict.fromkeys(absent)}
    found |= dict.fromkeys((*first, *context) if is_second else second)
    # Of another stage than the default one the path of payload 2.0 begins with its name.
    is_plain = declared is not None and declared.api.stage in (None, DEFAULT)
    if fixed is not None and (is_plain or not is_second):
        found |= {"rawPath": fixed, "requestContext.http.path": fixed} if is_second else {"path": fixed}
    return found


def _strangers(assembly: Assembly, group: list[Operation], place: Place) -> Iterator[Finding]:
    """CG202: path parameters that a function reads, and no route of it has."""
    known = {name for one in group for name in PathTemplate(one.path).parameters}
    for name, spot in assembly.machine.seen.path_reads.items():
        if name not in known:
            message = f"the code reads a path parameter {name!r} that the path does not have"
            hint = "the event carries the table's names"
            yield Finding("CG202", message, spot, hint, other=place.spot, other_point=place.point)


def _of_code(operation: Operation, stated: CodeRoute) -> Operation:
    """The operation that the code states behind a route with ANY, or with a path that takes several."""
    path = operation.path if is_stated(stated.method, operation.path, stated) else stated.path
    return replace(
        operation,
        method=stated.method,
        path=path,
        path_parameters=tuple(PathParameter(name, None, "str") for name in PathTemplate(path).parameters),
        docs=replace(operation.docs, summary=f"{stated.method} {path}"),
        document_only=path != operation.path,
    )


def _payload(route: Route) -> str:
    return route.payload if route.api.kind == "http" else "1.0"


def _is_shared(group: list[Operation]) -> bool:
    return len(group) > 1 or group[0].method == "ANY"


def _told(assembly: Assembly, ran: Ran, operation: Operation) -> Operation:
    machine, node = assembly.machine, assembly.entry.function
    doc = docstring.parse(str(node.doc.value) if node.doc is not None else "")
    statuses, status = assembly.statuses(ran, doc)
    said = docstring.about(doc.path, PathTemplate(operation.path).parameters)
    parameters = (
        replace(one, type=ran.kinds.get(one.name, "str"), description=said.get(one.name, ""))
        for one in operation.path_parameters
    )
    query = assembly.query(doc)
    if query is not None:
        query = replace(query, filters=tuple(replace(one, is_model=False) for one in query.filters))
    request = None
    if operation.method in _METHODS_WITH_BODY:
        request = requests.request_of(machine, operation.method, optional=ran.goes_without_body)
    others = assembly.others(ran, status, operation.spot)
    return replace(
        operation,
        status=status,
        statuses=statuses,
        path_parameters=tuple(parameters),
        query=query,
        request=_spelled_request(machine, request),
        response=_spelled_response(machine, assembly.response(ran.answers, status, operation.spot)),
        permissions=requests.permissions_of(machine),
        headers=assembly.headers(doc),
        others=tuple((other, _spelled_response(machine, response)) for other, response in others),
    )


def _spelled_out(machine: Interpreter, operation: Operation) -> Operation:
    """The operation with types that name no class."""
    query = operation.query
    if query is not None:
        read = (replace(one, type=_spelled_type(machine, one.type)) for one in query.read)
        query = replace(query, read=tuple(read))
    request, response = _spelled_request(machine, operation.request), _spelled_response(machine, operation.response)
    others = tuple((status, _spelled_response(machine, one)) for status, one in operation.others)
    return replace(operation, query=query, request=request, response=response, others=others)


def _spelled_request(machine: Interpreter, request: Request | None) -> Request | None:
    if request is None or request.type is None:
        return request
    return replace(request, type=_spelled_type(machine, request.type))


def _spelled_type(machine: Interpreter, type_: Type) -> Type:
    """A type as a client sends it."""
    return _spelled(type_, lambda named: _sent(machine, named), frozenset())


def _spelled_response(machine: Interpreter, response: Response | None) -> Response | None:
    if response is None:
        return None
    return replace(response, type=_spelled(response.type, lambda named: _dumped(machine, named), frozenset()))


def _sent(machine: Interpreter, type_: Named) -> Type:
    """What a client sends of a class."""
    cls = types.class_of(machine, type_)
    if cls is None:
        return ANY
    root = serialized.root_of(machine, cls)
    if root is not None:
        return root
    if any(base.endswith("TypedDict") for base in classes.external_bases(machine, cls)):
        return Shape(tuple(serialized.of_typed_dict(machine, cls)), classes.words_of(cls))
    fields = (replace(one, name=key or one.name) for one, key in serialized.sent_fields(machine, cls))
    extra = serialized.config_of(machine, cls).get("extra")
    known = extra.value if isinstance(extra, v.Known) and extra.value in ("allow", "forbid") else ""
    return Shape(tuple(fields), classes.words_of(cls), str(known))


def _dumped(machine: Interpreter, type_: Named) -> Type:
    """What a dump writes of a class."""
    cls = types.class_of(machine, type_)
    if cls is None or serialized.model_serializer(machine, cls) is not None:
        return ANY
    root = serialized.root_of(machine, cls)
    if root is not None:
        return root
    found = dumps.fields_as_dumped(machine, type_, dumps.Style(by_alias=True, lacks=_MAY_LACK))
    if isinstance(found, v.Unknown):
        return ANY
    return replace(found, description=classes.words_of(cls)) if isinstance(found, Shape) else found


def _names_one(type_: Type, discriminator: str) -> bool:
    """Whether pydantic can tell an object by a key of it."""
    return isinstance(type_, Shape) and any(
        one.name == discriminator and isinstance(one.type, Literals) for one in type_.fields
    )


def _spelled(type_: Type, of_class: Callable[[Named], Type], within: frozenset[Named]) -> Type:
    """A type without classes; one within itself is any JSON."""

    def inner(part: Type) -> Type:
        return _spelled(part, of_class, within)

    match type_:
        case Named(members=members) if members:
            return Literals(members)
        case Named():
            is_known = type_ not in within and len(within) < _DEEPEST
            return _spelled(of_class(type_), of_class, within | {type_}) if is_known else ANY
        case ListOf(item=item):
            return replace(type_, item=inner(item))
        case MapOf(value=value):
            return replace(type_, value=inner(value))
        case OneOf(options=options, discriminator=name):
            spelled = [inner(option) for option in options]
            told = name is not None and all(_names_one(option, name) for option in spelled)
            return OneOf(tuple(spelled), name) if told else types.one_of(spelled)
        case Shape(fields=fields):
            return replace(type_, fields=tuple(replace(one, type=inner(one.type)) for one in fields))
        case _:
            return type_
