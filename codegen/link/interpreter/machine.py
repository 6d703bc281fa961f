"""Reads a handler statement by statement, with every branch taken, noting what it does to the request.

An abstract interpreter; docs/link.md explains it. It follows a call into another function only if the request goes
there or the answer comes from there, and stops at fixed depths: what lies beyond is Unknown, with the reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ... import facts
from ...diagnostics import Spot
from ...routing.modules import Program
from . import calls, forcing
from . import values as v
from .branches import Branches
from .language import expressions, statements
from .protocol import Calls, Memo, Returns
from .seen import HelperNames, Seen


class TooLargeError(Exception):
    """A function that takes more steps to be followed than it may."""


@dataclass(eq=False, slots=True)
class Machine:
    """The interpreter of one handler module; implements `Interpreter`. `steps` are how many expressions it evaluates at
    most, in all branches together; None for any number."""

    program: Program
    helpers: HelperNames
    module_name: Callable[[str], str]
    payload: str = "1.0"
    route: Mapping[str, str | None] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)
    branches: Branches = field(default_factory=Branches)
    memo: Memo = field(default_factory=Memo)
    calls: Calls = field(default_factory=Calls)
    entering: bool = False
    steps: int | None = None

    def evaluate(self, expr: facts.Expr, scope: v.Scope) -> v.Value:
        if self.steps is not None:
            self.steps -= 1
            if self.steps < 0:
                raise TooLargeError
        return expressions.evaluate(self, expr, scope)

    def force(self, value: v.Value) -> v.Value:
        return forcing.force(self, value)

    def call(self, callee: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value:
        return calls.call(self, callee, arguments, spot)

    def inline(self, function: v.FunctionValue, arguments: v.Arguments) -> v.Value:
        return calls.inline(self, function, arguments)

    def run(self, body: tuple[facts.Stmt, ...], scope: v.Scope, returns: Returns) -> bool:
        return statements.run(self, body, scope, returns)

    def run_handler(self, function: v.FunctionValue, arguments: v.Arguments, returns: Returns) -> None:
        """Runs a handler as `inline` runs any function, with each answer told while it is as it was returned."""
        scope = v.Scope(function.home, {})
        calls.bind_parameters(self, function, arguments, scope)
        if isinstance(function.node, facts.Function):
            self.run(function.node.body, scope, returns)

    def spot(self, node: facts.Expr | facts.Stmt, scope: v.Scope) -> Spot:
        return Spot(scope.home.path, node.at)
