"""Reads a handler as a story: statement by statement, with every branch taken, noting what it does to the request.

An abstract interpreter in the small. It never loops twice, follows a call into another function only if the request
goes there or the answer comes from there, and stops at fixed depths: what lies beyond is Unknown, and whoever needs it
says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from .. import facts
from ..diagnostics import Finding, Spot
from ..model import Type
from . import calls, expressions, forcing, functions, statements
from .program import Program
from .values import Arguments, EventPart, FunctionValue, Record, Scope, Unknown, Use, Value


@dataclass(frozen=True, slots=True)
class HelperNames:
    """Functions of the code base whose meaning is known, by name."""

    path_parameter: frozenset[str]
    query_filters: frozenset[str]
    request_body: frozenset[str]
    body_with: tuple[tuple[str, str], ...]
    has_permission: frozenset[str]
    header: frozenset[str]


@dataclass(eq=False, slots=True)
class QueryRead:
    """`names` are parameters that are read one by one, with whether all of their values are."""

    schema: Value | None
    multi_value: bool
    limit: Value | None
    sort: Value | None
    names: dict[str, bool]
    spot: Spot
    as_sent: bool = False


@dataclass(eq=False, slots=True)
class Seen:
    """What a handler does to the request. `headers`: names as they are read, by the same in lower case.

    `runs` are functions that an event loop runs, `handed` those that some other library is given on the way in.
    """

    path_reads: dict[str, Spot] = field(default_factory=dict)
    path_types: dict[str, str] = field(default_factory=dict)
    queries: list[QueryRead] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: Spot | None = None
    uses: list[Use] = field(default_factory=list)
    permissions: list[tuple[Value, Spot]] = field(default_factory=list)
    returns: list[tuple[Value, Spot]] = field(default_factory=list)
    runs: list[tuple[Value, Spot]] = field(default_factory=list)
    handed: list[tuple[Value, Spot]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def schema_query(self, schema: Value, part: EventPart, spot: Spot) -> None:
        """Query parameters that a schema validates without the helper."""
        if not any(read.schema is schema for read in self.queries):
            many = part.part.startswith("multi")
            self.queries.append(QueryRead(schema, many, None, None, {}, spot, as_sent=not part.renamed))

    def header(self, name: str) -> None:
        """A header that is read by its name."""
        self.headers.setdefault(name.lower(), name)

    def direct_query(self, name: str, multi_value: bool, spot: Spot) -> None:
        """A query parameter that is read by its name, without a filter schema."""
        for read in self.queries:
            if read.schema is None:
                read.names[name] = read.names.get(name, False) or multi_value
                read.multi_value = read.multi_value or multi_value
                return
        self.queries.append(QueryRead(None, multi_value, None, None, {name: multi_value}, spot))


@dataclass(eq=False, slots=True)
class Machine:
    """`entering` is set while `lambda_handler` is read, to see which function it runs instead of running it."""

    program: Program
    helpers: HelperNames
    module_name: Callable[[str], str]
    seen: Seen = field(default_factory=Seen)
    module_values: dict[tuple[str, str], Value | None] = field(default_factory=dict)
    followed: dict[tuple[str, int, str, str], Value] = field(default_factory=dict)
    changed: list[dict[int, tuple[Record, Record]]] = field(default_factory=list)
    entering: bool = False
    rounds: dict[int, int] = field(default_factory=dict)
    asked: set[tuple[str, str]] = field(default_factory=set)
    depth: int = 0
    calls: int = 0
    places: int = 0
    tests: dict[tuple[str, int], tuple[Value, int]] = field(default_factory=dict)
    shapes: dict[tuple[int, int], tuple[Value, Type]] = field(default_factory=dict)

    def place(self) -> int:
        """A number for a place where branches meet."""
        self.places += 1
        return self.places

    def place_of(self, name: str, value: Value) -> int:
        """The number of the place where a name was asked for the first time, while it stands for the same value."""
        if isinstance(value, Unknown):
            return self.place()
        return self.tests.setdefault((name, id(value)), (value, self.place()))[1]

    def evaluate(self, expr: facts.Expr, scope: Scope) -> Value:
        return expressions.evaluate(self, expr, scope)

    def force(self, value: Value) -> Value:
        return forcing.force(self, value)

    def call(self, callee: Value, arguments: Arguments, spot: Spot) -> Value:
        return calls.call(self, callee, arguments, spot)

    def inline(self, function: FunctionValue, arguments: Arguments) -> Value:
        return functions.inline(self, function, arguments)

    def run(self, body: tuple[facts.Stmt, ...], scope: Scope, returns: Callable[[Value, Spot], None]) -> bool:
        return statements.run(self, body, scope, returns)

    def run_handler(
        self, function: FunctionValue, arguments: Arguments, returns: Callable[[Value, Spot], None]
    ) -> None:
        """Runs a handler as `inline` runs any function, with each answer told while it is as it was returned."""
        scope = Scope(function.home, {})
        functions.bind_parameters(self, function, arguments, scope)
        if isinstance(function.node, facts.Function):
            self.run(function.node.body, scope, returns)

    def spot(self, node: facts.Expr | facts.Stmt, scope: Scope) -> Spot:
        return Spot(scope.home.path, node.at)
