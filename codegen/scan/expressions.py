"""LibCST expressions to facts, by targeted descent: no visitor, no metadata, no whitespace node is touched."""

import ast
from collections.abc import Callable
from typing import Any, cast

import libcst as cst

from .. import facts

LONGEST_ANNOTATION = 300
QUOTES = "'\""


class Walk:
    """Numbers the nodes of one module in the order in which they are met."""

    __slots__ = ("nodes",)

    def __init__(self) -> None:
        self.nodes: list[cst.CSTNode] = []

    def expr(self, node: cst.CSTNode) -> facts.Expr:
        nodes = self.nodes
        at = len(nodes)
        nodes.append(node)
        handler = _HANDLERS.get(type(node))
        if handler is None:
            return facts.Other(at, ())
        return handler(self, node, at)

    def args(self, args: Any) -> tuple[facts.Arg, ...]:
        return tuple([facts.Arg(a.keyword.value if a.keyword else None, a.star, self.expr(a.value)) for a in args])

    def optional(self, node: Any) -> facts.Expr | None:
        return None if node is None else self.expr(node)

    def annotation(self, node: cst.CSTNode) -> facts.Expr:
        """An annotation; one that is written as a string is read as what it says."""
        text = text_of(node) if isinstance(node, cst.SimpleString) else None
        if not isinstance(text, str) or text.isidentifier() or len(text) > LONGEST_ANNOTATION:
            return self.expr(node)
        try:
            return self.expr(cst.parse_expression(text.strip()))
        except (cst.ParserSyntaxError, ValueError):
            return self.expr(node)

    def params(self, node: cst.Parameters) -> tuple[facts.Param, ...]:
        found = [self._param(p, "", False) for p in (*node.posonly_params, *node.params)]
        if isinstance(node.star_arg, cst.Param):
            found.append(self._param(node.star_arg, "*", False))
        found += [self._param(p, "", True) for p in node.kwonly_params]
        if node.star_kwarg is not None:
            found.append(self._param(node.star_kwarg, "**", True))
        return tuple(found)

    def _param(self, node: cst.Param, star: str, keyword: bool) -> facts.Param:
        annotation = None if node.annotation is None else self.annotation(node.annotation.annotation)
        return facts.Param(node.name.value, star, keyword, annotation, self.optional(node.default))


def text_of(node: cst.SimpleString) -> str | bytes | None:
    """The value of a string literal; None for one that Python itself would refuse."""
    raw = node.value
    if raw[0] in QUOTES and "\\" not in raw and "\r" not in raw:
        width = 3 if raw[:3] in ('"""', "'''") and len(raw) >= 6 else 1
        return raw[width:-width]
    try:
        return cast("str | bytes", ast.literal_eval(raw))
    except (SyntaxError, ValueError):
        return None


def _name(walk: Walk, node: Any, at: int) -> facts.Expr:
    word = node.value
    if word in _WORDS:
        return facts.Const(at, _WORDS[word])
    return facts.Name(at, word)


def _string(walk: Walk, node: Any, at: int) -> facts.Expr:
    value = text_of(node)
    return facts.Other(at, ()) if value is None else facts.Const(at, value)


def _concatenated(walk: Walk, node: Any, at: int) -> facts.Expr:
    left, right = walk.expr(node.left), walk.expr(node.right)
    if isinstance(left, facts.Const) and isinstance(right, facts.Const):
        if isinstance(left.value, str) and isinstance(right.value, str):
            return facts.Const(at, left.value + right.value)
        if isinstance(left.value, bytes) and isinstance(right.value, bytes):
            return facts.Const(at, left.value + right.value)
    return facts.FString(at, (left, right))


def _fstring(walk: Walk, node: Any, at: int) -> facts.Expr:
    parts: list[facts.Expr] = []
    for part in node.parts:
        if type(part) is cst.FormattedStringText:
            raw = part.value.replace("{{", "{").replace("}}", "}")
            escaped = "\\" in raw and "r" not in node.start.lower()
            parts.append(
                facts.Other(at, ()) if escaped and not raw.isascii() else facts.Const(at, _unescaped(raw, escaped))
            )
        else:
            parts.append(walk.expr(part.expression))
    return facts.FString(at, tuple(parts))


def _unescaped(raw: str, escaped: bool) -> str:
    return raw.encode("ascii").decode("unicode_escape", "replace") if escaped else raw


def _integer(walk: Walk, node: Any, at: int) -> facts.Expr:
    try:
        return facts.Const(at, int(node.value, 0))
    except ValueError:  # more digits than int() reads
        return facts.Other(at, ())


def _float(walk: Walk, node: Any, at: int) -> facts.Expr:
    return facts.Const(at, float(node.value))


def _attribute(walk: Walk, node: Any, at: int) -> facts.Expr:
    return facts.Attr(at, walk.expr(node.value), node.attr.value)


def _call(walk: Walk, node: Any, at: int) -> facts.Expr:
    return facts.Call(at, walk.expr(node.func), walk.args(node.args))


def _index(walk: Walk, element: Any, at: int) -> facts.Expr:
    part = element.slice
    if type(part) is cst.Index:
        return facts.Star(at, walk.expr(part.value)) if part.star else walk.expr(part.value)
    return facts.Slice(at, tuple(walk.expr(p) for p in (part.lower, part.upper, part.step) if p is not None))


