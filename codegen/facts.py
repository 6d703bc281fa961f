"""Facts: a reduced syntax tree of a module, without whitespace or comments.

Every node starts with `at`, its number in the order of the walk that made it. `scan.module` turns such a number into
a line and a column; that costs a second walk with LibCST's metadata, so it is done only for what is printed.
Named tuples because a tree of a thousand handlers has a million of them: they cost half of a frozen dataclass.
"""

from typing import NamedTuple

type Constant = str | bytes | int | float | bool | None


class Name(NamedTuple):
    at: int
    id: str


class Const(NamedTuple):
    at: int
    value: Constant


class Attr(NamedTuple):
    at: int
    value: "Expr"
    name: str


class Arg(NamedTuple):
    """An argument of a call: `star` is "", "*" or "**"."""

    name: str | None
    star: str
    value: "Expr"


class Call(NamedTuple):
    at: int
    func: "Expr"
    args: tuple[Arg, ...]


class Sub(NamedTuple):
    at: int
    value: "Expr"
    key: "Expr"


class DictLit(NamedTuple):
    """A dict display: a key of None is a `**spread`."""

    at: int
    items: tuple[tuple["Expr | None", "Expr"], ...]


class Seq(NamedTuple):
    """A list, tuple or set display."""

    at: int
    kind: str
    items: tuple["Expr", ...]


class Star(NamedTuple):
    at: int
    value: "Expr"


class Yield(NamedTuple):
    """`yield value`; `all` of them for `yield from value`."""

    at: int
    value: "Expr"
    all: bool


class For(NamedTuple):
    target: "Expr"
    iter: "Expr"
    tests: tuple["Expr", ...]


class Comp(NamedTuple):
    """A comprehension of kind list, set, generator or dict (then with a key)."""

    at: int
    kind: str
    key: "Expr | None"
    value: "Expr"
    fors: tuple[For, ...]


class Cond(NamedTuple):
    at: int
    test: "Expr"
    then: "Expr"
    other: "Expr"


class Binary(NamedTuple):
    """`op` is the operator's text, or "and" / "or"."""

    at: int
    op: str
    left: "Expr"
    right: "Expr"


class Unary(NamedTuple):
    at: int
    op: str
    value: "Expr"


class Compare(NamedTuple):
    """`left ops[0] others[0] ...`; an operator that means nothing to the generator is "?"."""

    at: int
    left: "Expr"
    ops: tuple[str, ...]
    others: tuple["Expr", ...]


class FString(NamedTuple):
    at: int
    parts: tuple["Expr", ...]


class Walrus(NamedTuple):
    at: int
    target: "Expr"
    value: "Expr"


class Await(NamedTuple):
    at: int
    value: "Expr"


class Param(NamedTuple):
    """A parameter: `star` is "", "*" or "**"; `keyword` says that it cannot be given by position."""

    name: str
    star: str
    keyword: bool
    annotation: "Expr | None"
    default: "Expr | None"


class Lambda(NamedTuple):
    at: int
    params: tuple[Param, ...]
    body: "Expr"


class Slice(NamedTuple):
    """`start:stop:step` between brackets, with the parts that are there."""

    at: int
    parts: tuple["Expr", ...]


class Other(NamedTuple):
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


class Assign(NamedTuple):
    """`a = b = value`, or `a: annotation = value` (a value of None declares only)."""

    at: int
    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None


class AugAssign(NamedTuple):
    at: int
    target: Expr
    op: str
    value: Expr


class Return(NamedTuple):
    at: int
    value: Expr | None


class Raise(NamedTuple):
    at: int
    value: Expr | None


class Do(NamedTuple):
    """An expression as a statement."""

    at: int
    value: Expr


class Jump(NamedTuple):
    """break or continue."""

    at: int


class Import(NamedTuple):
    """`import a.b as c` (name None) or `from ..a import b as c`; a name of "*" takes all; `level` counts the dots."""

    at: int
    module: str
    name: str | None
    alias: str | None
    level: int


class Outside(NamedTuple):
    """`nonlocal names` or `global names`."""

    at: int
    names: tuple[str, ...]


class If(NamedTuple):
    at: int
    test: Expr
    body: tuple["Stmt", ...]
    other: tuple["Stmt", ...]


class Loop(NamedTuple):
    """`for target in iter` or `while iter` (target None)."""

    at: int
    target: Expr | None
    iter: Expr
    body: tuple["Stmt", ...]
    other: tuple["Stmt", ...]


class Handler(NamedTuple):
    name: str | None
    body: tuple["Stmt", ...]


class Try(NamedTuple):
    at: int
    body: tuple["Stmt", ...]
    handlers: tuple[Handler, ...]
    other: tuple["Stmt", ...]
    final: tuple["Stmt", ...]


class With(NamedTuple):
    at: int
    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple["Stmt", ...]


class Case(NamedTuple):
    """`names` are bound by the pattern, `whole` to all of the subject."""

    names: tuple[str, ...]
    guard: Expr | None
    body: tuple["Stmt", ...]
    catches_all: bool
    whole: str | None


class Match(NamedTuple):
    at: int
    subject: Expr
    cases: tuple[Case, ...]


class Delete(NamedTuple):
    at: int
    targets: tuple[Expr, ...]


class Function(NamedTuple):
    at: int
    name: str
    params: tuple[Param, ...]
    body: tuple["Stmt", ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    is_async: bool
    doc: Const | None


class Class(NamedTuple):
    """`params` are the names of `class Page[T]`."""

    at: int
    name: str
    bases: tuple[Arg, ...]
    body: tuple["Stmt", ...]
    decorators: tuple[Expr, ...]
    params: tuple[str, ...] = ()


class Alias(NamedTuple):
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


class Module(NamedTuple):
    """One file. `path` is relative to the root, with forward slashes."""

    path: str
    body: tuple[Stmt, ...]
