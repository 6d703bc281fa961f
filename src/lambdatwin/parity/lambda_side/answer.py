"""What an API makes of an invocation's payload, in three modes. A payload that breaks a rule is the gateway's error.

Facts: live recordings of all three modes, then AWS's documentation of the output formats.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..api import Api, Kind
from ..wire import Answer, Undecided
from .media import accepted
from .own_answers import JSON, UNMAPPABLE, failed

LARGEST_PAYLOAD = 6_291_556
_TEXT = ("content-type", "text/plain; charset=utf-8")
_BODILESS = (204, 304)
_KEYS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
_RENAMED = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "trailer",
        "user-agent",
        "www-authenticate",
    }
)
_DROPPED_BY_HTTP = frozenset({"connection", "content-length", "date", "transfer-encoding", "upgrade"})
_UNKNOWN_ON_REST = frozenset({"keep-alive", "upgrade"})


class _Malformed(ValueError):
    pass


class _Unmappable(Exception):
    """A header that can't stand in an answer, or a body that is no Base64."""


class _Number(str):
    """A number, as its digits were sent."""


def gateway_answer(api: Api, payload: bytes | None, accept: str | None = None) -> Answer:
    """The client's view of a payload; None is an invocation that ended in an error. `accept` is the request's."""
    reading = _Reading(api)
    try:
        answer = reading.answer(_decoded(payload), accept)
    except _Unmappable:
        answer = UNMAPPABLE if api.is_rest else failed(api)
    except (ValueError, RecursionError):  # _Malformed, and all that decoding raises, are kinds of ValueError
        answer = failed(api)
    return replace(answer, undecided=tuple(reading.undecided))


def _decoded(payload: bytes | None) -> Any:
    _require(payload is not None and len(payload) <= LARGEST_PAYLOAD)
    text = (payload or b"").decode("utf-8")
    return json.loads(text, parse_float=_Number, parse_int=_Number, parse_constant=_no_json)


