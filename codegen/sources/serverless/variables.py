"""The variables of the Serverless Framework: `${self:custom.${opt:stage}.name, 'fallback'}`.

What is known only at the deploy (`${ssm:...}`, `${cf:...}`), on the machine (`${env:...}` without a fallback) or by
JavaScript (`${file(x.js)}`) is opaque.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from ...declarations import Place
from ..documents import javascript_number
from ..nodes import Items, Node, Opaque, Parts, Reference, Scalar, Table, child, entries, is_null, joined, text
from ..reading import Reading, below, folder_of

_SOURCE = re.compile(r"([A-Za-z][\w-]*)(?:\((.*?)\))?(?::(.*))?", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_LITERAL = re.compile(r"AWS::\w+|[A-Za-z0-9.]+")  # of CloudFormation's Fn::Sub
_MOST = 40  # variables inside of each other


@dataclass(eq=False, slots=True)
class Service:
    """A serverless.yml with what its variables stand for. `given` are options and parameters of the settings, and the
    values of other variables by their text, as `cf:stack.Output`."""

    reading: Reading
    path: str
    root: Node
    given: dict[str, str]
    pending: list[str] = field(default_factory=list)

    def get(self, *keys: str) -> Node | None:
        """The value below nested keys of the service, with all its variables resolved."""
        found = self.walk(self.root, keys)
        return None if found is None else self.resolve(found)

    def resolve(self, node: Node) -> Node:
        self.reading.budget.spend()
        match node:
            case Scalar(value=str(said)) if "${" in said:
                found = self.substituted(said, node.place)
                return found if isinstance(found, Scalar | Opaque) else self.guarded(said, found)
            case Items(items=parts):
                return Items(tuple([self.resolve(part) for part in parts]), node.place)
            case Table():
                return Table({k: self.resolve(v) for k, v in node.entries.items()}, node.place, node.keys)
            case Scalar() | Opaque() | Reference() | Parts():
                return node
        assert_never(node)

    def guarded(self, said: str, node: Node) -> Node:
        """The value of what a variable stands for; one that stands in itself is opaque."""
        if said in self.pending or len(self.pending) > _MOST:
            return Opaque(f"the variable {said} stands in itself", node.place)
        self.pending.append(said)
        try:
            return self.resolve(node)
        finally:
            self.pending.pop()

    def walk(self, node: Node | None, keys: tuple[str, ...]) -> Node | None:
        """The value below nested keys; a variable may stand at every step."""
        for key in keys:
            while isinstance(node, Scalar) and isinstance(node.value, str) and "${" in node.value:
                node = self.substituted(node.value, node.place)
            if isinstance(node, Opaque):
                return node
            if isinstance(node, Items) and key.isdecimal():
                node = node.items[int(key)] if int(key) < len(node.items) else None
            else:
                node = child(node, key)
        return node

    def substituted(self, said: str, place: Place) -> Node:
        """A text with its variables replaced; a text that is one variable may become a table or list."""
        if said in self.pending or len(self.pending) > _MOST:
            return Opaque(f"the variable {said} stands in itself", place)
        self.reading.budget.spend()
        self.pending.append(said)
        try:
            parts = [part if kind == "text" else self.variable(part, place) for kind, part in _parts(said)]
        finally:
            self.pending.pop()
        if len(parts) == 1 and not isinstance(parts[0], str):
            return parts[0]
        return joined(tuple(parts), place)

    def variable(self, said: str, place: Place) -> Node | str:
        """The value of the first of several sources that has one."""
        if _LITERAL.fullmatch(said):
            return f"${{{said}}}"
        for source in _split(said):
            inner = self.substituted(source, place) if "${" in source else Scalar(source, place)
            written = text(inner)
            if written is None:
                return inner
            found = self.source(written.strip(), place)
            if isinstance(found, Scalar) and isinstance(found.value, str) and "${" in found.value:
                found = self.substituted(found.value, place)
            if found is not None and not is_null(found):
                return Scalar(found.value, place) if isinstance(found, Scalar) else found
        name = _split(said)[0]
        return Opaque(f"nothing tells the value of ${{{name}}}", place, name.rpartition(":")[2])

    def source(self, said: str, place: Place) -> Node | None:
        """The value of one source; None where it has none, so that the next one counts."""
        if said[:1] in ("'", '"') and said[-1:] == said[:1]:
            return Scalar(said[1:-1], place)
        if said in _WORDS or _NUMBER.fullmatch(said):
            return Scalar(_WORDS[said] if said in _WORDS else javascript_number(float(said)), place)
        if said in self.given:
            return Scalar(self.given[said], place)
        match = _SOURCE.fullmatch(said)
        kind, argument, address = (match[1], match[2], match[3]) if match else ("", None, None)
        keys = tuple(key for key in (address or "").split(".") if key)
        match kind:
            case "self":
                return self.walk(self.root, keys)
            case "opt":
                return self.option(address or "", place)
            case "param":
                return self.parameter(address or "", place)
            case "sls" if address == "stage":
                return Scalar(self.stage(), place)
            case "aws" if address == "region" and (region := text(self.get("provider", "region"))) is not None:
                return Scalar(region, place)
            case "env":
                return None
            case "file":
                return self.file(argument or "", keys, place)
            case "strToBool":
                word = (argument or "").strip().strip("'\"").lower()
                return Scalar(word in ("true", "1"), place)
            case _:
                return Opaque(f"${{{said}}} is known only after the deploy", place)

    def option(self, name: str, place: Place) -> Node | None:
        return Scalar(self.given[name], place) if name in self.given else None

    def parameter(self, name: str, place: Place) -> Node | None:
        """A parameter: of the settings, of the stage, or of all stages."""
        if name in self.given:
            return Scalar(self.given[name], place)
        for group in (self.stage(), "default"):
            found = self.walk(self.root, ("params", group, name)) or self.walk(
                self.root, ("stages", group, "params", name)
            )
            if found is not None:
                return self.resolve(found)
        return None

    def stage(self) -> str:
        """The stage that is deployed: the option's, else the provider's, else dev."""
        if "stage" in self.given:
            return self.given["stage"]
        return text(self.get("provider", "stage")) or "dev"

    def file(self, said: str, keys: tuple[str, ...], place: Place) -> Node | None:
        """A part of another file; None if there is no such file."""
        path = below(folder_of(self.path), said.strip().strip("'\""))
        if path is None:
            return Opaque(f"{said} does not lie below the root", place)
        if path.endswith((".js", ".cjs", ".mjs", ".ts", ".tfstate")):
            return Opaque(f"{path} is computed", place)
        self.reading.consulted.add(path)
        if self.reading.files.state(path) is None:
            return None
        if not path.endswith((".yml", ".yaml", ".json")):
            found = self.reading.bytes_of(path) or b""
            return Scalar(found.decode("utf-8", "replace").strip(), place)
        return self.walk(self.reading.document(path, place), keys)


def _parts(said: str) -> Iterator[tuple[str, str]]:
    """Texts, and what stands between `${` and the `}` that belongs to it."""
    start = 0
    while (begin := said.find("${", start)) >= 0:
        depth, at = 1, begin + 2
        while at < len(said) and depth:
            if said.startswith("${", at):
                depth, at = depth + 1, at + 1
            elif said[at] == "}":
                depth -= 1
            at += 1
        if depth:
            break
        if begin > start:
            yield "text", said[start:begin]
        yield "variable", said[begin + 2 : at - 1].strip()
        start = at
    if start < len(said) or not said:
        yield "text", said[start:]


def _split(said: str) -> list[str]:
    """The sources of a variable: commas in quotes, brackets and inner variables do not count."""
    found, depth, quote = [""], 0, ""
    for letter in said:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "({":
            depth += 1
        elif letter in ")}":
            depth -= 1
        elif letter == "," and not depth:
            found.append("")
            continue
        found[-1] += letter
    return [source.strip() for source in found]


def merged_tables(node: Node | None) -> Iterator[tuple[str, Node, Place]]:
    """Keys, values and places of a table, or of the tables of a list."""
    for table in node.items if isinstance(node, Items) else (node,):
        for key, value in entries(table):
            yield key, value, table.at(key) if isinstance(table, Table) else value.place
