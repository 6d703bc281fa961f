"""Facts: a reduced syntax tree of a module, without whitespace or comments.

Every node starts with `at`, its number in the order of the walk that made it. `scan.module` turns such a number into
a line and a column; that costs a second walk with LibCST's metadata, so it is done only for what is printed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import dataclass_transform

type Constant = str | bytes | int | float | bool | None

# What holds no other node.
_PLAIN = (int, str, bool, Constant, str | None, tuple[str, ...])
# The fields of each kind of node in which others may stand.
_INNER: dict[type, tuple[str, ...]] = {}


@dataclass_transform(frozen_default=True)
def _fact[T](cls: type[T]) -> type[T]:
    """A dataclass that is frozen for the type checker alone: a code base of a thousand handlers has a million facts,
    and a class that refuses changes when it runs takes more than three times as long to make one."""
    made = dataclass(slots=True, unsafe_hash=True)(cls)
    _INNER[made] = tuple(name for name, kind in made.__annotations__.items() if kind not in _PLAIN)
    return made


@_fact
class Name:
    at: int
    id: str


@_fact
class Const:
    at: int
    value: Constant


@_fact
class Attr:
    at: int
    value: "Expr"
    name: str


@_fact
class Arg:
    """An argument of a call: `star` is "", "*" or "**"."""

    name: str | None
    star: str
    value: "Expr"


@_fact
class Call:
    at: int
    func: "Expr"
    args: tuple[Arg, ...]


@_fact
class Sub:
    at: int
    value: "Expr"
    key: "Expr"


@_fact
class DictLit:
    """A dict display: a key of None is a `**spread`."""

    at: int
    items: tuple[tuple["Expr | None", "Expr"], ...]


@_fact
class Seq:
    """A list, tuple or set display."""

    at: int
    kind: str
    items: tuple["Expr", ...]


@_fact
class Star:
    at: int
    value: "Expr"


@_fact
class Yield:
    """`yield value`; `all` of them for `yield from value`."""

    at: int
    value: "Expr"
    all: bool


@_fact
class For:
    target: "Expr"
    iter: "Expr"
    tests: tuple["Expr", ...]


@_fact
class Comp:
    """A comprehension of kind list, set, generator or dict (then with a key)."""

    at: int
    kind: str
    key: "Expr | None"
    value: "Expr"
    fors: tuple[For, ...]


@_fact
class Cond:
    at: int
    test: "Expr"
    then: "Expr"
    other: "Expr"


@_fact
class Binary:
    """`op` is the operator's text, or "and" / "or"."""

    at: int
    op: str
    left: "Expr"
    right: "Expr"


@_fact
class Unary:
    at: int
    op: str
    value: "Expr"


@_fact
class Compare:
    """`left ops[0] others[0] ...`; an operator that means nothing to the generator is "?"."""

    at: int
    left: "Expr"
    ops: tuple[str, ...]
    others: tuple["Expr", ...]


@_fact
class FString:
    at: int
    parts: tuple["Expr", ...]


@_fact
class Walrus:
    at: int
    target: "Expr"
    value: "Expr"


@_fact
class Await:
    at: int
    value: "Expr"


@_fact
class Param:
    """A parameter: `star` is "", "*" or "**"; `keyword` says that it cannot be given by position."""

    name: str
    star: str
    keyword: bool
    annotation: "Expr | None"
    default: "Expr | None"


@_fact
class Lambda:
    at: int
    params: tuple[Param, ...]
    body: "Expr"


@_fact
class Slice:
    """`start:stop:step` between brackets, with the parts that are there."""

    at: int
    parts: tuple["Expr", ...]


@_fact
class Other:
    """An expression that means nothing to the generator, with the parts that may still have effects."""

    at: int
    parts: tuple["Expr", ...]


type Expr = (
    Name
    | Const
    | Attr
    | Call
    | Sub
    | DictLit
    | Seq
    | Star
    | Comp
    | Cond
    | Binary
    | Unary
    | Compare
    | FString
    | Walrus
    | Await
    | Lambda
    | Yield
    | Slice
    | Other
)


@_fact
class Assign:
    """`a = b = value`, or `a: annotation = value` (a value of None declares only)."""

    at: int
    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None


@_fact
class AugAssign:
    at: int
    target: Expr
    op: str
    value: Expr


@_fact
class Return:
    at: int
    value: Expr | None


@_fact
class Raise:
    at: int
    value: Expr | None


@_fact
class Do:
    """An expression as a statement."""

    at: int
    value: Expr


@_fact
class Jump:
    """break or continue."""

    at: int


@_fact
class Import:
    """`import a.b as c` (name None) or `from ..a import b as c`; a name of "*" takes all; `level` counts the dots."""

    at: int
    module: str
    name: str | None
    alias: str | None
    level: int


@_fact
class Outside:
    """`nonlocal names` or `global names`."""

    at: int
    names: tuple[str, ...]


@_fact
class If:
    at: int
    test: Expr
    body: tuple["Stmt", ...]
    other: tuple["Stmt", ...]


@_fact
class Loop:
    """`for target in iter` or `while iter` (target None)."""

    at: int
    target: Expr | None
    iter: Expr
    body: tuple["Stmt", ...]
    other: tuple["Stmt", ...]


@_fact
class Handler:
    name: str | None
    body: tuple["Stmt", ...]


@_fact
class Try:
    at: int
    body: tuple["Stmt", ...]
    handlers: tuple[Handler, ...]
    other: tuple["Stmt", ...]
    final: tuple["Stmt", ...]


@_fact
class With:
    at: int
    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple["Stmt", ...]


@_fact
class Case:
    """`names` are bound by the pattern, `whole` to all of the subject. `literals` are the values that the pattern
    matches, with `Other` for any in a sequence; none of another pattern."""

    names: tuple[str, ...]
    guard: Expr | None
    body: tuple["Stmt", ...]
    catches_all: bool
    whole: str | None
    literals: tuple[Expr, ...] = ()


@_fact
class Match:
    at: int
    subject: Expr
    cases: tuple[Case, ...]


@_fact
class Delete:
    at: int
    targets: tuple[Expr, ...]


@_fact
class Function:
    at: int
    name: str
    params: tuple[Param, ...]
    body: tuple["Stmt", ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    is_async: bool
    doc: Const | None


@_fact
class Class:
    """`params` are the names of `class Page[T]`."""

    at: int
    name: str
    bases: tuple[Arg, ...]
    body: tuple["Stmt", ...]
    decorators: tuple[Expr, ...]
    params: tuple[str, ...] = ()


@_fact
class Alias:
    """`type name = value`."""

    at: int
    name: str
    value: Expr


type Stmt = (
    Assign
    | AugAssign
    | Return
    | Raise
    | Do
    | Jump
    | Import
    | Outside
    | If
    | Loop
    | Try
    | With
    | Match
    | Delete
    | Function
    | Class
    | Alias
)


@_fact
class Module:
    """One file. `path` is relative to the root, with forward slashes."""

    path: str
    body: tuple[Stmt, ...]


def nodes_of(node: object, apart: tuple[type, ...] = ()) -> Iterator[object]:
    """A node, or those of a tuple, with all nodes below it but for these kinds; a docstring is left out."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if type(one) is tuple:
            waiting += one
        elif kind in _INNER and kind not in apart and not (type(one) is Do and type(one.value) is Const):
            yield one
            for name in _INNER[kind]:
                waiting.append(getattr(one, name))