def _subscript(walk: Walk, node: Any, at: int) -> facts.Expr:
    value = walk.expr(node.value)
    indexes = [_index(walk, element, at) for element in node.slice]
    single = len(indexes) == 1 and not isinstance(node.slice[0].comma, cst.Comma)
    return facts.Sub(at, value, indexes[0] if single else facts.Seq(at, "tuple", tuple(indexes)))


def _dict(walk: Walk, node: Any, at: int) -> facts.Expr:
    items: list[tuple[facts.Expr | None, facts.Expr]] = []
    for element in node.elements:
        key = walk.expr(element.key) if type(element) is cst.DictElement else None
        items.append((key, walk.expr(element.value)))
    return facts.DictLit(at, tuple(items))


def _element(walk: Walk, element: Any, at: int) -> facts.Expr:
    value = walk.expr(element.value)
    return facts.Star(at, value) if type(element) is cst.StarredElement else value


def _sequence(kind: str) -> Callable[[Walk, Any, int], facts.Expr]:
    def convert(walk: Walk, node: Any, at: int) -> facts.Expr:
        return facts.Seq(at, kind, tuple([_element(walk, element, at) for element in node.elements]))

    return convert


def _fors(walk: Walk, node: Any) -> tuple[facts.For, ...]:
    found: list[facts.For] = []
    while node is not None:
        target, source = walk.expr(node.target), walk.expr(node.iter)
        found.append(facts.For(target, source, tuple([walk.expr(test.test) for test in node.ifs])))
        node = node.inner_for_in
    return tuple(found)


def _comprehension(kind: str) -> Callable[[Walk, Any, int], facts.Expr]:
    def convert(walk: Walk, node: Any, at: int) -> facts.Expr:
        fors = _fors(walk, node.for_in)
        if kind == "dict":
            return facts.Comp(at, kind, walk.expr(node.key), walk.expr(node.value), fors)
        return facts.Comp(at, kind, None, walk.expr(node.elt), fors)

    return convert


def _conditional(walk: Walk, node: Any, at: int) -> facts.Expr:
    return facts.Cond(at, walk.expr(node.test), walk.expr(node.body), walk.expr(node.orelse))


def _boolean(walk: Walk, node: Any, at: int) -> facts.Expr:
    op = "and" if type(node.operator) is cst.And else "or"
    return facts.Binary(at, op, walk.expr(node.left), walk.expr(node.right))


def _binary(walk: Walk, node: Any, at: int) -> facts.Expr:
    op = _OPERATORS.get(type(node.operator), "?")
    return facts.Binary(at, op, walk.expr(node.left), walk.expr(node.right))


def _unary(walk: Walk, node: Any, at: int) -> facts.Expr:
    op = {cst.Minus: "-", cst.Not: "not"}.get(type(node.operator), "?")
    return facts.Unary(at, op, walk.expr(node.expression))


def _comparison(walk: Walk, node: Any, at: int) -> facts.Expr:
    left = walk.expr(node.left)
    ops = tuple([_COMPARISONS.get(type(c.operator), "?") for c in node.comparisons])
    return facts.Compare(at, left, ops, tuple([walk.expr(c.comparator) for c in node.comparisons]))


def _walrus(walk: Walk, node: Any, at: int) -> facts.Expr:
    return facts.Walrus(at, walk.expr(node.target), walk.expr(node.value))


def _await(walk: Walk, node: Any, at: int) -> facts.Expr:
    return facts.Await(at, walk.expr(node.expression))


def _lambda(walk: Walk, node: Any, at: int) -> facts.Expr:
    return facts.Lambda(at, walk.params(node.params), walk.expr(node.body))


def _yield(walk: Walk, node: Any, at: int) -> facts.Expr:
    if node.value is None:
        return facts.Yield(at, facts.Const(at, None), False)
    every = type(node.value) is cst.From
    return facts.Yield(at, walk.expr(node.value.item if every else node.value), every)


_WORDS: dict[str, facts.Constant] = {"None": None, "True": True, "False": False}
_OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.BitOr: "|",
    cst.AddAssign: "+",
    cst.BitOrAssign: "|",
}
_COMPARISONS: dict[type[cst.CSTNode], str] = {
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.In: "in",
    cst.NotIn: "not in",
}
_HANDLERS: dict[type[cst.CSTNode], Callable[[Walk, Any, int], facts.Expr]] = {
    cst.Name: _name,
    cst.SimpleString: _string,
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _fstring,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.Attribute: _attribute,
    cst.Call: _call,
    cst.Subscript: _subscript,
    cst.Dict: _dict,
    cst.List: _sequence("list"),
    cst.Tuple: _sequence("tuple"),
    cst.Set: _sequence("set"),
    cst.ListComp: _comprehension("list"),
    cst.SetComp: _comprehension("set"),
    cst.GeneratorExp: _comprehension("generator"),
    cst.DictComp: _comprehension("dict"),
    cst.IfExp: _conditional,
    cst.BooleanOperation: _boolean,
    cst.BinaryOperation: _binary,
    cst.UnaryOperation: _unary,
    cst.Comparison: _comparison,
    cst.NamedExpr: _walrus,
    cst.Await: _await,
    cst.Lambda: _lambda,
    cst.Yield: _yield,
}


def operator_of(node: cst.CSTNode) -> str:
    return _OPERATORS.get(type(node), "?")
