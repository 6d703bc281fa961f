"""The same program in another layout: comments, blank lines, tabs, line ends, long lines."""

import io
import tokenize
from random import Random

COMMENTS = (
    "# why: {see} the notes",
    "# pragma: no cover",
    "# \"quoted\" 'text' {{ x }}",
    "# return {'statusCode': 500}",
    "# naïve → ok",
)


def vary(rng: Random, text: str) -> bytes:
    if rng.random() < 0.3:
        text = _comments(rng, text)
    if rng.random() < 0.15:
        text = _tabs(text)
    if rng.random() < 0.1:
        text = text.rstrip("\n")
    if rng.random() < 0.1:
        text = "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n" + text
    data = text.encode()
    if rng.random() < 0.12:
        data = data.replace(b"\n", b"\r\n")
    return b"\xef\xbb\xbf" + data if rng.random() < 0.04 else data


def _inside(text: str) -> set[int]:
    """The numbers of the lines (from 1) that end inside a string."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.STRING, tokenize.FSTRING_MIDDLE):
            lines |= set(range(token.start[0], token.end[0]))
    return lines


def _comments(rng: Random, text: str) -> str:
    inside, lines = _inside(text), []
    for number, line in enumerate(text.split("\n"), start=1):
        lines.append(line)
        if number in inside or not line.strip() or line.endswith("\\"):
            continue
        if rng.random() < 0.12:
            lines[-1] += f"  {rng.choice(COMMENTS)}"
        elif rng.random() < 0.08:
            lines.append(" " * rng.choice([0, 2, 4]) + rng.choice(COMMENTS))
        elif rng.random() < 0.05:
            lines += [""] * rng.randint(1, 3)
        elif rng.random() < 0.03:
            lines[-1] += " " * 40 + "# " + "long " * 40
    return "\n".join(lines)


def _tabs(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        depth = (len(line) - len(line.lstrip(" "))) // 4
        lines.append("\t" * depth + line[4 * depth :])
    return "\n".join(lines)
