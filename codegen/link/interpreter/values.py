"""The possible values of an expression, as far as they are known statically.

Values that code can change in place are mutable here too.
"""

import dataclasses
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from ... import facts
from ...diagnostics import Spot

if TYPE_CHECKING:
    from ...routing.modules import ModuleIndex, Place


# Numbers the values that code can change in the order in which they are made: what a branch makes is younger than it.
_births = count(1)


def born() -> int:
    """A number that is greater than those of all values so far."""
    return next(_births)


@dataclass(frozen=True, slots=True)
class Known:
    value: facts.Constant


@dataclass(frozen=True, slots=True)
class Unknown:
    """What the text does not tell: why, for findings, and where. Two of them are equal whatever their reasons.

    `made_of`, here as of a text and a number: the parts of the client's body from which the code makes it.
    """

    reason: str = field(compare=False)
    spot: Spot | None = field(default=None, compare=False)
    made_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Text:
    """A string of unknown content; `is_json` says that it is put together as JSON is written."""

    is_json: bool = field(default=False, compare=False)
    made_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QueryValue(Text):
    """A query parameter, which is read as a text; `folded`: in one case, so that it does not matter how it is sent."""

    name: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class OfRoute(Text):
    """What the route tells of a request, as its method: of another route it is another text."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, a truth value, a date or the like that is not known; `kind` is the name of its `model.Primitive`."""

    kind: str
    made_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decided(Scalar):
    """A condition that the route decides: of another route it is decided otherwise."""

    told: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    pass


@dataclass(frozen=True, slots=True)
class EventPart:
    """`part`: a name of `containers._PARTS`. `renamed` says that hyphens in the names of parameters have become
    underscores."""

    part: str
    renamed: bool = False


@dataclass(frozen=True, slots=True)
class User:
    pass


@dataclass(frozen=True, slots=True)
class PathValue:
    """A path parameter; `kind` is what the code has made of it."""

    name: str
    kind: str = "str"


@dataclass(eq=False, slots=True)
class Body:
    """The request's body, raw or parsed, with what the handler wrote over it.

    `key` names the part of it that this is; `many` says that it is one item of a list.
    """

    supplied: dict[str, "Value"] = field(default_factory=dict)
    key: str | None = None
    many: bool = False
    born: int = field(default_factory=born)


@dataclass(eq=False, slots=True)
class Entry:
    """`optional` says that on some ways through the code the key is not there."""

    value: "Value"
    spot: Spot
    optional: bool = False


