"""The protocol through which parts of the interpreter call each other; `machine` implements it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ... import facts
from ...diagnostics import Spot
from ...model import Named, Type
from ...routing.modules import Program
from . import values as v
from .branches import Branches
from .seen import HelperNames, Seen

type Returns = Callable[[v.Value, Spot], None]


@dataclass(eq=False, slots=True)
class Memo:
    """What was worked out once. The first three are `lookup`'s, the next `classes`', the next two `types`', the last
    `shapes`'."""

    module_values: dict[tuple[str, str], v.Value | None] = field(default_factory=dict)
    followed: dict[tuple[str, int, str, str], v.Value] = field(default_factory=dict)
    asked: set[tuple[str, str]] = field(default_factory=set)
    class_constants: dict[tuple[str, int, str], v.Value] = field(default_factory=dict)
    classes: dict[Named, v.ClassValue] = field(default_factory=dict)
    outer_classes: dict[tuple[str, int], str | None] = field(default_factory=dict)
    shapes: dict[tuple[int, int, str], tuple[v.Value, Type | v.Unknown]] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Calls:
    """The calls that are being followed, innermost last, with what each has yielded so far; `asked` are those that
    were put off. `watched` is told each answer of one function while it is as it was returned."""

    frames: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    yields: list[list[v.Value]] = field(default_factory=list)
    count: int = 0
    watched: tuple[facts.Function | facts.Lambda, Returns] | None = None


class Interpreter(Protocol):
    """`entering` is set while `lambda_handler` is read, to see which function it runs instead of running it.

    `payload` is the format of the events."""

    program: Program
    helpers: HelperNames
    seen: Seen
    branches: Branches
    memo: Memo
    calls: Calls
    entering: bool

    @property
    def route(self) -> Mapping[str, str | None]:
        """What the keys of an event, with dots between them, say of the route; None for those that it has not. Empty
        where nothing is known of the route."""

    @property
    def payload(self) -> str:
        """1.0 has null for a body that is not sent, 2.0 no key."""

    @property
    def module_name(self) -> Callable[[str], str]:
        """The dotted name of a module by its path."""

    def evaluate(self, expr: facts.Expr, scope: v.Scope) -> v.Value:
        """The value of an expression; imports, attributes and most calls in it are put off."""

    def force(self, value: v.Value) -> v.Value:
        """The value with nothing put off, as far as the text tells."""

    def call(self, callee: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value:
        """The value of a call, put off unless the request or something that it may change goes in."""

    def inline(self, function: v.FunctionValue, arguments: v.Arguments) -> v.Value:
        """The value of a call, by running the function."""

    def run(self, body: tuple[facts.Stmt, ...], scope: v.Scope, returns: Returns) -> bool:
        """Runs statements; whether their end can be reached."""

    def spot(self, node: facts.Expr | facts.Stmt, scope: v.Scope) -> Spot:
        """The place of a node."""
