"""CloudFormation's intrinsic functions, evaluated as far as the text tells.

A value that AWS knows only after the deploy stays a `Reference` or becomes `Opaque`, alone or as a part of a text.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from ...declarations import Place
from ..nodes import (
    Items,
    Node,
    Opaque,
    Parts,
    Reference,
    Scalar,
    Table,
    child,
    entries,
    items,
    joined,
    reason,
    text,
    texts,
    truth,
)
from ..reading import Reading, below, folder_of, listed
from .loops import TRANSFORM, completed

_VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")
NOTHING = "AWS::NoValue"
# The property that Ref gives, of resources that routes and functions name. Source: AWS CloudFormation, "Return values".
_NAMES = {
    "AWS::Cognito::UserPoolResourceServer": "Identifier",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::Kinesis::Stream": "Name",
    "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SSM::Parameter": "Name",
    "AWS::Serverless::SimpleTable": "TableName",
}

_EXTENSIONS = "AWS::LanguageExtensions"

# Resources of which the properties say something of routes, functions or APIs.
_READ = ("AWS::Serverless::", "AWS::Lambda::", "AWS::ApiGateway", "AWS::CloudFormation::")


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with its properties as they are written."""

    stack: "Stack"
    name: str
    type: str
    properties: Table
    place: Place
    metadata: Node | None

    def get(self, *keys: str) -> Node | None:
        """A property below nested keys, resolved."""
        return self.stack.get(self.properties, *keys)

    def written(self, *keys: str) -> Node | None:
        """A property below nested keys as it is written; calls above it are evaluated."""
        found: Node | None = self.properties
        for key in keys:
            found = None if found is None else child(self.stack.step(found), key)
        return found

    def text(self, *keys: str) -> str | None:
        return text(self.get(*keys))

    def place_of(self, key: str) -> Place:
        found = self.properties.entries.get(key)
        return self.place if found is None else found.place


