"""A module being written: its lines, the names it has taken, and its imports in every style that means the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.support.handlerwriter.truth import Symbol

INDENT = "    "


class Lines:
    """Indented lines."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0

    def add(self, *texts: str) -> None:
        self._lines.extend(INDENT * self._depth + text if text else "" for text in texts)

    @contextmanager
    def block(self, header: str, *footer: str) -> Iterator[None]:
        """Indent what follows below the header; the footer's lines come after it (an `except` clause, say)."""
        self.add(header)
        self._depth += 1
        yield
        self._depth -= 1
        self.add(*footer)

    def text(self) -> str:
        return "\n".join(self._lines)


class Module:
    """A module's own names and imports; `ref` gives the expression by which its code names something elsewhere."""

    def __init__(self, rng: Random, dotted: str, *, plain: bool = False) -> None:
        self.rng = rng
        self.dotted = dotted
        self.quote = rng.choice('"""\'')
        self._plain = plain
        self._taken: set[str] = set()
        self._refs: dict[Symbol, str] = {}
        self._imports: list[str] = []
        self._typing: list[str] = []

    def take(self, *preferred: str) -> str:
        """A name that nothing else in this module has: the first of those preferred that is free."""
        for name in (*preferred, *(f"{preferred[0]}_{number}" for number in range(2, 99))):
            if name not in self._taken:
                self._taken.add(name)
                return name
        raise AssertionError(f"no name left for {preferred}")

    def q(self, text: str) -> str:
        """A string literal in this module's favourite quotes; the text has neither quotes nor backslashes."""
        return f"{self.quote}{text}{self.quote}"

    def std(self, *styles: tuple[str, str]) -> str:
        """Import a standard name once, in one of the (import line, expression) styles; `{}` stands for a free alias."""
        key = Symbol("", styles[0][1])
        if key not in self._refs:
            free = [style for style in styles if "{}" in style[0] or self._is_free(style)]
            line, expression = self.rng.choice(free)
            if "{}" in line:
                alias = self.take(*line.split(" {}")[1].split("|"))
                line, expression = line.split(" {}")[0] + " " + alias, expression.replace("{}", alias)
            else:
                self._taken.add(expression.split(".")[0])
            self._add(line)
            self._refs[key] = expression
        return self._refs[key]

    def _is_free(self, style: tuple[str, str]) -> bool:
        """Nothing else has the name that this style binds, unless the very same import does."""
        line, expression = style
        return line in self._imports or expression.split(".")[0] not in self._taken

    def ref(self, symbol: Symbol) -> str:
        if symbol.module == self.dotted:
            return symbol.name
        if symbol not in self._refs:
            self._refs[symbol] = self._import(symbol)
        return self._refs[symbol]

    def type_only(self, symbol: Symbol) -> str:
        """Import for annotations of local variables only."""
        key = Symbol("typing:" + symbol.module, symbol.name)
        if symbol in self._refs:
            return self._refs[symbol]
        if key not in self._refs:
            name = self.take(symbol.name, f"Typed{symbol.name}")
            self._typing.append(f"from {symbol.module} import {_as(symbol.name, name)}")
            self._refs[key] = name
        return self._refs[key]

    def submodule(self, symbol: Symbol) -> tuple[str, str]:
        """Import the symbol's own module by name from its package; gives (module name, attribute expression)."""
        package, _, leaf = symbol.module.rpartition(".")
        alias = self.take(leaf, f"{leaf}_schemas")
        self._add(f"from {self._place(package)} import {_as(leaf, alias)}")
        return alias, f"{alias}.{symbol.name}"

    def imports(self) -> str:
        lines = [self._wrapped(line) for line in self._merged()]
        lines = sorted(lines) if self.rng.random() < 0.7 else self.rng.sample(lines, len(lines))
        if not self._typing:
            return "\n".join(lines)
        guard, condition = self.rng.choice(
            [("from typing import TYPE_CHECKING", "TYPE_CHECKING"), ("import typing", "typing.TYPE_CHECKING")]
        )
        block = [f"if {condition}:", *(INDENT + line for line in sorted(self._typing))]
        return "\n".join([guard, *lines, "", *block])

    def _merged(self) -> list[str]:
        """Several names of one module on one line, in half of the modules."""
        if self.rng.random() < 0.5:
            return self._imports
        names: dict[str, list[str]] = {}
        for line in self._imports:
            head, mark, name = line.partition(" import ")
            names.setdefault(head if mark else line, []).extend([name] if mark else [])
        return [f"{head} import {', '.join(listed)}" if listed else head for head, listed in names.items()]

    def _wrapped(self, line: str) -> str:
        head, mark, listed = line.partition(" import ")
        if not mark or self.rng.random() < 0.8:
            return line
        if self.rng.random() < 0.2:
            return f"{head} \\\n{INDENT}import {listed}"
        return f"{head} import (\n" + "".join(f"{INDENT}{name},\n" for name in listed.split(", ")) + ")"

    def _import(self, symbol: Symbol) -> str:
        place = self.rng.choice((symbol.module, symbol.module, *symbol.sites))
        style = (
            "from"
            if self._plain
            else self.rng.choices(["from", "alias", "leaf", "as", "dotted"], [60, 15, 12, 8, 5])[0]
        )
        if style == "leaf" and "." in place:
            return self.submodule(Symbol(place, symbol.name))[1]
        if style == "as":
            alias = self.take(f"{place.rpartition('.')[2]}_module", f"{symbol.name.lower()}_home")
            self._add(f"import {place} as {alias}")
            return f"{alias}.{symbol.name}"
        if style == "dotted" and self._free_root(place):
            self._add(f"import {place}")
            return f"{place}.{symbol.name}"
        name = self.take(symbol.name, f"{symbol.name}Alias") if style != "alias" else self._alias(symbol.name)
        self._add(f"from {self._place(place)} import {_as(symbol.name, name)}")
        return name

    def _free_root(self, place: str) -> bool:
        """Take the first part of a dotted import, unless something else has its name."""
        root = place.split(".")[0]
        if f"root:{root}" not in self._taken and root in self._taken:
            return False
        self._taken |= {root, f"root:{root}"}
        return True

    def _alias(self, name: str) -> str:
        upper = name.isupper()
        lower = name.islower()
        made = f"THE_{name}" if upper else f"the_{name}" if lower else f"{name}Type"
        return self.take(made, f"_{name}")

    def _place(self, target: str) -> str:
        """The target absolute, or relative to this module where both live below one top package."""
        own = self.dotted.split(".")[:-1]
        parts = target.split(".")
        shared = 0
        while shared < min(len(own), len(parts)) and own[shared] == parts[shared]:
            shared += 1
        if not shared or self.rng.random() < 0.5:
            return target
        return "." * (len(own) - shared + 1) + ".".join(parts[shared:])

    def _add(self, line: str) -> None:
        if line not in self._imports:
            self._imports.append(line)


def _as(name: str, alias: str) -> str:
    return name if name == alias else f"{name} as {alias}"
