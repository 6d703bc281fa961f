"""The docstring of a handler: its route, and sections that describe what the code decides."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..names import METHODS

_ROUTE = re.compile(r"[Hh]andles?\s+([A-Za-z]+)\s+(/\S*)\s*(.*)", re.DOTALL)
_MARKS = re.compile(r"`|\*\*")
_METHOD = re.compile(rf"\b({'|'.join(METHODS)})\b")
# `GET /a and POST /b`
_BESIDE = re.compile(rf"(?:[\s,;|/&(+`*]|(?:and|or|also)\b)*({'|'.join(METHODS)})[\s`]+(/\S*)")
# `/orders`, `https://example.org/orders`, `orders/{id}`
_PATH = re.compile(r"(?:^|[\s`'\"(*])(?:(?:https?:/)?/[\w{]|[\w/-]+/\{)", re.IGNORECASE)
_SECTION = re.compile(r"^(\s*)([A-Z][A-Za-z ]{1,30}):[ \t]*(.*)$")
_NUMBER = r"[`'\"*]*[1-5]\d{2}[`'\"*]*"
# `404: words`, `- 409/412 Conflict: words`, a row `| 404 | words |` of a table.
_STATUS = re.compile(
    rf"^\s*(?:[-*|]\s*)?({_NUMBER}(?:\s*(?:/|,|or|and)\s*{_NUMBER})*)"
    r"(?:(?:\s+[A-Za-z ]+)?\s*[:\-\u2013\u2014]\s*(?P<words>.*)|\s*\|\s*(?P<cells>.*?)\s*\|?\s*"
    r"|(?P<plain>\s+[A-Z].*|\s{2,}\S.*|))$"
)
# `4xx: words`, `default: words`: no status of its own has them.
_OTHERS = re.compile(r"^\s*(?:[-*|]\s*)?[`'\"*]*(?:[1-5]xx|default)[`'\"*]*\s*[:|\-\u2013\u2014]", re.IGNORECASE)
_RULE = re.compile(r"^[\s|+=:-]+$")
_PART = re.compile(
    r"^\s*[-*]?\s*(Path|Query|Body|Auth|Authentication|Headers?)\b(?:\s+parameters?\b)?([^:\n]*):\s*(.*)$",
    re.IGNORECASE,
)
_ONE_NAME = {"authentication": "auth", "header": "headers"}
_NAME = r"[`'\"{]*[\w.\[\]-]+[`'\"}]*"
_ONLY_NAME = re.compile(rf"{_NAME}\s*(?:\([^)]*\))?$")
_ABOUT = re.compile(
    rf"[-*]?\s*({_NAME}(?:\s*,\s*{_NAME})*)\s*(?:\([^)]*\))?\s*"  # names (type, required)
    r"(?:(?:[:\u2013\u2014]|-(?=\s))\s*(.*)|)$"  # - words
)
# `, name (type) -`
_NEXT = re.compile(r"[,;]\s+(?=[`'\"{]*([\w.-]+)[`'\"}]*\s*\([^)]*\)\s*(?:[,;:\u2013\u2014-]|$))")
_TYPE = re.compile(r"(?<=\w)\s*\((?:str|string|int|integer|number|float|bool|boolean|uuid)\b[^)]*\)", re.IGNORECASE)
_GAP = re.compile(r"\n{3,}")
_BRACED = re.compile(r"[.,;:!?]+$")
# Sections that are documented as they stand, each by the name of an extension of OpenAPI.
_EXTENSIONS = {"idempotency": "x-idempotency"}
_SECTIONS = frozenset(
    ("request", "responses", "notes", "returns", "raises", "args", "errors", "deprecated", *_EXTENSIONS)
)


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column from the start of the docstring's text, both from 0, and a width."""

    line: int
    column: int
    width: int

    @property
    def skip(self) -> tuple[int, int, int]:
        """As Finding.skip counts: three quotes stand before the first line."""
        return (self.line, self.column + 1 + (0 if self.line else 3), max(self.width, 1))