@dataclass(eq=False, slots=True)
class Stack:
    """One template with the values of its parameters. `name` is "" for a root that stands alone.

    `output` gives an output of a nested stack by the names of both, `exported` what any stack exports under a name.
    """

    reading: Reading
    output: Callable[["Stack", str, str, Place], Node]
    exported: Callable[[str], Node | None]
    name: str
    path: str
    root: Table
    given: dict[str, Node]
    known: dict[str, bool | None] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)

    def get(self, node: Node | None, *keys: str) -> Node | None:
        """The value below nested keys, resolved; a condition may stand at every step."""
        found = None if node is None else self.step(node)
        for key in keys:
            inner = child(found, key)
            found = None if inner is None else self.step(inner)
        return None if found is None else self.dropped(self.resolve(found))

    def section(self, *keys: str) -> Node | None:
        """A part of the template as it is written, with what it includes."""
        written = child(self.root, *keys)
        found = None if written is None else self.step(written)
        if isinstance(written, Table) and isinstance(found, Opaque):
            self.not_included(written, found.reason)
        return found

    def step(self, node: Node) -> Node:
        """The node itself, with what it includes, or what it is a call of."""
        found = completed(node, self.included)
        if found is node and isinstance(node, Table) and TRANSFORM in node.entries and not called(node):
            self.not_included(node, "the transform is run by AWS")
        return self.resolve(node) if found is None or (found is node and called(node)) else found

    def dropped(self, node: Node) -> Node | None:
        return None if _is_nothing(node) else node

    def resolve(self, node: Node) -> Node:
        """The value of a node with everything in it; what is `AWS::NoValue` is left out."""
        self.reading.budget.spend()
        match node:
            case Items(items=parts):
                resolved = [self.resolve(part) for part in parts]
                return Items(tuple(part for part in resolved if not _is_nothing(part)), node.place)
            case Table():
                call = called(node)
                return self.call(call, node.entries[call], node.place) if call else self.table(node)
            case Scalar() | Opaque() | Reference() | Parts():
                return node
        assert_never(node)

    def table(self, node: Table) -> Table:
        resolved = {key: self.resolve(value) for key, value in node.entries.items() if key != TRANSFORM}
        found = {key: value for key, value in resolved.items() if not _is_nothing(value)}
        keys = node.keys
        if TRANSFORM in node.entries:
            included = self.call(TRANSFORM, node.entries[TRANSFORM], node.place)
            if isinstance(included, Table):
                found, keys = included.entries | found, included.keys | keys
            else:
                self.not_included(node, reason(included))
        return Table(found, node.place, keys)

    def not_included(self, node: Table, why: str) -> None:
        message = f"nothing tells what is included here: {why}"
        hint = "keep the file in the code base, at a path seen from the template"
        self.reading.report(node.at(TRANSFORM), "CG156", message, hint)

    @property
    def is_extended(self) -> bool:
        return _EXTENSIONS in texts(child(self.root, "Transform"))

    def call(self, name: str, argument: Node, place: Place) -> Node:
        function = _FUNCTIONS.get(name)
        if name in _EXTENDED:
            if not self.is_extended:
                return Opaque(f"{name} needs the transform {_EXTENSIONS}", place)
            function = _EXTENDED[name]
        if function is None:
            return Opaque(f"{name} is evaluated by AWS", place)
        try:
            return function(self, argument, place)
        except RecursionError:
            return Opaque(f"{name} refers to itself", place)

    def included(self, transform: Node) -> Table | None:
        """What AWS::Include includes, if it is a table of the code base."""
        location = self.get(transform, "Parameters", "Location")
        path = below(folder_of(self.path), text(location) or "://")
        if text(child(transform, "Name")) != "AWS::Include" or not path:
            return None
        document = self.reading.document(path, transform.place)
        return document if isinstance(document, Table) else None

    def parameter(self, name: str, place: Place) -> Node | None:
        """The value of a parameter; None if the template has no parameter of that name."""
        declared = child(self.root, "Parameters", name)
        if declared is None:
            return self.given.get(name)
        kind = text(child(declared, "Type")) or "String"
        value = self.given.get(name)
        if value is None:
            value = child(declared, "Default")
            if value is not None and "SSM::Parameter" in kind:
                value = None
        if value is None:
            return Opaque(f"the parameter {name} has no value in the template or in the settings", place, name)
        is_list = kind.startswith("List<") or "CommaDelimitedList" in kind
        said = text(value)
        return listed(said, place) if is_list and said is not None else value

    def condition(self, name: str) -> bool | None:
        """Whether a condition of the template holds; None if the text does not tell."""
        if name not in self.known:
            self.known[name] = None  # a condition that refers to itself is unknown
            written = child(self.root, "Conditions", name)
            self.known[name] = None if written is None else self.holds(written)
        return self.known[name]

    def holds(self, node: Node) -> bool | None:
        self.reading.budget.spend()
        name = next(iter(node.entries), "") if isinstance(node, Table) and len(node.entries) == 1 else ""
        argument = child(node, name) if name else None
        if argument is None:
            return truth(self.resolve(node))
        match name:
            case "Condition":
                return self.condition(text(argument) or "")
            case "Fn::Equals":
                pair = [self.resolve(part) for part in items(argument)]
                return _equal(*pair) if len(pair) == 2 else None
            case "Fn::Not":
                held = self.holds(items(argument)[0]) if items(argument) else None
                return None if held is None else not held
            case "Fn::And" | "Fn::Or":
                return _combined([self.holds(part) for part in items(argument)], name == "Fn::Or")
            case _:
                return truth(self.resolve(node))

    def resources(self, every: bool = False) -> Iterator[Resource]:
        """Resources of which the condition holds, or is not known; `every` gives the others, too."""
        found = child(self.root, "Resources")
        for name, node in entries(found):
            condition = text(child(node, "Condition"))
            if every or condition is None or self.condition(condition) is not False:
                place = found.at(name) if isinstance(found, Table) else node.place
                kind = text(child(node, "Type")) or ""
                properties = child(node, "Properties")
                if properties is not None and kind.startswith(_READ):
                    properties = self.step(properties)
                empty = Table({}, node.place)
                written = properties if isinstance(properties, Table) else empty
                yield Resource(self, name, kind, written, place, child(node, "Metadata"))

    def undecided(self, name: str) -> str | None:
        """The condition of a resource if nothing tells whether it holds."""
        condition = text(child(self.root, "Resources", name, "Condition"))
        return condition if condition is not None and self.condition(condition) is None else None


