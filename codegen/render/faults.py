"""Errors of rendering."""


class RenderError(RuntimeError):
    """A fault of a template, never of a handler: it cannot be printed, or what it prints is no Python."""

    def __init__(self, template: str, line: int, reason: str) -> None:
        super().__init__(f"{template}:{line}: {reason}")
        self.template, self.line, self.reason = template, line, reason
