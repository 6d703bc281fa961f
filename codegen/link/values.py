"""What an expression may stand for, as far as the text tells.

Values that code can change in place are mutable here too.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .. import facts
from ..diagnostics import Spot

if TYPE_CHECKING:
    from .program import ModuleIndex, Place


@dataclass(frozen=True, slots=True)
class Known:
    value: facts.Constant


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True)
class Text:
    """A string of unknown content."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number or a truth value that nobody knows; `kind` is int, float or bool."""

    kind: str


@dataclass(frozen=True, slots=True)
class Event:
    pass


@dataclass(frozen=True, slots=True)
class EventPart:
    """`part`: a name of `containers._PARTS`.

    `renamed` says that hyphens in the names of parameters have become underscores.
    """

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


@dataclass(eq=False, slots=True)
class Entry:
    """`optional` says that on some ways through the code the key is not there."""

    value: "Value"
    spot: Spot
    optional: bool = False


@dataclass(eq=False, slots=True)
class Record:
    """A dict with what is known of its keys; `computed` says that others may stand beside them."""

    entries: dict[str, Entry] = field(default_factory=dict)
    spreads: tuple["Value", ...] = ()
    computed: "Value | None" = None


@dataclass(eq=False, slots=True)
class Items:
    """A list, tuple or set. `rest` is what further items are, None if there are no others."""

    known: list["Value"] = field(default_factory=list)
    rest: "Value | None" = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values.

    Where branches meet, `at` numbers the place and `ways` has the value of each branch: what comes from one place goes
    together, so that a status and a body that are set in the same branch make one answer.
    """

    options: tuple["Value", ...]
    at: int = field(default=0, compare=False)
    ways: tuple["Value", ...] = field(default=(), compare=False)


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
    home: "ModuleIndex"
    node: facts.Function | facts.Lambda
    closure: "Scope | None" = None
    bound: "Value | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class ClassValue:
    home: "ModuleIndex"
    node: facts.Class


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """An attribute that nobody has asked for yet."""

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
    positional: tuple["Value", ...]
    named: dict[str, "Value"]
    spreads: tuple["Value", ...]

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
    """A call that has not been followed: most never need to be. `result` keeps the answer once someone asked."""

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

    `field` names the one field of the schema that the client sends, `partial` that it is only a part.
    """

    schema: "Value"
    supplied: set[str]
    spot: Spot
    many: bool = False
    field: str | None = None
    partial: bool = False


@dataclass(eq=False, slots=True)
class Model:
    """An instance of a schema; `use` says that it came from the client's body.

    `whole` says that it was made with no arguments but `named`, so that its other fields have their defaults.
    """

    schema: "Value"
    use: Use | None = None
    named: dict[str, "Value"] = field(default_factory=dict)
    whole: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Dump:
    """`x.model_dump()`, with keys that were written over it."""

    model: "Value"
    written: dict[str, "Value"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """`TypeAdapter(annotation)`."""

    expr: facts.Expr
    scope: "Scope"


@dataclass(frozen=True, slots=True, eq=False)
class Json:
    """Text or bytes of a dumped value."""

    value: "Value"


@dataclass(frozen=True, slots=True, eq=False)
class Generic:
    """`list[X]` and the like, as a value."""

    expr: facts.Expr
    scope: "Scope"


@dataclass(frozen=True, slots=True, eq=False)
class AdapterDump:
    """`Adapter.dump_python(x)`, or what `Adapter.validate_*` returns."""

    adapter: Adapter
    use: Use | None = None


type Value = (
    Known
    | Unknown
    | Text
    | Scalar
    | Event
    | EventPart
    | User
    | PathValue
    | Body
    | Record
    | Items
    | Choice
    | Imported
    | ModuleValue
    | External
    | FunctionValue
    | ClassValue
    | Member
    | Item
    | Indexed
    | Partial
    | Pending
    | Typed
    | Model
    | Dump
    | Adapter
    | Json
    | Generic
    | AdapterDump
)

UNKNOWN = Unknown()
# What a function that calls itself adds to its own answer: nothing, which any other value takes the place of.
NOTHING = Choice(())


@dataclass(eq=False, slots=True)
class Scope:
    """Where names are looked up: locals, then the enclosing function's, then the module's."""

    home: "ModuleIndex"
    names: dict[str, Value]
    outer: "Scope | None" = None
    owner: ClassValue | None = None

    def fork(self) -> "Scope":
        return Scope(self.home, dict(self.names), self.outer, self.owner)
