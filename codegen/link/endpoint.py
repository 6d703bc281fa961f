"""One handler module to one endpoint: what was read, put together, and what could not be read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeGuard

from .. import facts
from ..diagnostics import Finding, Severity, Spot
from ..model import Endpoint, Header, Operation, PathParameter, Query, Response, Trigger
from ..names import METHODS, InvalidName, PathTemplate, is_parameter
from ..routing import docstring
from ..routing.definitions import Defined, definition
from ..routing.docstring import Docstring
from ..routing.handler_code import authorizer_read, authorizer_reads, used
from ..routing.modules import ModuleIndex, Program
from ..routing.operations import docs_in
from . import answers, local_rules, requests
from .closed_branches import code_for
from .entry import Decorator, Entry, find_entry
from .factories import Factories, OwnDecorator, auth_of, auth_of_decorators, is_excused
from .interpreter import values as v
from .interpreter.declared import lookup
from .interpreter.machine import Machine
from .interpreter.protocol import Returns
from .interpreter.seen import HelperNames

# OpenAPI has other places for these, and ignores parameters that are called so.
_OF_HTTP = frozenset(("accept", "authorization", "content-type"))
_A_YEAR = 365 * 24 * 3600  # seconds: no Lambda runs as long


@dataclass(frozen=True, slots=True)
class Conventions:
    """Names that a code base uses, and the payload format of its API."""

    entry: str
    decorators: frozenset[str]
    container: str
    helpers: HelperNames
    payload: str = "1.0"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a module gave: an endpoint if all of it could be read, and the findings."""

    endpoint: Endpoint | None
    findings: tuple[Finding, ...]


def read_endpoint(
    program: Program,
    index: ModuleIndex,
    context: str,
    conventions: Conventions,
    factories: Factories,
    module_name: Callable[[str], str],
) -> Reading | None:
    """The endpoint of a module below `aws_lambda`; None for a helper module."""
    machine = Machine(program, conventions.helpers, module_name, conventions.payload)
    entry = find_entry(machine, index, conventions.entry, conventions.decorators)
    if entry is None:
        return None
    if isinstance(entry, Finding):
        return Reading(None, (entry,))
    return Assembly(machine, index, context, conventions, factories, entry).reading()