@dataclass(frozen=True, slots=True)
class Docstring:
    """`route` is (method, path) as written; None for a first line without them.

    `beside` is another route that it states. `path`, `query` and `headers` are the lines about parameters; `deprecated`
    is "" where no word says why; `extensions` are name and words.
    """

    first: str
    route: tuple[str, str] | None
    beside: str | None
    place: Place
    words: str
    path: tuple[str, ...]
    query: tuple[str, ...]
    headers: tuple[str, ...]
    body: str | None
    auth: str | None
    auth_place: Place
    responses: tuple[tuple[int, str, Place], ...]
    extensions: tuple[tuple[str, str], ...]
    deprecated: str | None
    description: str

    @property
    def hides_a_route(self) -> bool:
        """Whether the first line names a method and a path, but not as a route is written."""
        return self.route is None and _METHOD.search(self.first) is not None and _PATH.search(self.first) is not None

    @property
    def says_public(self) -> bool:
        return (
            self.auth is not None
            and re.match(r"\W*(public|none|no\b|not required|anonymous)", self.auth, re.I) is not None
        )


@lru_cache(maxsize=64)
def parse(text: str) -> Docstring:
    """What a docstring says; half of a surrogate pair, which no JSON can carry, becomes a question mark."""
    lines = text.encode("utf-8", "replace").decode("utf-8").split("\n")
    number = next((n for n, line in enumerate(lines) if line.strip()), 0)
    first = lines[number].strip() if lines else ""
    indent = len(lines[number]) - len(lines[number].lstrip()) if lines else 0
    match = _ROUTE.match(first) or _ROUTE.match(_MARKS.sub("", first))
    route, words = None, first
    if match:
        path = _BRACED.sub("", match[2]) or "/"
        route, words = (match[1].upper(), path), match[3].strip()
    sections = _sections(lines[number + 1 :], number + 1)
    responses, others = _responses(sections.get("responses", []))
    request = _parts(sections.get("request", []))
    nothing: tuple[list[str], Place] = ([], Place(number, indent, len(first)))
    auth_lines, auth_place = request.get("auth", nothing)
    return Docstring(
        first,
        route,
        _beside(route, words) if route else None,
        Place(number, indent, len(first)),
        words,
        tuple(request.get("path", nothing)[0]),
        tuple(request.get("query", nothing)[0]),
        tuple(request.get("headers", nothing)[0]),
        " ".join(request["body"][0]) if "body" in request else None,
        " ".join(auth_lines) if "auth" in request else None,
        auth_place,
        tuple(_statuses(responses)),
        tuple((name, said) for key, name in _EXTENSIONS.items() if (said := _joined(sections.get(key, [])))),
        _joined(sections["deprecated"]) if "deprecated" in sections else None,
        _description(sections, others),
    )


def _beside(route: tuple[str, str], words: str) -> str | None:
    """Another route that stands behind the first one; what further lines say is prose."""
    match = _BESIDE.match(words)
    other = None if match is None else (match[1], re.sub(r"[`.,;:!?)]+$", "", match[2]))
    return None if other in (None, route) else " ".join(other or ())


def _sections(lines: list[str], start: int) -> dict[str, list[tuple[int, str]]]:
    """Numbered lines by section name in lower case; lines before, between and after the sections under "".

    A section ends at the first line that is no deeper than its name, once a deeper or an empty line has been in it:
    text that follows at once belongs to it.
    """
    found: dict[str, list[tuple[int, str]]] = {"": []}
    current, indent, ends = "", 0, False
    for number, line in enumerate(lines, start):
        match = _SECTION.match(line)
        if match and match[2].strip().lower() in _SECTIONS:
            current, indent, ends = match[2].strip().lower(), len(match[1]), False
            found.setdefault(current, [])
            if match[3].strip():
                found[current].append((number, " " * (len(line) - len(match[3])) + match[3]))
            continue
        if current and line.strip():
            deeper = _indent(line) > indent
            if ends and not deeper:
                current = ""
                found[""].append((number, ""))
            ends = ends or deeper
        elif found[current]:
            ends = True
        found[current].append((number, line))
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _parts(lines: list[tuple[int, str]]) -> dict[str, tuple[list[str], Place]]:
    """`Path: words` by its name: its lines and those of every further one, with the place of the first."""
    found: dict[str, tuple[list[str], Place]] = {}
    current: list[str] | None = None
    for number, line in lines:
        match = _PART.match(line)
        if match:
            name = _ONE_NAME.get(match[1].lower(), match[1].lower())
            place = Place(number, len(line) - len(line.lstrip()), len(line.strip()))
            current = found.setdefault(name, ([], place))[0]
            named = match[2].strip()
            current.append(f"{named}: {match[3]}".strip() if _ONLY_NAME.match(named) else match[3].strip())
        elif current is not None and line.strip():
            current.append(line.strip())
    return {name: ([line for line in lines if line], place) for name, (lines, place) in found.items()}