@dataclass(eq=False, slots=True)
class Record:
    """A dict with what is known of its keys: those of `spreads` without `removed`, then `entries`.

    `computed` says that keys which are not known may stand beside them.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    spreads: tuple["Value", ...] = ()
    computed: "Value | None" = None
    removed: frozenset[str] = frozenset()
    born: int = field(default_factory=born)


@dataclass(eq=False, slots=True)
class Items:
    """A list, tuple or set. `rest` is what further items are, None if there are no others."""

    known: list["Value"] = field(default_factory=list)
    rest: "Value | None" = None
    born: int = field(default_factory=born)

    def all(self) -> tuple["Value", ...]:
        return tuple(self.known) if self.rest is None else (*self.known, self.rest)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values; of none: what comes of a call that never returns, or of an empty list."""

    options: tuple["Value", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """A name bound by an import, not yet followed."""

    home: "ModuleIndex"
    statement: facts.Import


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module or package of the tree."""

    place: "Place"


@dataclass(frozen=True, slots=True)
class External:
    """Something of a module outside the tree, or a builtin, by its dotted name."""

    dotted: str


@dataclass(frozen=True, slots=True, eq=False)
class FunctionValue:
    """`bound` is the first argument of a method; `bare` says that its decorators are applied already."""

    home: "ModuleIndex"
    node: facts.Function | facts.Lambda
    closure: "Scope | None" = None
    bound: "Value | None" = None
    bare: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ClassValue:
    """`arguments`: what the type parameters of a generic class stand for, by their names."""

    home: "ModuleIndex"
    node: facts.Class
    arguments: dict[str, "Value"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """An attribute that has not been read yet."""

    base: "Value"
    name: str
    spot: Spot


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One of the items of something that can be iterated over."""

    base: "Value"


@dataclass(frozen=True, slots=True, eq=False)
class Indexed:
    """`base[key]` of something not yet followed."""

    base: "Value"
    key: "Value"
    spot: Spot


@dataclass(frozen=True, slots=True)
class Arguments:
    """`born` is the time before the first of them was evaluated."""

    positional: tuple["Value", ...]
    named: dict[str, "Value"]
    spreads: tuple["Value", ...]
    born: int = 0

    def get(self, place: int, name: str) -> "Value | None":
        """An argument by position or name."""
        if name in self.named:
            return self.named[name]
        return self.positional[place] if place < len(self.positional) else None

    def after(self, first: "Arguments") -> "Arguments":
        """These behind those that were given before."""
        return Arguments(
            (*first.positional, *self.positional), first.named | self.named, (*first.spreads, *self.spreads)
        )

    def all(self) -> tuple["Value", ...]:
        return (*self.positional, *self.named.values(), *self.spreads)


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """`functools.partial(callee, ...)`."""

    callee: "Value"
    arguments: Arguments


@dataclass(eq=False, slots=True)
class Pending:
    """A call that is evaluated only when its value is needed; most never are. `result` keeps the value."""

    callee: "Value"
    arguments: Arguments
    spot: Spot
    result: "Value | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """A value of which an annotation says the type; the annotation is read where `scope` is."""

    annotation: facts.Expr
    scope: "Scope"
    value: "Value"


@dataclass(eq=False, slots=True)
class Use:
    """A place where the client's body is validated as a schema. `many` for a list of it.

    `field` names the one field of the schema that the client sends, `partial` that it is only a part. `supplied` are
    fields that the handler fills in, of which `defaults` only where the client does not; `overwritten` those that it
    sets after the validation.
    """

    schema: "Value"
    supplied: set[str]
    spot: Spot
    many: bool = False
    field: str | None = None
    partial: bool = False
    defaults: set[str] = dataclasses.field(default_factory=set)
    overwritten: set[str] = dataclasses.field(default_factory=set)
    born: int = dataclasses.field(default_factory=born)


@dataclass(eq=False, slots=True)
class Model:
    """An instance of a class; `use` says that it came from the client's body, `named` what it was made with.

    `made`: the code makes it here, and no schema changes what it is given; `changed`: attributes are set later, too;
    `arguments` are those of an `__init__` that has not run yet, `asked` the attributes that are being followed.
    """

    schema: "Value"
    use: Use | None = None
    named: dict[str, "Value"] = field(default_factory=dict)
    made: bool = False
    changed: bool = False
    arguments: Arguments | None = None
    asked: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, eq=False)
class Dump:
    """What `x.model_dump(...)` or `TypeAdapter(X).dump_python(x)` makes of a model; `options` are its arguments."""

    model: "Value"
    options: "Arguments"


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """`TypeAdapter(annotation)`."""

    expr: facts.Expr
    scope: "Scope"


@dataclass(frozen=True, slots=True, eq=False)
class Json:
    """Text or bytes of a dumped value; `default` names what makes JSON of what JSON does not know, "" for nothing."""

    value: "Value"
    default: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Generic:
    """`list[X]` and the like, as a value."""

    expr: facts.Expr
    scope: "Scope"


# Data; the request and its parts; what nothing has asked for yet; what stands for code. `Single` is no choice.
Data = Known | Unknown | Text | Scalar | PathValue | Record | Items | Json
OfRequest = Event | EventPart | Body | User
Deferred = Imported | Member | Item | Indexed | Pending
Code = ModuleValue | External | FunctionValue | ClassValue | Partial | Adapter | Generic
type Single = Data | OfRequest | Deferred | Code | Typed | Model | Dump
type Value = Single | Choice

# What a function that calls itself adds to its own answer: nothing, which any other value takes the place of.
NOTHING = Choice(())
NO_ARGUMENTS = Arguments((), {}, ())


@dataclass(eq=False, slots=True)
class Scope:
    """Where names are looked up: locals, then the enclosing function's, then the module's.

    `outside` are names that a nonlocal or global statement takes from there; `inner` is the scope of a comprehension.
    """

    home: "ModuleIndex"
    names: dict[str, Value]
    outer: "Scope | None" = None
    owner: ClassValue | None = None
    outside: set[str] = field(default_factory=set)
    inner: bool = False
    born: int = field(default_factory=born)


@dataclass(eq=False, slots=True)
class Way:
    """What is sure of the request on the way here: `kinds` are the types of path parameters that were converted.

    `has_body`: without a body the code would not have come here; `asks_for_body`: it has asked whether there is one.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    has_body: bool = False
    asks_for_body: bool = False
    born: int = 0


type Mutable = Body | Record | Items | Use | Scope | Way


def constant_of(value: Value) -> facts.Constant:
    """The constant that a value is, or what the route tells of it; None for another value."""
    match value:
        case OfRoute(text=text):
            return text
        case Decided(told=told):
            return told
        case Known(value=constant):
            return constant
        case _:
            return None
