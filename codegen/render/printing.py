"""Renders Jinja templates by name; an error names the template and the line."""

import traceback
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError

from .faults import RenderError
from .literals import docstring, lit


class Missing(StrictUndefined):
    """A name that is not there fails where it stands: StrictUndefined lets tests, defaults and `repr` pass."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        str(self)  # raises UndefinedError


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