@dataclass(slots=True)
class _Reading:
    """One result on its way to an answer; `undecided` collects what no source tells."""

    api: Api
    undecided: list[Undecided] = field(default_factory=list)

    def answer(self, result: Any, accept: str | None) -> Answer:
        if self.api.kind is Kind.HTTP_2 and not (isinstance(result, dict) and "statusCode" in result):
            return self._inferred(result)
        _require(isinstance(result, dict))
        self._check_keys(result)
        status = self._status(result.get("statusCode"))
        encoded = self._boolean(result.get("isBase64Encoded"))
        lines = list(self._lines(result))
        text = self._text(result.get("body"), "body")
        if result.get("statusCode") is None and (text or not self.api.is_rest):
            self._doubt("answer", "no source tells what a body without a statusCode becomes")
        body = self._body(text or "", encoded, accept) if status not in _BODILESS else b""
        return Answer(status, self._with_content_type(lines), body)

    def _inferred(self, result: Any) -> Answer:
        """Payload 2.0: what has no statusCode is the body itself, as JSON with status 200."""
        if isinstance(result, str) and not isinstance(result, _Number):
            return Answer(200, (JSON,), result.encode("utf-8"))
        self._doubt("body" if result is not None else "answer", "no source tells how an inferred body is spelled")
        return Answer(200, (JSON,), json.dumps(_plain(result), ensure_ascii=False).encode("utf-8"))

    def _check_keys(self, result: Mapping[str, Any]) -> None:
        known = _KEYS | {"cookies"} if self.api.kind is Kind.HTTP_2 else _KEYS
        unknown = result.keys() - known
        if not self.api.is_rest:
            if unknown or (self.api.kind is Kind.HTTP_2 and result.get("multiValueHeaders") is not None):
                self._doubt("answer", "no source tells what an HTTP API makes of a key that its format does not have")
            return
        if unknown & {"cookies", "base64Encoded"}:
            self._doubt("answer", "SAM knows the keys cookies and base64Encoded; no recording has them")
        _require(not unknown)

    def _status(self, value: Any) -> int:
        if value is None:
            return 200
        text = str(value) if isinstance(value, str) else ""
        if re.fullmatch("[2-5][0-9][0-9]", text):
            return int(text)
        if text != "0" and (not text or isinstance(value, _Number) or text.isdigit()):
            self._doubt("answer", f"no source tells what a statusCode of {value!r} becomes")
        raise _Malformed("statusCode")

    def _boolean(self, value: Any) -> bool:
        if not isinstance(value, bool | None):
            self._doubt("answer", "no source tells what isBase64Encoded means that is no bool")
            raise _Malformed("isBase64Encoded")
        return bool(value)

    def _lines(self, result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Values of `multiValueHeaders` first, then those of `headers` that are not among them."""
        multiple: list[tuple[str, str]] = []
        if self.api.kind is not Kind.HTTP_2:
            for name, values in _mapping(result.get("multiValueHeaders")).items():
                _require(isinstance(values, list | None))
                if values is None:
                    self._doubt("answer", "no source tells what null becomes in place of a list of values")
                multiple += [(name.lower(), value) for item in values or () for value in self._header(name, item)]
        single = [
            (name.lower(), value)
            for name, item in _mapping(result.get("headers")).items()
            for value in self._header(name, item)
        ]
        yield from self._sent([*multiple, *(line for line in single if line not in multiple), *self._cookies(result)])

    def _cookies(self, result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        cookies = result.get("cookies")
        if self.api.kind is Kind.HTTP_2 and not isinstance(cookies, list | None):
            self._doubt("answer", "no source tells what cookies become that are no list")
        elif self.api.kind is Kind.HTTP_2 and cookies is not None:
            yield from (("set-cookie", value) for item in cookies for value in self._header("set-cookie", item))

    def _header(self, name: str, item: Any) -> Iterator[str]:
        value = self._text(item, name.lower())
        if value is None:
            self._doubt(name.lower(), "no source tells what a header without a value becomes")
            return
        if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) or re.search("[^\t\x20-\x7e\xa0-\xff]", value):
            self._doubt("status", "no source tells which headers cannot be mapped")
            raise _Unmappable
        yield value.strip(" \t")

    def _sent(self, lines: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        for name, value in lines:
            if not self.api.is_rest:
                if name == "keep-alive":
                    self._doubt(name, f"no source tells what an HTTP API makes of {name}")
                elif name not in _DROPPED_BY_HTTP:
                    yield name, value
            elif name in _RENAMED:
                yield f"x-amzn-remapped-{name}", value
            elif name in _UNKNOWN_ON_REST:
                self._doubt(name, f"no source tells what a REST API makes of {name}")
            elif name != "transfer-encoding":
                yield name, value

    def _with_content_type(self, lines: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        missing = all(name != "content-type" for name, _ in lines)
        return (*lines, *([JSON if self.api.is_rest else _TEXT] if missing else []))

    def _text(self, value: Any, part: str) -> str | None:
        """Text, a bool's text; a number's has no source. Raises for lists and objects."""
        _require(not isinstance(value, list | dict))
        if isinstance(value, _Number) or (part == "body" and isinstance(value, bool)):
            self._doubt(part, "no source tells what becomes of a number here")
        return str(value).lower() if isinstance(value, bool) else value

    def _body(self, text: str, encoded: bool, accept: str | None) -> bytes:
        if not encoded or (self.api.is_rest and not accepted(accept, self.api.binary_media_types)):
            return text.encode("utf-8")
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise _Unmappable from None

    def _doubt(self, part: str, reason: str) -> None:
        self.undecided.append(Undecided(part, reason))


def _plain(value: Any) -> Any:
    """The same with numbers as such."""
    match value:
        case _Number():
            return json.loads(value)
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case _:
            return value


def _mapping(value: Any) -> dict[str, Any]:
    _require(isinstance(value, dict | None))
    return value or {}


def _no_json(constant: str) -> Any:
    raise _Malformed(constant)


def _require(condition: bool) -> None:
    if not condition:
        raise _Malformed
