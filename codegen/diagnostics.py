"""Findings: what is wrong, where, and what to do about it. Values only; the command line prints them."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a text: line and column count from 1, width in characters."""

    line: int
    column: int
    width: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a module: the number of a node (see facts), or -1 for the module as a whole."""

    path: str
    at: int


@dataclass(frozen=True, slots=True)
class Finding:
    """`skip` counts lines and columns from the spot's own point: for a word inside a docstring."""

    code: str
    message: str
    spot: Spot
    hint: str = ""
    other: Spot | None = None
    skip: tuple[int, int, int] | None = None
    point: Point | None = None
    other_point: Point | None = None

    @property
    def rule(self) -> "Rule":
        return RULES[self.code]

    @property
    def severity(self) -> Severity:
        return self.rule.severity

    @property
    def at(self) -> Point:
        return self.point or Point(1, 1, 1)

    @property
    def other_at(self) -> Point:
        return self.other_point or Point(1, 1, 1)

    def located(self, points: dict[Spot, Point]) -> "Finding":
        """The same finding with its line and column, as far as they are known."""
        point = self.point or points.get(self.spot, Point(1, 1, 1))
        if self.skip is not None and self.point is None:
            lines, column, width = self.skip
            point = Point(point.line + lines, column if lines else point.column + column - 1, width)
        other = (self.other_point or points.get(self.other, Point(1, 1, 1))) if self.other else None
        return replace(self, point=point, other_point=other)


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    severity: Severity
    summary: str


def _rules(severity: Severity, **summaries: str) -> dict[str, Rule]:
    return {code: Rule(code, severity, summary) for code, summary in summaries.items()}


RULES: dict[str, Rule] = {
    **_rules(
        Severity.ERROR,
        CG101="a module cannot be read",
        CG102="a handler is never reached from lambda_handler",
        CG103="the route of a handler cannot be read",
        CG104="two handlers claim one route",
        CG105="a route claims a reserved path",
        CG106="a middleware is unknown",
        CG113="a name cannot be generated",
        CG114="a template cannot be rendered",
        CG150="no route is declared anywhere",
        CG151="a source of routes cannot be read",
        CG152="a declared function cannot be found",
        CG153="two tables of one API disagree",
        CG154="an authorizer is not known or not supported",
        CG155="a handler reads an authorizer that its route does not have",
        CG156="a declared route cannot be read",
        CG199="the generator failed on a module",
    ),
    **_rules(
        Severity.WARNING,
        CG107="a schema cannot be found",
        CG108="a status cannot be read",
        CG109="an answer that API Gateway refuses",
        CG110="a permission is in no enum",
        CG111="an answer cannot be read",
        CG112="a parameter cannot be read",
        CG116="a value of the decorator cannot be read",
        CG202="docstring and code disagree on a path parameter",
        CG203="docstring and code disagree on a status",
        CG204="docstring and code disagree on authentication",
        CG205="a public route does not say so",
        CG206="the shape of an answer is not known",
        CG208="a handler has no success status",
        CG209="only a part of the body is known",
        CG210="docstring and code disagree on the body",
        CG211="a path parameter has two names",
        CG250="a docstring differs from the table",
        CG251="a route in the code is in no table",
        CG252="an environment value is known only after the deploy",
        CG253="a security requirement that a REST API ignores",
        CG254="a nested stack is not in the code base",
        CG255="a declared function is a coroutine function",
        CG256="what API Gateway does and is not done here",
        CG257="a module that handlers may import cannot be read",
        CG258="two APIs have one and the same route",
    ),
    **_rules(
        Severity.NOTE,
        CG301="a static route lies under a dynamic one, and is emitted first",
        CG302="an event trigger is not a route",
        CG350="a declared route is not served",
    ),
}