def called(node: Node) -> str | None:
    """The name of the function that a table calls."""
    if isinstance(node, Table) and len(node.entries) == 1:
        name = next(iter(node.entries))
        return name if name == "Ref" or name.startswith("Fn::") else None
    return None


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Reference) and node.name == NOTHING


def _equal(left: Node, right: Node) -> bool | None:
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return _spelled(left) == _spelled(right)
    return None


def _spelled(node: Scalar) -> str:
    return str(node.value).lower() if isinstance(node.value, bool) else str(node.value)


def _combined(held: list[bool | None], decisive: bool) -> bool | None:
    if decisive in held:
        return decisive
    return None if None in held else not decisive


def _ref(stack: Stack, argument: Node, place: Place) -> Node:
    name = text(argument)
    if name is None:
        return Opaque("Ref names no resource", place)
    value = stack.parameter(name, place)
    if value is None:
        value = _own_name(stack, name)
    if value is not None:
        return value
    return Reference("" if name.startswith("AWS::") else stack.name, name, "", place)


def _own_name(stack: Stack, name: str) -> Node | None:
    """What Ref gives of a resource whose name the template tells."""
    resource = child(stack.root, "Resources", name)
    said = stack.get(resource, "Properties", _NAMES.get(text(child(resource, "Type")) or "", ""))
    return said if text(said) is not None else None


def _get_att(stack: Stack, argument: Node, place: Place) -> Node:
    said = text(argument)
    parts = said.split(".", 1) if said is not None else texts(argument)
    if len(parts) == 2:
        name, attribute = parts
        if attribute.startswith("Outputs."):
            return stack.output(stack, name, attribute.removeprefix("Outputs."), place)
        return Reference(stack.name, name, attribute, place)
    return Opaque("Fn::GetAtt names no attribute", place)


def _sub(stack: Stack, argument: Node, place: Place) -> Node:
    template, values = argument, None
    if isinstance(argument, Items) and len(argument.items) == 2:
        template, values = argument.items
    said = text(template)
    if said is None:
        return Opaque("Fn::Sub has no text", place)
    parts: list[Node | str] = []
    end = 0
    for match in _VARIABLE.finditer(said):
        parts.append(said[end : match.start()])
        end = match.end()
        parts.append(f"${{{match[2]}}}" if match[1] else _substituted(stack, match[2].strip(), values, place))
    parts.append(said[end:])
    return joined(tuple(parts), place)


def _substituted(stack: Stack, name: str, values: Node | None, place: Place) -> Node:
    value = child(values, name)
    if value is not None:
        return stack.resolve(value)
    called = _get_att if "." in name else _ref
    return called(stack, Scalar(name, place), place)


def _join(stack: Stack, argument: Node, place: Place) -> Node:
    parts = items(argument)
    delimiter = text(parts[0]) if len(parts) == 2 else None
    if len(parts) == 2 and isinstance(parts[0], Scalar) and parts[0].value is None:
        delimiter = ""
    if delimiter is None:
        return Opaque("Fn::Join has no delimiter", place)
    values = stack.resolve(parts[1])
    if not isinstance(values, Items):
        return values if isinstance(values, Opaque) else Opaque("Fn::Join has no list", place)
    flat: list[Node | str] = []
    for number, value in enumerate(values.items):
        flat += [delimiter, value] if number else [value]
    return joined(tuple(flat), place)


def _if(stack: Stack, argument: Node, place: Place) -> Node:
    parts = items(argument)
    name = text(parts[0]) if len(parts) == 3 else None
    if name is None:
        return Opaque("Fn::If has no condition", place)
    held = stack.condition(name)
    if held is not None:
        return stack.resolve(parts[1] if held else parts[2])
    then, other = stack.resolve(parts[1]), stack.resolve(parts[2])
    if isinstance(then, Scalar) and isinstance(other, Scalar) and then.value == other.value:
        return then
    return Opaque(f"nothing tells whether the condition {name} holds", place)


