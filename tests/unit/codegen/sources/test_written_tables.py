"""Tables from seeds, in every form: the routes that were written, no others, nothing refused."""

from pathlib import Path

import pytest

from codegen.command.route_report import kind_of
from codegen.declarations import Handler, Route
from codegen.diagnostics import Severity
from tests.golden.sources.cases import linked, write
from tests.support.table_writer import SOURCES, api, code, decorators

SEEDS = [*range(5), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(5, 50))]


def line(route: Route) -> str:
    assert isinstance(route.handler, Handler)
    kind = kind_of(route.authorizer) or "public"
    return f"{route.method} {route.path} {route.handler.path}:{route.handler.function} {kind}"


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("seed", SEEDS)
def test_written_routes_are_read(source: str, seed: int, tmp_path: Path) -> None:
    written = api(seed)
    for path, text in (code(written) | SOURCES[source](seed)).items():
        write(tmp_path / path, text.replace("{root}", tmp_path.resolve().as_posix()))
    found = linked(tmp_path)
    assert [finding for finding in found.findings if finding.severity is Severity.ERROR] == []
    assert sorted(map(line, found.routes)) == sorted(route.line() for route in written.routes)


@pytest.mark.parametrize("seed", SEEDS)
def test_written_decorators_are_read(seed: int, tmp_path: Path) -> None:
    files, written = decorators(seed)
    for path, text in files.items():
        write(tmp_path / path, text)
    found = linked(tmp_path)
    errors = [f for f in found.findings if f.severity is Severity.ERROR and f.code != "CG153"]
    assert errors == []
    assert sorted({line(route).removesuffix(" public") for route in found.routes}) == sorted(set(written))
