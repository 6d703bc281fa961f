"""Python literals: every value that reaches generated code goes through `lit`."""

from collections.abc import Mapping, Sequence


def lit(value: str | int | float | bool | Sequence[str | None] | Mapping[str, str] | None) -> str:
    """A Python literal, ASCII only: no quote, brace, newline or direction mark of a handler survives as itself."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple | list):
        inner = ", ".join(map(lit, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(key)}: {quoted(item)}" for key, item in value.items()) + "}"
    if value is None or isinstance(value, int | float):
        return repr(value).replace("inf", "1e999")
    raise TypeError(f"a {type(value).__name__} is no literal")


def quoted(text: str) -> str:
    """A double-quoted literal of one line."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    body = "".join(_character(char) for char in text)
    return f'"{body}"'


def docstring(text: str) -> str:
    """The same in three quotes."""
    return f'""{quoted(text)}""'


def _character(char: str) -> str:
    if char in '\\"':
        return f"\\{char}"
    if char == "\n":
        return "\\n"
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:  # half of a pair: neither JSON nor pydantic can carry it
        return "\\ufffd"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def comment(text: str) -> str:
    """A text that may stand behind `#`: one line of printable characters."""
    return "".join(char if char.isprintable() and ord(char) < 0xD800 else "?" for char in text)
