"""Lines and columns of a few nodes, found while the module is printed.

LibCST's own position provider records every node, behind a wrapper: ten times the cost, where few are ever printed.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import libcst as cst
from libcst._nodes.internal import CodegenState

from ..diagnostics import Point

_NEWLINE = re.compile(r"\r\n?|\n")


class _AllSeen(Exception):
    """Every wanted node has been printed."""


class _Watch(CodegenState):
    """Counts lines and columns, and notes where wanted nodes begin and end without the whitespace around them."""

    def __init__(self, module: cst.Module, wanted: set[int]) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.line, self.column = 1, 0
        self.wanted, self.missing = set(wanted), set(wanted)
        self.starts: dict[int, tuple[int, int]] = {}
        self.ranges: dict[int, tuple[tuple[int, int], tuple[int, int]]] = {}

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.add_token(token)

    def add_token(self, value: str) -> None:
        if "\n" in value or "\r" in value:
            parts = _NEWLINE.split(value)
            self.line += len(parts) - 1
            self.column = len(parts[-1])
        else:
            self.column += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self.wanted:
            self.starts[id(node)] = (self.line, self.column)

    def after_codegen(self, node: cst.CSTNode) -> None:
        key = id(node)
        if key in self.wanted:
            self.ranges.setdefault(key, (self.starts[key], (self.line, self.column)))
            self.missing.discard(key)
            if not self.missing:
                raise _AllSeen

    @contextmanager
    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Iterator[None]:
        key = id(node)
        if key not in self.wanted:
            yield
            return
        self.wanted |= {id(part) for part in (start_node, end_node) if part is not None}
        start = (self.line, self.column)
        yield
        begin = self.ranges.get(id(start_node), (start, start))[0]
        end = (self.line, self.column)
        self.ranges[key] = (begin, self.ranges.get(id(end_node), (end, end))[1])


def points(module: cst.Module, nodes: dict[int, cst.CSTNode]) -> dict[int, Point]:
    """The places of nodes, under the keys that they are given by."""
    watch = _Watch(module, {id(node) for node in nodes.values()})
    with suppress(_AllSeen):
        module._codegen(watch)
    found: dict[int, Point] = {}
    for key, node in nodes.items():
        if id(node) in watch.ranges:
            (line, column), (last, end) = watch.ranges[id(node)]
            found[key] = Point(line, column + 1, max(1, end - column) if line == last else 1)
    return found
