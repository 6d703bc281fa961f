"""LibCST statements to facts."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import libcst as cst

from .. import facts
from .expressions import Walk, operator_of, text_of


def block(walk: Walk, node: Any) -> tuple[facts.Stmt, ...]:
    """The statements of a suite, of a module, or of None."""
    if node is None:
        return ()
    found: list[facts.Stmt] = []
    for line in node.body:
        if type(line) is cst.SimpleStatementLine:
            for small in line.body:
                _add(walk, small, found)
        else:
            _add(walk, line, found)
    return tuple(found)


def _add(walk: Walk, node: Any, found: list[facts.Stmt]) -> None:
    handler = _HANDLERS.get(type(node))
    if handler is None:
        return
    at = len(walk.nodes)
    walk.nodes.append(node)
    made = handler(walk, node, at)
    if isinstance(made, list):
        found.extend(made)
    else:
        found.append(made)


def _assign(walk: Walk, node: Any, at: int) -> facts.Stmt:
    value = walk.expr(node.value)
    return facts.Assign(at, tuple([walk.expr(t.target) for t in node.targets]), value, None)


def _annotated(walk: Walk, node: Any, at: int) -> facts.Stmt:
    annotation = walk.annotation(node.annotation.annotation)
    return facts.Assign(at, (walk.expr(node.target),), walk.optional(node.value), annotation)


def _augmented(walk: Walk, node: Any, at: int) -> facts.Stmt:
    return facts.AugAssign(at, walk.expr(node.target), operator_of(node.operator), walk.expr(node.value))


def _return(walk: Walk, node: Any, at: int) -> facts.Stmt:
    return facts.Return(at, walk.optional(node.value))


def _raise(walk: Walk, node: Any, at: int) -> facts.Stmt:
    return facts.Raise(at, walk.optional(node.exc))


def _expression(walk: Walk, node: Any, at: int) -> facts.Stmt:
    return facts.Do(at, walk.expr(node.value))


def _assert(walk: Walk, node: Any, at: int) -> facts.Stmt:
    return facts.Do(at, walk.expr(node.test))


def _jump(walk: Walk, node: Any, at: int) -> facts.Stmt:
    return facts.Jump(at)


def dotted(node: Any) -> str:
    """`a.b.c` of an import statement; "" for None."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if node is not None:
        parts.append(node.value)
    return ".".join(reversed(parts))


def _import(walk: Walk, node: Any, at: int) -> list[facts.Stmt]:
    return [
        facts.Import(at, dotted(name.name), None, None if name.asname is None else name.asname.name.value, 0)
        for name in node.names
    ]


def _import_from(walk: Walk, node: Any, at: int) -> list[facts.Stmt]:
    module, level = dotted(node.module), len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        return [facts.Import(at, module, "*", None, level)]
    return [
        facts.Import(at, module, name.name.value, None if name.asname is None else name.asname.name.value, level)
        for name in node.names
    ]


def _outside(walk: Walk, node: Any, at: int) -> facts.Stmt:
    return facts.Outside(at, tuple(item.name.value for item in node.names))


def _if(walk: Walk, node: Any, at: int) -> facts.Stmt:
    test, body = walk.expr(node.test), block(walk, node.body)
    other = node.orelse
    if type(other) is cst.If:
        nested: list[facts.Stmt] = []
        _add(walk, other, nested)
        return facts.If(at, test, body, tuple(nested))
    return facts.If(at, test, body, block(walk, other.body if other is not None else None))


def _for(walk: Walk, node: Any, at: int) -> facts.Stmt:
    target, source = walk.expr(node.target), walk.expr(node.iter)
    return facts.Loop(at, target, source, block(walk, node.body), _else(walk, node))


def _while(walk: Walk, node: Any, at: int) -> facts.Stmt:
    return facts.Loop(at, None, walk.expr(node.test), block(walk, node.body), _else(walk, node))


def _else(walk: Walk, node: Any) -> tuple[facts.Stmt, ...]:
    return block(walk, node.orelse.body if node.orelse is not None else None)


def _try(walk: Walk, node: Any, at: int) -> facts.Stmt:
    body = block(walk, node.body)
    handlers = tuple([facts.Handler(_caught(h), block(walk, h.body)) for h in node.handlers])
    final = block(walk, node.finalbody.body if node.finalbody is not None else None)
    return facts.Try(at, body, handlers, _else(walk, node), final)


def _caught(handler: Any) -> str | None:
    return None if handler.name is None else handler.name.name.value


def _with(walk: Walk, node: Any, at: int) -> facts.Stmt:
    items = [(walk.expr(i.item), walk.optional(i.asname.name if i.asname else None)) for i in node.items]
    return facts.With(at, tuple(items), block(walk, node.body))


