"""The door to PyYAML: YAML or JSON text in, nodes with places or findings out."""

import json
import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from decimal import Decimal

import yaml

from ..declarations import Place, SourceKind
from ..diagnostics import Finding
from .nodes import Budget, Items, Node, Scalar, Table, TooMuch

_DEEPEST = 100
_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?")
_NULLS = ("", "~", "null", "Null", "NULL")
_TRUTHS = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
# What js-yaml 4.1 takes for numbers. JavaScript has no other ones than these of 64 bits.
_JS_INT = re.compile(r"[-+]?(?:0b[01_]*[01]|0o[0-7_]*[0-7]|0x[0-9a-fA-F_]*[0-9a-fA-F])")
_JS_FLOAT = re.compile(
    r"(?:[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9_]+(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))(?<!_)"
)
_BASES = {"0b": 2, "0o": 8, "0x": 16}
_MOST_DIGITS = 20
_LONGEST = 256  # digits of a number to another base than ten that JavaScript may have
_RESOLVER, _CONSTRUCTOR = yaml.resolver.Resolver(), yaml.constructor.SafeConstructor()
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Malformed(ValueError):
    """What PyYAML lets pass, and no document here may have."""

    def __init__(self, place: Place, problem: str) -> None:
        super().__init__(problem)
        self.place = place


def read_document(
    path: str, source: bytes, budget: Budget | None = None, kind: SourceKind | None = None
) -> tuple[Node | None, tuple[Finding, ...]]:
    """The nodes of a document (None if it cannot be read), and what is wrong with it. No tag makes an object.

    The tool of a kind of source decides what plain words are: `yes` and `0755`.
    """
    here = Place(path)
    try:
        said = source.decode("utf-8-sig")
        said = _json_as_yaml(said) if path.endswith(".json") else said
        plain = _PLAIN.get(kind, _plain)
        converter = _Converter(path, yaml.parse(said, Loader=_LOADER), budget or Budget(), plain)
        return converter.document(), tuple(converter.findings)
    except UnicodeDecodeError as error:
        return None, (here.finding("CG151", f"the file is not UTF-8: {error.reason} at byte {error.start}"),)
    except yaml.MarkedYAMLError as error:
        return None, (_marked(path, error),)
    except _Malformed as error:
        return None, (error.place.finding("CG151", f"the file is no valid YAML or JSON: {error}"),)
    except yaml.YAMLError as error:  # a character that no YAML has
        return None, (here.finding("CG151", f"the file is no valid YAML or JSON: {str(error).splitlines()[0]}"),)
    except TooMuch:
        return None, (here.finding("CG151", "the file expands to more values than can be read"),)
    except RecursionError:
        return None, (here.finding("CG151", "the file is nested too deeply to be read"),)


def _json_as_yaml(said: str) -> str:
    """What JSON may have and YAML may not: tabs between values, and a character as a pair of escapes."""
    return _PAIR.sub(lambda match: json.loads(f'"{match[0]}"'), said.replace("\t", " "))


