"""Mutated handler modules: of bytes, of tokens and of trees, with hostile text among them."""

import ast
import io
import tokenize
from random import Random

MARK = "PWNED_BY_TEXT"
CODE = f'__import__("builtins").{MARK} = True'
HOSTILE = (
    f'"""\n{CODE}\n"""',
    f"'''\n{CODE}\n'''",
    f'")\n{CODE}\n#',
    f"'))\n{CODE}\n",
    f"\\\n{CODE}",
    f"\r{CODE}\r",
    f"\u2028{CODE}\u2029",
    "{{ 7 * 7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{% include '/etc/passwd' %}{# comment #}{{ ''.__class__ }}",
    f"{{{CODE}}}",
    "{0.__class__}%s%(x)s%n",
    "../../../../tmp/escaped",
    "/etc/escaped",
    "..\\..\\escaped",
    "a/b/../../../c",
    "\u202eright\u202cto left\u2066\u2069\ufeff",
    "\x00\x01\x1b[31m\x7f",
    "\\N{LATIN SMALL LETTER A}\\x41\\u0041\\",
    "🍜" * 40,
    "(" * 300,
    "[" * 120 + "]" * 120,
    "{" * 120 + "}" * 120,
    "-" * 3000 + "1",
    "x" * 5000,
    "\ud800",
    "class",
    "None",
    "Handle GET /../{../../x} text",
    'Handle POST /a"b/{c\'d} """ text',
    "Handle GET /{{ cycler }}/{% raw %} text",
    "Handle TRACE //double//{} words",
    "Handle GET /%2e%2e/{id:path} words",
    "Handle GET /docs to take over",
)


def mutate(rng: Random, data: bytes) -> bytes:
    """One to four mutations, each of one of the kinds."""
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        data = rng.choice([_bytes, _tokens, _tree, _strings, _tree, _strings])(rng, data)
    return data


def hostile(rng: Random) -> str:
    return rng.choice(HOSTILE)


def _bytes(rng: Random, data: bytes) -> bytes:
    if not data:
        return rng.randbytes(20)
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.choice([1, 1, 4, 40, 400]))
    chunk = data[start:end]
    match rng.randrange(6):
        case 0:
            return data[:start] + data[end:]
        case 1:
            return data[:start] + chunk * rng.choice([2, 3, 30]) + data[end:]
        case 2:
            return data[:start] + hostile(rng).encode(errors="surrogatepass") + data[end:]
        case 3:
            return (
                data[:start]
                + rng.choice([b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\r", b"\x0c", b"\t"])
                + data[start:]
            )
        case 4:
            return data[:start]
        case _:
            return data[:start] + rng.randbytes(end - start) + data[end:]


def _tokens(rng: Random, data: bytes) -> bytes:
    try:
        text = data.decode("utf-8-sig")
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (UnicodeDecodeError, tokenize.TokenError, SyntaxError, SystemError):  # the last: a NUL, in CPython 3.12.1
        return _bytes(rng, data)
    words = [token for token in tokens if token.string.strip()]
    if len(words) < 2:
        return _bytes(rng, data)
    one, other = sorted(rng.sample(words, 2), key=lambda token: token.start)
    new = {
        0: (other.string, one.string),
        1: ("", other.string),
        2: (other.string, other.string),
        3: (hostile(rng), other.string),
        4: (f"({one.string})", other.string),
        5: (rng.choice(["await", "lambda: 0", "*", "**{}", ":=", "yield", "del", "match"]), other.string),
    }[rng.randrange(6)]
    lines = text.splitlines(keepends=True)
    for token, replacement in ((other, new[1]), (one, new[0])):
        lines = _replaced(lines, token, replacement)
    return "".join(lines).encode(errors="surrogatepass")


def _replaced(lines: list[str], token: tokenize.TokenInfo, replacement: str) -> list[str]:
    (row, column), (last, until) = token.start, token.end
    if last > len(lines):
        return lines
    return [*lines[: row - 1], lines[row - 1][:column] + replacement + lines[last - 1][until:], *lines[last:]]


def _parsed(data: bytes) -> ast.Module | None:
    try:
        return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _unparsed(tree: ast.AST, otherwise: bytes) -> bytes:
    try:
        return ast.unparse(ast.fix_missing_locations(tree)).encode(errors="surrogatepass")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return otherwise


def _tree(rng: Random, data: bytes) -> bytes:
    """Statements deleted, doubled, moved or nested deeper; expressions replaced by others of the module."""
    tree = _parsed(data)
    if tree is None:
        return _tokens(rng, data)
    nodes = list(ast.walk(tree))
    bodies = [
        value for node in nodes for value in vars(node).values() if isinstance(value, list) and _statements(value)
    ]
    body = rng.choice(bodies or [tree.body])
    place = rng.randrange(len(body)) if body else 0
    match rng.randrange(6):
        case 0 if len(body) > 1:
            del body[place]
        case 1 if body:
            body.insert(rng.randrange(len(body)), body[place])
        case 2 if body:
            rng.choice(bodies).append(body[place])
        case 3 if body:
            for _ in range(rng.choice([1, 5, 60])):
                body[place] = ast.If(ast.Constant(value=True), [body[place]], [])
        case _:
            _swap_expressions(rng, nodes)
    return _unparsed(tree, data)


def _statements(value: list[object]) -> bool:
    return bool(value) and all(isinstance(item, ast.stmt) for item in value)


def _swap_expressions(rng: Random, nodes: list[ast.AST]) -> None:
    slots = [
        (node, name)
        for node in nodes
        for name, value in vars(node).items()
        if isinstance(value, ast.expr) and not isinstance(node, ast.Assign | ast.comprehension | ast.JoinedStr)
    ]
    if len(slots) > 1:
        (one, first), (other, second) = rng.sample(slots, 2)
        value = getattr(other, second)
        if rng.random() < 0.5:
            setattr(other, second, getattr(one, first))
        setattr(one, first, value)


def _strings(rng: Random, data: bytes) -> bytes:
    """Hostile text in the place of a string, inside one, or as a docstring: it stays a string."""
    tree = _parsed(data)
    if tree is None:
        return _bytes(rng, data)
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    if not strings:
        return _tree(rng, data)
    docstrings = [node for node in strings if str(node.value).lstrip().startswith("Handle ")]
    chosen = rng.choice(docstrings) if docstrings and rng.random() < 0.6 else rng.choice(strings)
    text = str(chosen.value)
    place = rng.randrange(len(text) + 1)
    mixed = text[:place] + hostile(rng) + text[place:]
    chosen.value = mixed if rng.random() < 0.8 else hostile(rng)
    return _unparsed(tree, data)