def _find_in_map(stack: Stack, argument: Node, place: Place) -> Node:
    parts = [stack.resolve(part) for part in items(argument)]
    if len(parts) < 3:
        return Opaque("Fn::FindInMap needs a map and two keys", place)
    keys = [text(part) for part in parts[:3]]
    unknown = next((part for part, key in zip(parts, keys, strict=False) if key is None), None)
    if unknown is not None:
        return Opaque("the key of Fn::FindInMap is not known", place)
    found = child(stack.root, "Mappings", *(key for key in keys if key is not None))
    found = found if found is not None else child(parts[3], "DefaultValue") if len(parts) > 3 else None
    return found if found is not None else Opaque(f"there is no {'.'.join(map(str, keys))} in the mappings", place)


def _select(stack: Stack, argument: Node, place: Place) -> Node:
    parts = [stack.resolve(part) for part in items(argument)]
    index = text(parts[0]) if len(parts) == 2 else None
    if index is None or not index.isdecimal() or not isinstance(parts[1], Items):
        return Opaque("nothing tells what Fn::Select selects", place)
    values = parts[1].items
    return values[int(index)] if int(index) < len(values) else Opaque(f"Fn::Select finds no item {index}", place)


def _split(stack: Stack, argument: Node, place: Place) -> Node:
    parts = [stack.resolve(part) for part in items(argument)]
    delimiter = text(parts[0]) if len(parts) == 2 else None
    said = text(parts[1]) if len(parts) == 2 else None
    if not delimiter or said is None:
        return Opaque("nothing tells what Fn::Split splits", place)
    return Items(tuple(Scalar(part, place) for part in said.split(delimiter)), place)


def _import_value(stack: Stack, argument: Node, place: Place) -> Node:
    name = text(stack.resolve(argument))
    found = None if name is None else stack.exported(name)
    return found if found is not None else Opaque(f"Fn::ImportValue {name or ''} is another stack's value", place)


def _transform(stack: Stack, argument: Node, place: Place) -> Node:
    found = stack.included(argument)
    path = "" if found is None else found.place.path
    if found is None or path in stack.pending:
        return Opaque("the transform is run by AWS", place)
    stack.pending.add(path)
    try:
        return stack.resolve(found)
    finally:
        stack.pending.discard(path)


def _length(stack: Stack, argument: Node, place: Place) -> Node:
    values = stack.resolve(argument)
    unknown = next((part for part in (values, *items(values)) if isinstance(part, Opaque)), None)
    if unknown is not None or not isinstance(values, Items):
        return unknown or Opaque("Fn::Length has no list", place)
    return Scalar(len(values.items), place)


def _to_json_string(stack: Stack, argument: Node, place: Place) -> Node:
    try:
        return joined((json.dumps(_json_value(stack, argument), separators=(",", ":"), ensure_ascii=False),), place)
    except ValueError as error:
        return Opaque(f"nothing tells the text of Fn::ToJsonString: {error}", place)


def _json_value(stack: Stack, node: Node, is_written: bool = True) -> object:
    """A value of JSON. Raises ValueError for what the text does not tell, as whether AWS makes a number of a parameter
    a text."""
    match node:
        case Table(entries=entries) if is_written and (called(node) or TRANSFORM in entries):
            return _json_value(stack, stack.resolve(node), False)
        case Table(entries=entries):
            return {key: _json_value(stack, value, is_written) for key, value in entries.items()}
        case Items(items=parts):
            return [_json_value(stack, part, is_written) for part in parts]
        case Scalar(value=str(value)):
            return value
        case Scalar(value=int(value)) if is_written:
            return value
    raise ValueError(reason(node))


type _Function = Callable[[Stack, Node, Place], Node]
_FUNCTIONS: dict[str, _Function] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::ImportValue": _import_value,
    TRANSFORM: _transform,
}
_EXTENDED: dict[str, _Function] = {"Fn::Length": _length, "Fn::ToJsonString": _to_json_string}
