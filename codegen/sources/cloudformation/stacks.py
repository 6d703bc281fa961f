"""Stacks of one source: roots, and those that are nested in them, found by the templates that they name."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...declarations import Place
from ..nodes import Node, Opaque, Reference, Table, child, entries, items, text
from ..reading import Reading, below, folder_of
from .intrinsics import Resource, Stack
from .loops import TRANSFORM, Loops

NESTED = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")
_DEEPEST = 8


@dataclass(eq=False, slots=True)
class Stacks:
    """All stacks by name: nested ones as `Parent/Child`."""

    reading: Reading
    by_name: dict[str, Stack] = field(default_factory=dict)
    found: dict[tuple[str, str], Resource] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def add(self, name: str, path: str, given: dict[str, Node]) -> Stack | None:
        """A root stack; None if its template cannot be read."""
        document = self.reading.document(path)
        return None if document is None else self.add_root(name, path, document, given)

    def add_root(self, name: str, path: str, document: Node, given: dict[str, Node]) -> Stack | None:
        if not isinstance(document, Table):
            self._no_template(path)
            return None
        stack = Stack(self.reading, self.output, self.exported, name, path, document, given)
        report = self.reading.report
        loops = Loops(
            stack.resolve, lambda place, why: report(place, "CG156", why), stack.included, self.reading.budget
        )
        stack.root = loops.whole(document)
        if not isinstance(child(stack.root, "Resources"), Table):
            self._no_template(path)
            return None
        self.by_name[name] = stack
        for place in _left_out(stack):
            report(place, "CG254", "what a transform adds here is not in the code base: its routes are not known")
        own = list(stack.resources())
        self.found |= {(name, resource.name): resource for resource in own}
        for resource in own:
            if resource.type in NESTED:
                self.nested(stack, resource.name)
        return stack

    def _no_template(self, path: str) -> None:
        self.reading.report(Place(path), "CG151", "the file is no template: it has no Resources")

    def all(self) -> list[Stack]:
        return list(self.by_name.values())

    def nested(self, parent: Stack, name: str) -> Stack | None:
        """The stack that a resource of another one nests."""
        inner = f"{parent.name}/{name}"
        resource = self.found.get((parent.name, name))
        if inner in self.asked or resource is None or resource.type not in NESTED:
            return self.by_name.get(inner)
        self.asked.add(inner)
        path = _template_of(resource)
        if path is None or inner.count("/") > _DEEPEST:
            message = f"the nested stack {name} is not in the code base: its routes are not known"
            self.reading.report(resource.place, "CG254", message)
            return None
        given = dict(entries(resource.get("Parameters")))
        document = self.reading.document(path, resource.place)
        return None if document is None else self.add_root(inner, path, document, given)

    def output(self, parent: Stack, name: str, output: str, place: Place) -> Node:
        """An output of a nested stack."""
        stack = self.nested(parent, name)
        value = None if stack is None else stack.get(stack.root, "Outputs", output, "Value")
        return value if value is not None else Opaque(f"the nested stack {name} has no output {output}", place)

    def exported(self, name: str) -> Node | None:
        """What a stack of the same source exports under a name."""
        for stack in self.all():
            for _, output in entries(child(stack.root, "Outputs")):
                if text(child(output, "Export", "Name")) == name:
                    return stack.get(output, "Value")
        return None

    def resource(self, node: Node | None) -> Resource | None:
        """The resource that a value refers to."""
        return self.found.get((node.stack, node.name)) if isinstance(node, Reference) else None


def _left_out(stack: Stack) -> Iterator[Place]:
    """Where a transform that AWS runs makes parts of the template, resources, or a whole resource."""
    transforms = items(child(stack.root, "Transform"))
    yield from (one.place for one in transforms if isinstance(one, Table) and stack.included(one) is None)
    resources = child(stack.root, "Resources")
    for name, node in (("", resources), *entries(resources)):
        if name != TRANSFORM and isinstance(node, Table) and TRANSFORM in node.entries:
            yield node.at(TRANSFORM)


def _template_of(resource: Resource) -> str | None:
    asset = text(child(resource.metadata, "aws:asset:path"))
    said = resource.text("TemplateURL") or resource.text("Location")
    for path in (asset, said):
        found = None if path is None else below(folder_of(resource.stack.path), path)
        if found:
            return found
    return None


def qualified(stack: Stack, name: str) -> str:
    """The name of a resource, with that of a stack that does not stand alone."""
    return posixpath.join(stack.name.strip("/"), name)
