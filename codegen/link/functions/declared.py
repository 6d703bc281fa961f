"""What the Lambda functions of tables and decorators say: each is read as a handler is.

Types are spelled out: generated code cannot import what a code root holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from ... import facts
from ...declarations import Handler, Place, Route
from ...diagnostics import Finding
from ...model import ANYTHING, Operation, PathParameter
from ...names import METHODS_OF_ANY, WITH_BODY, PathTemplate
from ...routing import docstring
from ...routing.handler_code import CodeRoute, HandlerCode
from ...routing.modules import ModuleIndex, Program
from ...routing.operations import docs_of
from ...routing.precedence import covers, generality, is_stated
from .. import requests
from ..endpoint import Assembly, Conventions, Ran
from ..entry import Entry
from ..factories import Factories
from ..interpreter import values as v
from ..interpreter.declared import lookup
from ..interpreter.machine import Machine, TooLargeError
from . import app_options, inner
from .annotated import annotated
from .by_route import Claims, claimed, of_each_method, payload_of, route_of
from .raised import answers_itself, with_raised
from .spelled import spelled_out, spelled_query, spelled_request, spelled_response

# Some seconds, of which handlers take hundredths: what they import may be any program.
_MOST_STEPS = 100_000
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
    _answering: dict[str, bool] = field(default_factory=dict)

    def told(self, operations: Iterable[Operation]) -> tuple[Operation, ...]:
        """The operations with what their functions say, in their order; one that cannot be read has any JSON."""
        kept = tuple(self._with_methods(tuple(operations)))
        groups: dict[tuple[Handler, str], list[Operation]] = defaultdict(list)
        claims = claimed(kept)
        for one in kept:
            if one.declared is not None and isinstance(one.declared.handler, Handler):
                groups[one.declared.handler, payload_of(one.declared)].append(one)
        found: dict[Operation, tuple[Operation, ...]] = {}
        for (handler, payload), group in groups.items():
            try:
                read, why = self._read(handler, payload, group, claims), ""
            except (RecursionError, TooLargeError):
                read, why = {}, ": it is too large to be followed"
            # A fault of the generator is told, and the function is served as it would be without its document.
            except Exception as error:
                read, why = {}, f": the generator failed: {type(error).__name__}: {error}"
            found |= read
            if len(read) < len(group):
                unread = (f"{one.method} {one.path}" for one in group if one not in read)
                whose = f"{handler.path}:{handler.function}" + (f" for {', '.join(unread)}" if read else "")
                message = f"bodies and answers of {whose} are documented as any JSON{why}"
                self.findings.append(handler.place.finding("CG206", message))
        return tuple(told for one in kept for told in found.get(one, (one,)))

    def _with_methods(self, operations: tuple[Operation, ...]) -> Iterator[Operation]:
        """The operations, and with each those that the code states for its path and that arrive through no other: of a
        path that takes several they are only documented."""
        routes = [one.declared for one in operations if one.declared is not None]
        apis: dict[str, list[Route]] = defaultdict(list)
        for route in routes:
            apis[route.api.name].append(route)
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
        self, handler: Handler, payload: str, group: list[Operation], claims: Claims
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
            read = self._by_route(handler, payload, group, claims)
            if read or _is_shared(group):
                return read
        if not _is_known(assembly, ran):
            return {}
        made: dict[Operation, tuple[Operation, ...]] = {one: (_told(assembly, ran, one),) for one in group}
        self.findings += [*seen.findings, *_strangers(assembly, group, handler.place)]
        return made

    def _by_route(
        self, handler: Handler, payload: str, group: list[Operation], claims: Claims
    ) -> dict[Operation, tuple[Operation, ...]]:
        """The operations of a function that asks which route a request has, each read for its own."""
        made: dict[Operation, tuple[Operation, ...]] = {}
        findings: list[Finding] = []
        for operation in group:
            told: list[Operation] = []
            ways = of_each_method(operation, claims) if operation.method == "ANY" else [operation]
            for way in ways:
                assembly = self._assembly(handler, payload, route_of(way))
                if assembly is None:
                    break
                ran = assembly.run()
                if not _is_known(assembly, ran) or assembly.machine.seen.is_undecided:
                    break
                told.append(_told(assembly, ran, way))
                findings += [*assembly.machine.seen.findings, *_strangers(assembly, group, handler.place)]
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
            machine = self._machine(handler, payload, route_of(operation))
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
            if done is not None and machine.seen.raised and not self._answers_itself(program):
                told = with_raised(machine, told)
            whole = told if call is None else app_options.with_options(machine, told, call, home)
            if said is not None or done is not None or whole != replace(operation, docs=docs):
                whole = app_options.with_refusal(whole) if validates else whole
                made[operation] = spelled_out(machine, whole)
                if whole.response == ANYTHING:
                    self.findings += (one for one in machine.seen.findings if one.code == "CG206")
        return made

    def _answers_itself(self, program: Program) -> bool:
        """Whether a module of a program may have its app answer errors in words of its own; each is read once."""
        known = self._answering
        for path in sorted(program.consulted - known.keys()):
            home = program.at_path(path)
            known[path] = home is not None and answers_itself(home)
        return any(known[path] for path in program.consulted)

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
                return self._of_function(machine, function.home, function.node)
        if value is None or (isinstance(function, v.Model) and not _is_made_at_once(machine, index, handler.function)):
            return None
        return self._of_function(machine, index, _calling(index, handler.function))

    def _of_function(self, machine: Machine, home: ModuleIndex, node: facts.Function) -> Assembly:
        entry = Entry(node, node.name, None, (), node.decorators, is_entry=True)
        return Assembly(machine, home, "", self.conventions, Factories({}, ()), entry)


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
    request = None
    if operation.method in _METHODS_WITH_BODY:
        request = requests.request_of(machine, operation.method, optional=ran.goes_without_body)
    others = assembly.others(ran, status, operation.spot)
    return replace(
        operation,
        status=status,
        statuses=statuses,
        path_parameters=tuple(parameters),
        query=spelled_query(machine, assembly.query(doc)),
        request=spelled_request(machine, request),
        response=spelled_response(machine, assembly.response(ran.answers, status, operation.spot)),
        permissions=requests.permissions_of(machine),
        headers=assembly.headers(doc),
        others=tuple((other, spelled_response(machine, response)) for other, response in others),
    )