def _match(walk: Walk, node: Any, at: int) -> facts.Stmt:
    return facts.Match(at, walk.expr(node.subject), tuple([_case(walk, case) for case in node.cases]))


def _case(walk: Walk, node: cst.MatchCase) -> facts.Case:
    pattern = node.pattern
    catches_all = isinstance(pattern, cst.MatchAs) and pattern.pattern is None and node.guard is None
    whole = pattern.name.value if isinstance(pattern, cst.MatchAs) and pattern.name is not None else None
    names = tuple(_names_in(pattern))
    is_name = isinstance(pattern, cst.MatchAs) and pattern.pattern is None
    literals = () if is_name else tuple(_literals(walk, pattern))
    return facts.Case(names, walk.optional(node.guard), block(walk, node.body), catches_all, whole, literals)


def _names_in(pattern: Any) -> Iterator[str]:
    """The names that a pattern, or a part of one, binds."""
    bound = (getattr(pattern, "name", None), getattr(pattern, "rest", None))
    yield from (name.value for name in bound if isinstance(name, cst.Name))
    inner = [pattern.value if isinstance(pattern, cst.MatchSequenceElement) else getattr(pattern, "pattern", None)]
    for field in ("patterns", "elements", "kwds"):
        inner += getattr(pattern, field, ())
    for part in inner:
        yield from _names_in(part) if part is not None else ()


def _literals(walk: Walk, pattern: Any) -> Iterator[facts.Expr]:
    """The values that a pattern matches; nothing of a pattern of another kind."""
    match pattern:
        case cst.MatchValue(value=value) | cst.MatchSingleton(value=value):
            yield walk.expr(value)
        case cst.MatchOr(patterns=patterns):
            ways = [list(_literals(walk, one.pattern)) for one in patterns]
            yield from (literal for way in ways for literal in way if all(ways))
        case cst.MatchAs(pattern=None):
            yield facts.Other(-1, ())
        case cst.MatchAs(pattern=inner):
            yield from _literals(walk, inner)
        case cst.MatchTuple(patterns=patterns) | cst.MatchList(patterns=patterns):
            parts = [list(_literals(walk, getattr(one, "value", None))) for one in patterns]
            yield from (facts.Seq(-1, "tuple", ways) for ways in product(*parts))


def _delete(walk: Walk, node: Any, at: int) -> facts.Stmt:
    target = walk.expr(node.target)
    return facts.Delete(at, target.items if isinstance(target, facts.Seq) else (target,))


def _function(walk: Walk, node: Any, at: int) -> facts.Stmt:
    decorators = tuple([walk.expr(d.decorator) for d in node.decorators])
    params = walk.params(node.params)
    returns = None if node.returns is None else walk.annotation(node.returns.annotation)
    doc = _docstring(walk, node.body)
    body = block(walk, node.body)
    return facts.Function(at, node.name.value, params, body, decorators, returns, node.asynchronous is not None, doc)


def _docstring(walk: Walk, body: Any) -> facts.Const | None:
    first = _first_expression(body.body)
    if not isinstance(first, cst.SimpleString | cst.ConcatenatedString):
        return None
    at = len(walk.nodes)
    walk.nodes.append(first)
    value = text_of(first) if isinstance(first, cst.SimpleString) else first.evaluated_value
    return facts.Const(at, value) if isinstance(value, str) else None


def _first_expression(lines: Sequence[Any]) -> Any:
    line = lines[0] if lines else None
    if type(line) is cst.SimpleStatementLine:
        line = line.body[0]
    return line.value if type(line) is cst.Expr else None


def _class(walk: Walk, node: Any, at: int) -> facts.Stmt:
    decorators = tuple([walk.expr(d.decorator) for d in node.decorators])
    bases = walk.args((*node.bases, *node.keywords))
    params = () if node.type_parameters is None else tuple([p.param.name.value for p in node.type_parameters.params])
    return facts.Class(at, node.name.value, bases, block(walk, node.body), decorators, params)


def _alias(walk: Walk, node: Any, at: int) -> facts.Stmt:
    return facts.Alias(at, node.name.value, walk.expr(node.value))


_HANDLERS: dict[type[cst.CSTNode], Callable[[Walk, Any, int], facts.Stmt | list[facts.Stmt]]] = {
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Expr: _expression,
    cst.Assert: _assert,
    cst.Break: _jump,
    cst.Continue: _jump,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.Global: _outside,
    cst.Nonlocal: _outside,
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.With: _with,
    cst.Match: _match,
    cst.Del: _delete,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.TypeAlias: _alias,
}
