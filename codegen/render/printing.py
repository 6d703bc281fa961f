"""Renders Jinja templates by name; an error names the template and the line."""

import traceback
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.bccache import Bucket

from .faults import RenderError
from .literals import docstring, lit


class Missing(StrictUndefined):
    """A name that is not there fails where it stands: StrictUndefined lets tests, defaults and `repr` pass."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        str(self)  # raises UndefinedError


class _Compiled(BytecodeCache):
    """What this process has compiled, by a template's place and text: in a small run that takes longer than the rest,
    and `watch` makes many runs."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Printer:
    """Templates of several folders: the first one that has a template counts."""

    def __init__(self, templates: tuple[Path, ...]) -> None:
        self._folders = templates
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            undefined=Missing,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=_COMPILED,
            autoescape=False,  # noqa: S701 - the output is Python: `lit` quotes every value
        )
        self._environment.filters |= {"lit": lit, "docstring": docstring}

    def text(self, template: str, **values: object) -> str:
        """Raises RenderError."""
        try:
            return self._environment.get_template(template).render(values)
        # The boundary to code that is not the generator's: an expression of a template raises whatever it likes.
        except Exception as error:
            raise self._fault(template, error) from error

    def _fault(self, template: str, error: Exception) -> RenderError:
        reason = str(error) or type(error).__name__
        if isinstance(error, TemplateSyntaxError):
            return RenderError(error.name or template, error.lineno, error.message or reason)
        frames = [(Path(f.filename), f.lineno or 1) for f in traceback.extract_tb(error.__traceback__)]
        inside = [(path.name, line) for path, line in frames if path.parent in self._folders]
        name, line = inside[-1] if inside else (template, 1)
        return RenderError(name, line, reason)