def about(lines: tuple[str, ...], names: Iterable[str]) -> dict[str, str]:
    """What the lines say of each name: the words behind `name (type, required) -`, which go on in further lines.

    Where no line begins with a name, all of the lines are about every name that stands in them.
    """
    known = {name.lower(): name for name in names}
    found: dict[str, list[str]] = {}
    current: list[list[str]] = []
    for line in (part for whole in lines for part in _apart(whole, known)):
        match = _ABOUT.match(line)
        said = [name.strip("`'\"{} ").lower() for name in match[1].split(",")] if match else []
        if match and all(name in known for name in said):
            current = [found.setdefault(known[name], []) for name in said]
            line = match[2] or ""
        for words in current if line else ():
            words.append(line)
    if not found and lines:
        text = _TYPE.sub("", " ".join(lines))
        return {name: text for name in known.values() if name in text}
    return {name: " ".join(words) for name, words in found.items()}


def _responses(lines: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The lines about single statuses, and those about others, which go on until the next status."""
    found: list[tuple[int, str]] = []
    others: list[tuple[int, str]] = []
    current = found
    for line in lines:
        if _OTHERS.match(line[1]):
            current = others
        elif _STATUS.match(line[1]):
            current = found
        current.append(line)
    return found, others


def _apart(line: str, known: Mapping[str, str]) -> Iterator[str]:
    """The parts of `day (date) - which one, minutes (integer) - how long`, each about a name of its own."""
    start = 0
    for match in _NEXT.finditer(line):
        if match[1].lower() in known and "(" in line[start : match.start()]:
            yield line[start : match.start()]
            start = match.end()
    yield line[start:]


def _statuses(lines: list[tuple[int, str]]) -> list[tuple[int, str, Place]]:
    found: list[tuple[int, str, Place]] = []
    newest, margin = 0, 0
    for number, line in lines:
        match = _STATUS.match(line)
        if match and found and match["plain"] is not None and _indent(line) > margin:
            match = None  # a number in the words of the last one
        if match:
            margin = margin if found else _indent(line)
            newest = len(found)
            cells = ": ".join(cell for part in (match["cells"] or "").split("|") if (cell := part.strip()))
            words = (match["words"] or cells or match["plain"] or "").strip()
            found += [
                (int(status[0]), words, Place(number, match.start(1) + status.start(), 3))
                for status in re.finditer(r"\d{3}", match[1])
            ]
        elif line.strip() and not _RULE.match(line):
            found[newest:] = [(status, f"{words} {line.strip()}".strip(), at) for status, words, at in found[newest:]]
    return found


def _joined(lines: list[tuple[int, str]]) -> str:
    return " ".join(line.strip() for _, line in lines if line.strip())


def _description(sections: dict[str, list[tuple[int, str]]], others: list[tuple[int, str]]) -> str:
    parts = [_paragraphs(lines) for lines in (sections.get("", []), sections.get("notes", []), others)]
    return "\n\n".join(part for part in parts if part)


def _paragraphs(lines: list[tuple[int, str]]) -> str:
    """The text without the margin that all of its lines have; its first one may stand behind a section's name."""
    first, *others = (line.expandtabs().rstrip() for _, line in lines or [(0, "")])
    margin = min((_indent(line) for line in others if line), default=0)
    return _GAP.sub("\n\n", "\n".join([first.strip(), *(line[margin:] for line in others)])).strip()
