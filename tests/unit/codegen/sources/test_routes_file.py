"""A table that is written reads back as what it was, whatever source it came from."""

from pathlib import Path

import pytest

from codegen.declarations import Cors, LambdaAuthorizer, Unresolved
from codegen.sources.routes_file import written
from tests.golden.sources.cases import case, cases, linked, route_line, write


@pytest.mark.parametrize("path", cases(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_written_routes_read_back(path: Path, tmp_path: Path) -> None:
    project = case(path)
    project.lay(tmp_path)
    known = [
        route
        for route in linked(tmp_path).routes
        if not isinstance(route.handler, Unresolved)
        and not isinstance(route.authorizer, Unresolved)
        and not (isinstance(route.authorizer, LambdaAuthorizer) and isinstance(route.authorizer.handler, Unresolved))
    ]
    text = written(known)
    write(tmp_path / "frozen.toml", text)
    write(tmp_path / "pyproject.toml", "[[tool.codegen.route_source]]\nkind = 'routes'\npath = 'frozen.toml'\n")
    again = linked(tmp_path).routes
    assert [route_line(route) for route in again] == [route_line(route) for route in known]
    assert [(one.handler, one.api.kind, one.api.stage) for one in again] == [
        (one.handler, one.api.kind, one.api.stage) for one in known
    ]
    assert [one.api.cors or Cors() for one in again] == [one.api.cors or Cors() for one in known]
    assert written(again) == text
