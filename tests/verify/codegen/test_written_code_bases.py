"""Two hundred written code bases: every route right, none made up."""

from pathlib import Path

import pytest

from codegen.codebase import Target
from codegen.command.report import routes_as_objects
from codegen.pipeline import Pipeline
from codegen.settings import load_settings
from tests.support.handlerwriter import disk
from tests.support.handlerwriter.codebase import write
from tests.support.handlerwriter.compare import differences

SEEDS = 200
SHOWN = 5


def test_all_routes_of_200_code_bases_are_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    routes, problems = 0, []
    for seed in range(1, SEEDS + 1):
        code, root = write(seed), tmp_path / str(seed)
        disk.save(code, root)
        target = Target(root, root / "generated", load_settings(root), cache=False)
        endpoints, _ = Pipeline(target).read()
        problems += differences(code, routes_as_objects(endpoints))
        routes += len(code.routes)
    with capsys.disabled():
        print(f"\nwritten code bases: {SEEDS} seeds, {routes} handlers, {len(problems)} wrong")
    assert not problems, "\n\n".join(problems[:SHOWN])


def test_the_handlers_of_20_code_bases_do_what_the_truth_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers, problems = 0, []
    for seed in range(1, 21):
        code, root = write(seed), tmp_path / str(seed)
        disk.save(code, root)
        problems += disk.misbehaving(code, root)
        handlers += len(code.routes)
    with capsys.disabled():
        print(f"\nhonesty of the writer: {handlers} handlers run, {len(problems)} unlike their truth")
    assert problems == []