def _marked(path: str, error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    place = Place(path) if mark is None else Place(path, mark.line + 1, mark.column + 1)
    return place.finding("CG151", f"the file is no valid YAML or JSON: {error.problem or error.context}")


type Plain = Callable[[yaml.ScalarEvent], str | int | float | bool | None]


class _Converter:
    """Makes nodes of events: PyYAML's own `compose` has no limit of depth, and ends the process at a great one.

    An alias stands for the very node of its anchor, and spends as much of the budget, so that a document that doubles
    itself ends there.
    """

    def __init__(self, path: str, events: Iterator[yaml.Event], budget: Budget, plain: Plain) -> None:
        self.path, self.events, self.budget, self.plain = path, events, budget, plain
        self.findings: list[Finding] = []
        self.anchors: dict[str, tuple[Node, int]] = {}

    def document(self) -> Node | None:
        found: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found is not None:
                    raise _Malformed(self.place(event), "there is a second document")
                found = self.node(next(self.events), 0)
        return found

    def place(self, event: yaml.Event) -> Place:
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:
            return Place(self.path)
        width = max(1, end.column - start.column) if start.line == end.line else 1
        return Place(self.path, start.line + 1, start.column + 1, width)

    def node(self, event: yaml.Event, depth: int) -> Node:
        self.budget.spend()
        if depth > _DEEPEST:
            raise RecursionError
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        left, place = self.budget.left, self.place(event)
        match event:
            case yaml.ScalarEvent():
                value: Node = Scalar(self.plain(event), place)
            case yaml.SequenceStartEvent():
                value = Items(tuple(self.items(depth)), place)
            case yaml.MappingStartEvent():
                value = self.table(place, depth)
            case _:
                raise _Malformed(place, "there is no value")
        if event.tag and event.tag.startswith("!") and len(event.tag) > 1:
            value = _tagged(event.tag, value)
        if event.anchor:
            self.anchors[event.anchor] = (value, left - self.budget.left)
        return value

    def alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self.anchors:
            raise _Malformed(self.place(event), f"the alias {event.anchor} has no anchor before it")
        found, size = self.anchors[event.anchor]
        self.budget.spend(size)
        return found

    def items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self.node(event, depth + 1)

    def table(self, place: Place, depth: int) -> Table:
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        merged: list[Node] = []
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, is_merge = self.node(event, depth + 1), _is_merge(event)
            found = self.node(next(self.events), depth + 1)
            if is_merge:
                merged += found.items if isinstance(found, Items) else [found]
                continue
            name = event.value if isinstance(event, yaml.ScalarEvent) else "?"
            if name in entries:
                message = f"the key {name} stands twice"
                self.findings.append(key.place.finding("CG151", message, "remove one", keys[name]))
            entries[name], keys[name] = found, key.place
        for more in merged:
            if isinstance(more, Table):
                entries = more.entries | entries
                keys = more.keys | keys
        return Table(entries, place, keys)


def _is_merge(event: yaml.Event) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.style in (None, "")


def _plain(node: yaml.ScalarEvent) -> str | int | float | bool | None:
    """Numbers and truth values as YAML 1.2 and JSON have them: `012` and `on` are text, as an account or a name is."""
    value = str(node.value)
    if node.style in ("'", '"', "|", ">"):
        return value
    if value in _NULLS:
        return None
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    if _INT.fullmatch(value):
        return int(value)
    return float(value) if _FLOAT.fullmatch(value) else value


def _plain_1_1(node: yaml.ScalarEvent) -> str | int | float | bool | None:
    """The same as YAML 1.1 has them, which is how AWS reads templates; a date stays text."""
    value = str(node.value)
    if node.style or value[:1] not in _RESOLVER.yaml_implicit_resolvers:  # a text, as most are
        return value
    scalar = _resolved(node)
    match scalar.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return bool(_CONSTRUCTOR.construct_yaml_bool(scalar))
        case "int" if len(value) <= _MOST_DIGITS:
            return int(_CONSTRUCTOR.construct_yaml_int(scalar))
        case "float":
            return float(_CONSTRUCTOR.construct_yaml_float(scalar))
        case _:
            return value


def _resolved(node: yaml.ScalarEvent) -> yaml.ScalarNode:
    """The value with the type that YAML 1.1 has for it."""
    value = str(node.value)
    tag = str(_RESOLVER.resolve(yaml.ScalarNode, value, (not node.style, False)))  # type: ignore[no-untyped-call]
    return yaml.ScalarNode(tag, value)


def _plain_of_javascript(node: yaml.ScalarEvent) -> str | int | float | bool | None:
    """The same as the Serverless Framework has them, which reads its files with js-yaml."""
    value = str(node.value)
    if node.style in ("'", '"', "|", ">"):
        return value
    if value in _NULLS:
        return None
    if value in _TRUTHS:
        return _TRUTHS[value]
    plain = value.replace("_", "").lower()
    base = _BASES.get(plain.lstrip("+-")[:2])
    if base is not None and len(plain) < _LONGEST and _JS_INT.fullmatch(value):
        return javascript_number(float(int(plain, base)))
    if _JS_FLOAT.fullmatch(value):
        return javascript_number(float(plain.replace(".inf", "inf").replace(".nan", "nan")))
    scalar = _resolved(node)
    if scalar.tag.endswith(":timestamp"):
        return _instant(scalar) or value
    return value


def javascript_number(value: float) -> int | float | str:
    """A number of JavaScript: one that Python spells differently is the text that JavaScript makes of it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if abs(value) < 1e21 and value.is_integer():
        return int(Decimal(repr(value)))
    if 1e-6 <= abs(value) < 1e-4:
        return format(Decimal(repr(value)), "f")
    spelled = repr(value)
    return re.sub(r"e([-+])0", r"e\1", spelled) if "e-0" in spelled else value


def _instant(scalar: yaml.ScalarNode) -> str | None:
    """A date as JSON has it; None for one that no calendar has."""
    try:
        found = _CONSTRUCTOR.construct_yaml_timestamp(scalar)
    except ValueError:
        return None
    at = found if isinstance(found, datetime) else datetime.combine(found, time())
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


_PLAIN: dict[SourceKind | None, Plain] = {
    SourceKind.SAM: _plain_1_1,
    SourceKind.CLOUDFORMATION: _plain_1_1,
    SourceKind.SERVERLESS: _plain_of_javascript,
}


def _tagged(tag: str, value: Node) -> Node:
    """CloudFormation's short forms as long ones: `!GetAtt A.B` is `Fn::GetAtt: A.B`."""
    name = tag[1:]
    name = name if name in ("Ref", "Condition") else f"Fn::{name}"
    return Table({name: value}, value.place)
