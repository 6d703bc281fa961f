"""A FastAPI twin for a Lambda API: the handlers run unchanged, and answer as API Gateway and Lambda would.

`Project` is what a backend subclasses, `create_app` makes the app, `install` serves generated routers in another app.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import create_app, install
    from .project import Project

__all__ = ["Project", "create_app", "install"]


def __getattr__(name: str) -> Any:
    # Imported when asked for: the command's help does not wait for FastAPI, nor Ctrl-C for any import.
    if name == "Project":
        from . import project

        return project.Project
    if name in ("create_app", "install"):
        from . import app

        return getattr(app, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
