"""The docstring of a handler: its route, and sections that describe what the code decides."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ..names import METHODS

_ROUTE = re.compile(r"[Hh]andles?\s+([A-Za-z]+)\s+(/\S*)\s*(.*)", re.DOTALL)
_MARKS = re.compile(r"`|\*\*")
_METHOD = re.compile(rf"\b({'|'.join(METHODS)})\b")
_PATH = re.compile(r"(?:^|[\s`'\"(*])/[\w{]")
_SECTION = re.compile(r"^(\s*)([A-Z][A-Za-z ]{1,30}):[ \t]*(.*)$")
_STATUS = re.compile(r"^\s*[-*]?\s*[`'\"]*(\d{3})[`'\"]*(?:\s+[A-Za-z ]+)?\s*[:\-\u2013\u2014]\s*(.*)$")
_PART = re.compile(r"^\s*[-*]?\s*(Path|Query|Body|Auth|Authentication|Headers)\b[^:\n]*:\s*(.*)$", re.IGNORECASE)
_GAP = re.compile(r"\n{3,}")
_BRACED = re.compile(r"[.,;:!?]+$")
_SECTIONS = frozenset(("request", "responses", "idempotency", "notes", "returns", "raises", "args", "errors"))


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
    """`route` is (method, path) as written; None for a first line without them."""

    first: str
    route: tuple[str, str] | None
    place: Place
    words: str
    path_words: str | None
    query: str | None
    body: str | None
    auth: str | None
    auth_place: Place
    responses: tuple[tuple[int, str, Place], ...]
    idempotency: str | None
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
    request = _parts(sections.get("request", []))
    auth, auth_place = request.get("auth", (None, Place(number, indent, len(first))))
    return Docstring(
        first,
        route,
        Place(number, indent, len(first)),
        words,
        _text(request, "path"),
        _text(request, "query"),
        _text(request, "body"),
        auth,
        auth_place,
        tuple(_statuses(sections.get("responses", []))),
        _joined(sections.get("idempotency", [])) or None,
        _description(sections),
    )


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


def _parts(lines: list[tuple[int, str]]) -> dict[str, tuple[str, Place]]:
    """`Path: words`, with words that go on in deeper lines."""
    found: dict[str, tuple[str, Place]] = {}
    current = ""
    for number, line in lines:
        match = _PART.match(line)
        if match:
            name = match[1].lower()
            current = "auth" if name.startswith("auth") else name
            column = len(line) - len(line.lstrip())
            found[current] = (match[2].strip(), Place(number, column, len(line.strip())))
        elif current and line.strip():
            words, place = found[current]
            found[current] = (f"{words} {line.strip()}".strip(), place)
    return found


def _text(parts: dict[str, tuple[str, Place]], name: str) -> str | None:
    return parts[name][0] if name in parts else None


def _statuses(lines: list[tuple[int, str]]) -> list[tuple[int, str, Place]]:
    found: list[tuple[int, str, Place]] = []
    for number, line in lines:
        match = _STATUS.match(line)
        if match:
            column = match.start(1)
            found.append((int(match[1]), match[2].strip(), Place(number, column, 3)))
        elif found and line.strip():
            status, words, place = found[-1]
            found[-1] = (status, f"{words} {line.strip()}".strip(), place)
    return found


def _joined(lines: list[tuple[int, str]]) -> str:
    return " ".join(line.strip() for _, line in lines if line.strip())


def _description(sections: dict[str, list[tuple[int, str]]]) -> str:
    parts = [_paragraphs(sections.get("", [])), _paragraphs(sections.get("notes", []))]
    return "\n\n".join(part for part in parts if part)


def _paragraphs(lines: list[tuple[int, str]]) -> str:
    return _GAP.sub("\n\n", "\n".join(line.strip() for _, line in lines)).strip()
