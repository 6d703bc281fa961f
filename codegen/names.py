"""Identifiers and literals, parsed once: an instance is always valid and needs no further check."""

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^0-9a-zA-Z]+")
_SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%-]+")
_PARAMETER_NAME = re.compile(r"[A-Za-z0-9._-]+")
_PARAMETER = re.compile(r"\{([^{}/]*)\}")
METHODS_OF_ANY = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
METHODS = (*METHODS_OF_ANY, "ANY")
DEFAULT = "$default"  # the path of what no other route takes, and the stage, of an HTTP API
# Requests of other methods have a body only where a handler reads one.
WITH_BODY = ("POST", "PUT", "PATCH")


class InvalidName(ValueError):
    """A text that cannot become a name in generated code."""


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An ASCII Python identifier that is no keyword."""

    text: str

    def __post_init__(self) -> None:
        if not (self.text.isascii() and self.text.isidentifier()) or keyword.iskeyword(self.text):
            raise InvalidName(f"{self.text!r} is not a usable Python name")

    @classmethod
    def like(cls, text: str) -> "Identifier":
        """The nearest identifier to any text: snake_case, with a `_` behind a keyword."""
        name = _WORD.sub("_", _CAMEL.sub("_", text)).strip("_").lower() or "root"
        if name[0].isdigit():
            name = f"_{name}"
        return cls(f"{name}_" if keyword.iskeyword(name) else name)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, order=True)
class ModuleName:
    """A dotted name of which each part can be imported."""

    text: str

    def __post_init__(self) -> None:
        for part in self.text.split("."):
            Identifier(part)

    @staticmethod
    def can_be(text: str) -> bool:
        """Whether an import statement can write the name."""
        try:
            ModuleName(text)
        except InvalidName:
            return False
        return True

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """`/orders/{order_id}/x`: segments without the leading slash, parameters in order; `{rest+}` takes what is left.

    The last segment of a path with a slash at its end is empty: to an HTTP API `/orders/` is another path."""

    text: str

    def __post_init__(self) -> None:
        seen: set[str] = set()
        segments = self.segments
        for place, segment in enumerate(segments):
            name = self.parameter_in(segment)
            if name is None:
                is_slash_at_end = not segment and place == len(segments) - 1 > 0
                if not is_slash_at_end and not _SEGMENT.fullmatch(segment):
                    raise InvalidName(f"{segment!r} is not a segment of a path")
                continue
            if segment.endswith("+}") and place != len(segments) - 1:
                raise InvalidName(f"{segment} must come last")
            if name in seen:
                raise InvalidName(f"{{{name}}} stands twice in the path")
            if not is_parameter(name):
                raise InvalidName(f"{{{name}}} is not a name for a path parameter")
            seen.add(name)

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(self.text[1:].split("/")) if self.text != "/" else ()

    @staticmethod
    def parameter_in(segment: str) -> str | None:
        match = _PARAMETER.fullmatch(segment) if segment.startswith("{") else None
        return match[1].removesuffix("+") if match else None

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(name for s in self.segments if (name := self.parameter_in(s)) is not None)

    @property
    def shape(self) -> tuple[str, ...]:
        """Equal for templates that differ only in the names of their parameters."""
        return tuple("{+}" if s.endswith("+}") else "{}" if self.parameter_in(s) else s for s in self.segments)


def is_parameter(name: str) -> bool:
    """Whether a parameter of a path may be called so: as API Gateway has it, but for Starlette's colon."""
    return _PARAMETER_NAME.fullmatch(name) is not None


def numbered(name: str) -> Iterator[str]:
    """The name, then the name with a number behind it."""
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def camel(text: str) -> str:
    """`create_product` -> `CreateProduct`."""
    return "".join(part[:1].upper() + part[1:] for part in _WORD.split(text) if part)


def kebab(text: str) -> str:
    return text.replace("_", "-")
