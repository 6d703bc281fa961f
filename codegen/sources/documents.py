"""The door to PyYAML: YAML or JSON text in, nodes with places or findings out."""

import re

import yaml

from ..declarations import Place
from ..diagnostics import Finding
from .nodes import Budget, Items, Node, Scalar, Table, TooMuch

_DEEPEST = 100
_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?")
_MERGE = "tag:yaml.org,2002:merge"
_NULLS = ("", "~", "null", "Null", "NULL")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_document(path: str, source: bytes, budget: Budget | None = None) -> tuple[Node | None, tuple[Finding, ...]]:
    """The nodes of a document (None if it cannot be read), and what is wrong with it. No tag makes an object."""
    here = Place(path)
    try:
        root = yaml.compose(source.decode("utf-8-sig"), Loader=_LOADER)
        converter = _Converter(path, budget or Budget())
        return (None if root is None else converter.node(root, 0)), tuple(converter.findings)
    except UnicodeDecodeError as error:
        return None, (here.finding("CG151", f"the file is not UTF-8: {error.reason} at byte {error.start}"),)
    except yaml.MarkedYAMLError as error:
        return None, (_marked(path, error),)
    except yaml.YAMLError as error:  # a character that no YAML has
        return None, (here.finding("CG151", f"the file is no valid YAML or JSON: {str(error).splitlines()[0]}"),)
    except TooMuch:
        return None, (here.finding("CG151", "the file expands to more values than can be read"),)
    except RecursionError:
        return None, (here.finding("CG151", "the file is nested too deeply to be read"),)


def _marked(path: str, error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    place = Place(path) if mark is None else Place(path, mark.line + 1, mark.column + 1)
    return place.finding("CG151", f"the file is no valid YAML or JSON: {error.problem or error.context}")


class _Converter:
    """An alias is converted anew where it stands, so a document that doubles itself ends at the budget."""

    def __init__(self, path: str, budget: Budget) -> None:
        self.path, self.budget = path, budget
        self.findings: list[Finding] = []

    def place(self, node: yaml.Node) -> Place:
        start, end = node.start_mark, node.end_mark
        width = max(1, end.column - start.column) if start.line == end.line else 1
        return Place(self.path, start.line + 1, start.column + 1, width)

    def node(self, node: yaml.Node, depth: int) -> Node:
        self.budget.spend()
        if depth > _DEEPEST:
            raise RecursionError
        place = self.place(node)
        match node:
            case yaml.ScalarNode():
                value: Node = Scalar(_plain(node), place)
            case yaml.SequenceNode():
                value = Items(tuple([self.node(item, depth + 1) for item in node.value]), place)
            case _:
                value = self.table(node, place, depth)
        return _tagged(node.tag, value) if node.tag.startswith("!") and len(node.tag) > 1 else value

    def table(self, node: yaml.Node, place: Place, depth: int) -> Table:
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        merged: list[Node] = []
        for key, value in node.value:
            found = self.node(value, depth + 1)
            if key.tag == _MERGE:
                merged += found.items if isinstance(found, Items) else [found]
                continue
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            at = self.place(key)
            if name in entries:
                message = f"the key {name} stands twice"
                self.findings.append(at.finding("CG151", message, "remove one", keys[name]))
            entries[name], keys[name] = found, at
        for more in merged:
            if isinstance(more, Table):
                entries = more.entries | entries
                keys = more.keys | keys
        return Table(entries, place, keys)


def _plain(node: yaml.ScalarNode) -> str | int | float | bool | None:
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


def _tagged(tag: str, value: Node) -> Node:
    """CloudFormation's short forms as long ones: `!GetAtt A.B` is `Fn::GetAtt: A.B`."""
    name = tag[1:]
    name = name if name in ("Ref", "Condition") else f"Fn::{name}"
    return Table({name: value}, value.place)
