"""Parses a module with LibCST: bytes -> facts, or a finding."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager

import libcst as cst

from ..diagnostics import Finding, Point, Spot
from ..facts import Module
from .expressions import Walk
from .limits import nested_too_deeply
from .positions import points
from .statements import block

TOO_DEEP = "is nested too deeply to be read"


def read_module(path: str, source: bytes) -> Module | Finding:
    """Facts of one file; a file that cannot be read is a finding (CG101), never an exception."""
    parsed = _parse(path, source)
    if isinstance(parsed, Finding):
        return parsed
    try:
        return Module(path, block(Walk(), parsed))
    except RecursionError:
        return _refused(path, TOO_DEEP)


def points_of(source: bytes, spots: frozenset[int]) -> dict[int, Point]:
    """Lines and columns of numbered nodes, by a second walk of the same source, in the same order."""
    parsed = _parse("", source)
    if isinstance(parsed, Finding) or not spots:
        return {}
    walk = Walk()
    try:
        block(walk, parsed)
        return points(parsed, {spot: walk.nodes[spot] for spot in spots if spot < len(walk.nodes)})
    except RecursionError:
        return {}


def _parse(path: str, source: bytes) -> cst.Module | Finding:
    if nested_too_deeply(source):
        return _refused(path, TOO_DEEP)
    try:
        with _nodes_unchecked():
            return cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        return _invalid(path, source, error)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:  # a coding cookie or bytes that do not decode
        return _refused(path, f"cannot be decoded: {error}")
    except (RecursionError, ValueError, cst.CSTValidationError) as error:
        return _refused(path, f"cannot be parsed: {error}")


@contextmanager
def _nodes_unchecked() -> Iterator[None]:
    """LibCST checks every node that is made, for those who make some by hand. What its parser makes it makes right, and
    the checks are a seventh of a parse, which is most of what a run costs."""
    checked = cst.CSTNode.__post_init__
    cst.CSTNode.__post_init__ = _unchecked  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        cst.CSTNode.__post_init__ = checked  # type: ignore[method-assign]


def _unchecked(node: cst.CSTNode) -> None:
    """Nothing."""


def _invalid(path: str, source: bytes, error: cst.ParserSyntaxError) -> Finding:
    """A syntax error as Python itself tells it: LibCST's line is that of the next token."""
    try:
        compile(source, "<handler>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as said:
        point = Point(max(said.lineno or 1, 1), max(said.offset or 1, 1), 1)
        return _refused(path, f"is not valid Python: {said.msg}", point)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        pass
    reason = error.message.removeprefix("parser error: ").removeprefix("tokenizer error: ").splitlines()[0]
    return _refused(path, f"is not valid Python: {reason}", Point(max(error.raw_line, 1), error.raw_column + 1, 1))


def _refused(path: str, reason: str, point: Point | None = None) -> Finding:
    return Finding("CG101", f"the module {reason}", Spot(path, -1), point=point or Point(1, 1, 1))
