"""What is written out before anything else of a template is read: `Fn::ForEach` of the transform
AWS::LanguageExtensions, and the files of AWS::Include."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ...declarations import Place
from ..nodes import Budget, Items, Node, Scalar, Table, items, text, texts

_LOOP = "Fn::ForEach::"
TRANSFORM = "Fn::Transform"


@dataclass(frozen=True, slots=True)
class Loops:
    """`resolve` gives the values of a collection; a loop that cannot be followed is reported, and left out. `included`
    gives the document that a transform includes; one that it does not know stays as it is."""

    resolve: Callable[[Node], Node]
    report: Callable[[Place, str], None]
    included: Callable[[Node], Table | None]
    budget: Budget

    def whole(self, template: Table) -> Table:
        """A template with what is included in its sections and resources; what stands deeper is read when it is asked
        for. Raises TooMuch."""
        for transform in items(template.entries.get("Transform")):
            template = _joined(template, self.included(transform) or template)
        resources = completed(template.entries.get("Resources"), self.included)
        if isinstance(resources, Table):
            each = {name: completed(one, self.included) or one for name, one in resources.entries.items()}
            section = Table(each, resources.place, resources.keys)
            template = Table({**template.entries, "Resources": section}, template.place, template.keys)
        written = self.written_out(template)
        return written if isinstance(written, Table) else template

    def written_out(self, node: Node) -> Node:
        """The node with its loops unrolled. Raises TooMuch."""
        match node:
            case Items(items=parts):
                return replace(node, items=tuple(self.written_out(part) for part in parts))
            case Table():
                found: dict[str, Node] = {}
                keys = dict(node.keys)
                for key, value in node.entries.items():
                    if not key.startswith(_LOOP):
                        found[key] = self.written_out(value)
                        continue
                    for name, one in self._unrolled(value, node.at(key)):
                        found[name], keys[name] = self.written_out(one), node.at(key)
                return Table(found, node.place, keys)
            case _:
                return node

    def _unrolled(self, loop: Node, place: Place) -> Iterator[tuple[str, Node]]:
        parts = items(loop)
        name = text(parts[0]) if len(parts) == 3 else None
        body = parts[2] if len(parts) == 3 else None
        values = self.resolve(parts[1]) if name is not None else None
        known = texts(values)
        if (
            name is None
            or not isinstance(body, Table)
            or not isinstance(values, Items)
            or len(known) != len(values.items)
        ):
            self.report(place, "nothing tells what this loop makes: it needs a name, a list of known texts and a table")
            return
        for value in known:
            for key, inner in body.entries.items():
                yield _spelled(key, name, value), self._filled(inner, name, value)

    def _filled(self, node: Node, name: str, value: str) -> Node:
        """What the body of a loop is for one value: as text in it, and where `Ref` names the loop's variable."""
        self.budget.spend()
        match node:
            case Table(entries=table) if len(table) == 1 and text(table.get("Ref")) == name:
                return Scalar(value, node.place)
            case Table():
                keys = {_spelled(key, name, value): place for key, place in node.keys.items()}
                filled = {key: self._filled(inner, name, value) for key, inner in node.entries.items()}
                return Table({_spelled(key, name, value): one for key, one in filled.items()}, node.place, keys)
            case Items(items=parts):
                return replace(node, items=tuple(self._filled(part, name, value) for part in parts))
            case Scalar(value=str(said)):
                return replace(node, value=_spelled(said, name, value))
            case _:
                return node


def _joined(template: Table, part: Table) -> Table:
    """Both with all their sections; what the template says itself counts more."""
    sections = dict(template.entries)
    for name, section in part.entries.items():
        own = sections.get(name)
        if isinstance(own, Table) and isinstance(section, Table):
            sections[name] = Table(section.entries | own.entries, own.place, section.keys | own.keys)
        else:
            sections[name] = section if own is None else own
    return Table(sections, template.place, part.keys | template.keys)


def _spelled(said: str, name: str, value: str) -> str:
    """`&{Name}` stands for the letters and digits of the value."""
    plain = re.sub(r"[^A-Za-z0-9]", "", value)
    return said.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", plain)


def completed(node: Node | None, included: Callable[[Node], Table | None]) -> Node | None:
    """A table with what it includes, if that is known."""
    transform = node.entries.get(TRANSFORM) if isinstance(node, Table) else None
    part = None if transform is None else included(transform)
    if part is None or not isinstance(node, Table):
        return node
    own = {key: value for key, value in node.entries.items() if key != TRANSFORM}
    return Table(part.entries | own, node.place, part.keys | node.keys)