@dataclass(frozen=True, slots=True)
class Assembly:
    """Puts together what a handler is seen to do."""

    machine: Machine
    index: ModuleIndex
    context: str
    conventions: Conventions
    factories: Factories
    entry: Entry

    def reading(self) -> Reading:
        node = self.entry.stated or self.entry.function
        spot = Spot(self.index.path, node.at)
        if node.doc is None:
            hint = "begin it with: Handle METHOD /path <words>"
            return self._refused(Finding("CG103", f"{node.name} has no docstring, so no route", spot, hint))
        doc_spot = Spot(self.index.path, node.doc.at)
        doc = docstring.parse(str(node.doc.value))
        if doc.hides_a_route:
            message = "the first line names a method and a path, but not as a route"
            hint = "write: Handle METHOD /path <words>; an event trigger names no method and path"
            return self._refused(Finding("CG103", message, doc_spot, hint, skip=doc.place.skip))
        if doc.route is None:
            return self._trigger(doc, doc_spot)
        if doc.beside is not None:
            message = f"the docstring states {doc.beside} beside {' '.join(doc.route)}, and a handler has one route"
            hint = "give each route a module of its own, which may call the same function"
            return self._refused(Finding("CG103", message, doc_spot, hint, skip=doc.place.skip))
        problem = _route_problem(*doc.route)
        if problem is not None:
            return self._refused(Finding("CG103", problem, doc_spot, skip=doc.place.skip))
        return self._operation(doc, doc_spot, doc.route)

    def _refused(self, *findings: Finding) -> Reading:
        return Reading(None, (*self.entry.findings, *findings))

    def _trigger(self, doc: Docstring, spot: Spot) -> Reading:
        message = "an event trigger: no method and path in the first line, so no route"
        note = Finding("CG302", message, spot, skip=doc.place.skip)
        timeout, findings = self._timeout(self.entry.decorator)
        trigger = Trigger(
            spot, self.context, self._module(), self.entry.name, timeout, self._container(), doc.words or doc.first
        )
        return Reading(trigger, (*self.entry.findings, *findings, note))

    def _module(self) -> str:
        return self.machine.module_name(self.index.path)

    def _container(self) -> str | None:
        return self.conventions.container if self.conventions.container in self.index.bindings else None

    def _operation(self, doc: Docstring, spot: Spot, route: tuple[str, str]) -> Reading:
        machine = self.machine
        ran = self.run()
        found, followed = ran.answers, ran.followed
        auth, auth_findings = self._auth(doc)
        timeout, timeout_findings = self._timeout(self.entry.decorator)
        if auth is None and not auth_findings:
            auth_findings = self._unguarded(spot, doc)
        refused = answers.REFUSED in found
        statuses, status = self.statuses(ran, doc)
        template = PathTemplate(route[1])
        parameters = self.parameters(template, doc, ran.kinds)
        operation = Operation(
            spot=spot,
            context=self.context,
            module=self._module(),
            function=self.entry.name,
            method=route[0],
            path=route[1],
            auth=auth,
            permissions=requests.permissions_of(machine),
            timeout=timeout,
            status=status,
            statuses=statuses,
            path_parameters=parameters,
            query=self.query(doc),
            request=requests.request_of(machine, route[0], optional=ran.goes_without_body),
            response=self.response(found, status, spot),
            container=self._container(),
            docs=docs_in(doc, f"{route[0]} {route[1]}"),
            headers=self.headers(doc),
            others=self.others(ran, status, spot),
            is_entry=self.entry.is_entry,
        )
        findings = [*self.entry.findings, *auth_findings, *timeout_findings, *machine.seen.findings]
        if self.entry.gives_a_coroutine:
            message = f"{self.entry.name} is a coroutine function, which Lambda does not run: each answer is refused"
            findings.append(Finding("CG255", message, spot, "let a function of its own run it: asyncio.run(...)"))
        findings += local_rules.check(
            operation,
            doc,
            machine,
            auth_known=not auth_findings,
            followed=followed,
            statuses_known=followed and bool(found) and not refused and all(a.statuses is not None for a in found),
        )
        unique = tuple(dict.fromkeys(findings))
        failed = any(finding.severity is Severity.ERROR for finding in unique)
        return Reading(None if failed else operation, unique)

    def statuses(self, ran: "Ran", doc: Docstring) -> tuple[tuple[int, ...], int | None]:
        """All statuses of the answers, and the documented success."""
        refusal = 502 if self.machine.payload == "1.0" else 500  # of a REST API, of an HTTP API
        refused = {refusal} if answers.REFUSED in ran.answers else set[int]()
        statuses = tuple(sorted(ran.sent | refused))
        status = next((s for s in statuses if 200 <= s < 300), None)
        if status is None and any(answer.statuses is None for answer in ran.answers):
            # Of an answer whose status cannot be read, the docstring's word is all there is.
            status = min((said for said, _, _ in doc.responses if 200 <= said < 300), default=None)
        return statuses, status

    def _auth(self, doc: Docstring) -> tuple[str | None, list[Finding]]:
        """By the middlewares of the endpoint's decorator, else by the handler's other decorators."""
        decorator = self.entry.decorator
        auth, findings = auth_of(self.machine, list(decorator.middlewares) if decorator else [], self.factories)
        if auth is not None or findings:
            return auth, findings
        found, unknown = auth_of_decorators(
            self.machine,
            [self._own_decorator(expr, doc) for expr in (*self.entry.others, *self.entry.inner)],
            self.factories,
            self.context,
        )
        return found, unknown if decorator is None else []

    def _own_decorator(self, expr: facts.Expr, doc: Docstring) -> OwnDecorator:
        scope, callee = v.Scope(self.index, {}), expr.func if isinstance(expr, facts.Call) else expr
        defined = definition(self.machine.program, self.index, callee)
        value, spot = self.machine.evaluate(expr, scope), self.machine.spot(expr, scope)
        if not isinstance(defined, Defined):
            return OwnDecorator(value, spot, is_known=False, reads=False)
        # What the decorator is given counts too: `@stack(traced, authenticated())`.
        names = used(self.machine.program, self.index, list(facts.nodes_of(expr)))
        reads = any(authorizer_reads(self.machine.program, names)) and not self._is_open(expr, doc)
        return OwnDecorator(value, spot, is_known=True, reads=reads)

    def _is_open(self, expr: facts.Expr, doc: Docstring) -> bool:
        """Whether a docstring says public, and a decorator reads no authorizer for the arguments that it is given."""
        value = self.machine.evaluate(expr, v.Scope(self.index, {})) if doc.says_public else None
        function = self.machine.force(value.callee) if isinstance(value, v.Pending) else None
        if not (
            isinstance(value, v.Pending) and isinstance(function, v.FunctionValue) and isinstance(expr, facts.Call)
        ):
            return False
        if any(argument.star for argument in expr.args):  # `@api(*ROLES)`
            return False
        program = self.machine.program
        nodes = list(facts.nodes_of(code_for(self.machine, function, value.arguments)))
        names = [*used(program, function.home, nodes), *used(program, self.index, list(facts.nodes_of(expr.args)))]
        return authorizer_read(nodes) is None and not any(authorizer_reads(program, names))

    def _unguarded(self, spot: Spot, doc: Docstring) -> list[Finding]:
        """CG155: nothing authenticates, and the handler reads who calls. No such route is public."""
        at = self._authorizer_read(doc)
        if at is None:
            return []
        message = "the handler reads its authorizer, and no middleware authenticates"
        hint = "add an authentication middleware, or name its context in [tool.codegen.factories]"
        return [Finding("CG155", message, at, hint, other=spot)]

    def _authorizer_read(self, doc: Docstring) -> Spot | None:
        """Where the handler reads who calls: what the settings say of a decorator counts more than its code."""
        program, node, scope = self.machine.program, self.entry.function, v.Scope(self.index, {})
        starts = [(self.index, name) for name in (self.entry.name, node.name)]
        kept = [
            one
            for one in node.decorators
            if not (is_excused(self.machine.evaluate(one, scope), self.factories) or self._is_open(one, doc))
        ]
        if len(kept) < len(node.decorators):
            nodes = list(facts.nodes_of(replace(node, decorators=tuple(kept))))
            own = authorizer_read(nodes)
            if own is not None:
                return Spot(self.index.path, own)
            starts = list(used(program, self.index, nodes))
        found = next(authorizer_reads(program, starts), None)
        return None if found is None else found.place.spot

    def run(self) -> "Ran":
        """Runs the handler once."""
        machine = self.machine
        machine.seen.runs.clear()
        if self.entry.gives_a_coroutine:
            return Ran((answers.REFUSED,), {}, False, False)
        found: list[answers.Answer] = []
        ways: list[tuple[bool, dict[str, str]]] = []
        bodiless: list[bool] = []

        def went(given: list[tuple[int, ...] | None]) -> None:
            accepts = any(statuses is None or min(statuses, default=0) < 400 for statuses in given)
            way = machine.seen.way
            ways.append((accepts, dict(way.kinds)))
            succeeds = any(200 <= status < 400 for statuses in given for status in statuses or ())
            bodiless.append(succeeds and way.asks_for_body and not way.has_body)

        def returned(value: v.Value, spot: Spot) -> None:
            given = answers.answers_of(machine, value, spot)
            found.extend(given)
            went([answer.statuses for answer in given])

        given = v.Arguments((self._event(), v.Unknown("the context is data")), {}, ())
        whole = self._decorated(given, lambda value, spot: went(answers.statuses_given(machine, value, spot)))
        if whole is None:
            ways.clear()
            bodiless.clear()
            machine.run_handler(v.FunctionValue(self.index, self.entry.function), given, returned)
        else:
            found.extend(answers.answers_of(machine, whole, Spot(self.index.path, self.entry.function.at)))
        if not found:
            spot = Spot(self.index.path, self.entry.function.at)
            machine.seen.findings.append(Finding("CG111", "this handler returns no answer", spot))
        accepting = [kinds for accepts, kinds in ways if accepts] or [kinds for _, kinds in ways]
        first, *others = accepting or [{}]
        types = {name: kind for name, kind in first.items() if all(way.get(name) == kind for way in others)}
        return Ran(tuple(found), types, any(bodiless), whole is not None or not self.entry.others)

    def _event(self) -> v.Value:
        """What the handler is given for its event: of `@event_parser(model=Order)` what that makes of it."""
        scope = v.Scope(self.index, {})
        for expr in self.entry.others:
            found = self.machine.evaluate(expr, scope)
            if not isinstance(found, v.Pending):
                continue
            home, _, name = lookup.dotted_name(found.callee).rpartition(".")
            if name == "event_parser" and home.startswith("aws_lambda_powertools"):
                arguments = v.Arguments((v.Event(), *found.arguments.positional), found.arguments.named, ())
                return self.machine.call(v.External(f"{home}.parse"), arguments, found.spot)
        return v.Event()

    def _decorated(self, given: v.Arguments, returned: Returns) -> v.Value | None:
        """What a handler returns through decorators of its own, which are given what `returned` is told; None where it
        has none that may change it."""
        machine, node = self.machine, self.entry.function
        if not self.entry.others:
            return None
        function = v.FunctionValue(self.index, replace(node, decorators=self.entry.others))
        machine.calls.watched = function.node, returned
        found = machine.force(machine.inline(function, given))
        machine.calls.watched = None
        if not isinstance(found, v.Unknown):
            return found
        message = f"the answers of this handler may be changed: {found.reason}"
        spot = machine.spot(self.entry.others[0], v.Scope(self.index, {}))
        machine.seen.findings.append(Finding("CG206", message, spot))
        return None

    def response(self, found: tuple[answers.Answer, ...], status: int | None, spot: Spot) -> Response | None:
        """The response of the documented success: of answers with an unknown status where none is known to have it."""
        known = answers.with_status(found, status) or [answer for answer in found if answer.statuses is None]
        return answers.response_among(self.machine, known, spot)

    def others(self, ran: "Ran", status: int | None, spot: Spot) -> tuple[tuple[int, Response | None], ...]:
        """The responses of the other statuses."""
        others = ((other, answers.with_status(ran.answers, other)) for other in sorted(ran.sent - {status}))
        return tuple((other, answers.response_among(self.machine, given, spot)) for other, given in others)

    def query(self, doc: Docstring) -> Query | None:
        """The query, with what the docstring says of parameters that no schema describes."""
        query = requests.query_of(self.machine)
        if query is None:
            return None
        said = docstring.about(doc.query, (field.name for field in query.read))
        return replace(query, read=tuple(replace(f, description=said.get(f.name, "")) for f in query.read))

    def headers(self, doc: Docstring) -> tuple[Header, ...]:
        found = self.machine.seen.headers
        said = docstring.about(doc.headers, (header.name for header in found.values()))
        headers = ((lower, header) for lower, header in found.items() if lower not in _OF_HTTP)
        return tuple(replace(header, description=said.get(header.name, "")) for _, header in headers)

    def _timeout(self, decorator: Decorator | None) -> tuple[float | None, list[Finding]]:
        given = decorator.named.get("timeout") if decorator else None
        if decorator is None or given is None:
            return None, []
        value = self.machine.force(given)
        if isinstance(value, v.Known) and _is_duration(value.value):
            return float(value.value), []
        if value == v.Known(None):
            return None, []
        return None, [Finding("CG116", "the timeout cannot be read", decorator.spot, "use a number or a constant")]

    def parameters(self, template: PathTemplate, doc: Docstring, kinds: dict[str, str]) -> tuple[PathParameter, ...]:
        """Parameters of the path, each with the name under which the code reads it."""
        seen = self.machine.seen
        names = template.parameters
        reads = list(seen.path_reads)
        missing = [name for name in names if name not in reads]
        strangers = [name for name in reads if name not in names and is_parameter(name)]
        renamed = {missing[0]: strangers[0]} if len(missing) == len(strangers) == 1 else {}
        said = docstring.about(doc.path, (*names, *renamed.values()))
        found: list[PathParameter] = []
        for name in names:
            read = name if name in reads else renamed.get(name)
            type_ = kinds.get(read or name, "str")
            found.append(PathParameter(name, read, type_, said.get(name) or said.get(read or "", "")))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Ran:
    """What running a handler told: each of its answers as it stands at its `return`; the types that path parameters
    have to be of on the way to every answer that is no error; whether one that is none is given without a body, too;
    whether its decorators could be followed."""

    answers: tuple[answers.Answer, ...]
    kinds: dict[str, str]
    goes_without_body: bool
    followed: bool

    @property
    def sent(self) -> set[int]:
        """The statuses that are known, without those of refused answers."""
        return {status for answer in self.answers for status in answer.statuses or ()}


def _is_duration(value: facts.Constant) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _A_YEAR


def _route_problem(method: str, path: str) -> str | None:
    if method not in METHODS:
        return f"{method} is not an HTTP method"
    try:
        PathTemplate(path)
    except InvalidName as error:
        return f"the path cannot be read: {error}"
    return None
