"""Values of a YAML or JSON document with their places, before and after its variables are resolved."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from ..declarations import Place

_LONGEST = 100_000  # characters
_WHOLE = re.compile(r"(-?[0-9]{1,18})(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class Scalar:
    value: str | int | float | bool | None
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """`keys` are the places of the keys."""

    entries: dict[str, "Node"]
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)

    def at(self, key: str) -> Place:
        return self.keys.get(key, self.place)


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource of a stack, or one of its attributes ("" for what Ref gives)."""

    stack: str
    name: str
    attribute: str
    place: Place


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that the text does not tell; `name` is the parameter's that would."""

    reason: str
    place: Place
    name: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """Text with references or opaque values in it."""

    parts: tuple["str | Reference | Opaque", ...]
    place: Place


type Node = Scalar | Items | Table | Reference | Opaque | Parts


class TooMuch(Exception):
    """A document that expands to more than any handwritten one does."""


@dataclass(eq=False, slots=True)
class Budget:
    """Bounds the work that one source may cause."""

    left: int = 300_000

    def spend(self, amount: int = 1) -> None:
        self.left -= amount
        if self.left < 0:
            raise TooMuch


def child(node: "Node | None", *keys: str) -> "Node | None":
    """The value below nested keys; None where a key is missing."""
    for key in keys:
        node = node.entries.get(key) if isinstance(node, Table) else None
    return node


def entries(node: "Node | None") -> Iterator[tuple[str, "Node"]]:
    """Keys and values of a table; nothing of what is none."""
    return iter(node.entries.items() if isinstance(node, Table) else ())


def items(node: "Node | None") -> tuple["Node", ...]:
    """Items of a list; a single value stands for a list of one, None for an empty one."""
    if isinstance(node, Items):
        return node.items
    return () if node is None or is_null(node) else (node,)


def is_null(node: "Node | None") -> bool:
    return isinstance(node, Scalar) and node.value is None


def text(node: "Node | None") -> str | None:
    """A text or number as text; None for everything else."""
    if isinstance(node, Scalar) and isinstance(node.value, str | int | float) and not isinstance(node.value, bool):
        return str(node.value)
    return None


def texts(node: "Node | None") -> tuple[str, ...]:
    """The items that are text."""
    found = (text(item) for item in items(node))
    return tuple(one for one in found if one is not None)


def truth(node: "Node | None") -> bool | None:
    """True or false, also written as text; None for everything else."""
    if not isinstance(node, Scalar):
        return None
    if isinstance(node.value, bool):
        return node.value
    return {"true": True, "false": False}.get(str(node.value).lower())


def whole_number(node: "Node | None") -> int | None:
    """A number without a fraction, also written as text; None for everything else."""
    found = _WHOLE.fullmatch(text(node) or "")
    return int(found[1]) if found else None


def references(node: "Node | None") -> tuple[Reference, ...]:
    """The references in a value that is text."""
    match node:
        case Reference():
            return (node,)
        case Parts(parts=parts):
            return tuple(part for part in parts if isinstance(part, Reference))
        case Scalar() | Items() | Table() | Opaque() | None:
            return ()
    assert_never(node)


def reason(node: "Node | None") -> str:
    """Why a value is no plain text."""
    match node:
        case Opaque():
            return node.reason
        case Parts(parts=parts):
            opaque = next((part for part in parts if isinstance(part, Opaque)), None)
            return opaque.reason if opaque else "it is known only after the deploy"
        case Reference(name=name):
            return f"{name} is known only after the deploy"
        case None:
            return "it is missing"
        case Scalar() | Items() | Table():
            return "it is no text"
    assert_never(node)


def later(node: "Node | None") -> str:
    """What tells a value that only the deploy tells from another one: the names in it, else why it is not known."""
    parts = node.parts if isinstance(node, Parts) else (node,)
    known = [part for part in parts if isinstance(part, Reference | Opaque) and not part.name.startswith("AWS::")]
    named = [f"{part.stack}/{part.name}" if isinstance(part, Reference) and part.stack else part.name for part in known]
    return "+".join(filter(None, named)) or reason(node)


def joined(parts: "tuple[Node | str, ...]", place: Place) -> Node:
    """Values put together as text, of bounded length: what stands in another text may double it at every level."""
    merged = _merged([piece for part in parts for piece in _pieces(part)])
    if len(merged) + sum(len(part) for part in merged if isinstance(part, str)) > _LONGEST:
        raise TooMuch
    if len(merged) > 1:
        return Parts(merged, place)
    (only,) = merged or ("",)
    return Scalar(only, place) if isinstance(only, str) else only


def _pieces(part: "Node | str") -> "tuple[str | Reference | Opaque, ...]":
    """A value as parts of a text."""
    match part:
        case str() | Reference() | Opaque():
            return (part,)
        case Parts():
            return part.parts
        case Scalar(value=bool(value)):
            return ("true" if value else "false",)
        case Scalar(value=value):
            return ("" if value is None else str(value),)
        case Items() | Table():
            return (Opaque("a list or table stands where text is expected", part.place),)
    assert_never(part)


def _merged(flat: "list[str | Reference | Opaque]") -> "tuple[str | Reference | Opaque, ...]":
    """Neighbouring texts as one, empty ones left out."""
    found: list[str | Reference | Opaque] = []
    for part in flat:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    return tuple(found)
