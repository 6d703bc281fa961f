"""Mutated handler modules, the standard library and hostile text as input: no exception, no unsafe output."""

import sys
import sysconfig
from pathlib import Path
from random import Random

import pytest

from tests.support.handlerwriter import hostile
from tests.support.handlerwriter.codebase import write
from tests.support.handlerwriter.fuzzing import examine, mutants, save_ground
from tests.support.handlerwriter.mutations import HOSTILE

MUTANTS = 20_000
BATCH = 100
GROUNDS = 8
TAIL = '''

import json

import anyio


async def async_handler(event, context):
    """Handle GET /library-NUMBER to read it."""
    return {"statusCode": 200, "headers": {}, "body": json.dumps({"a": __name__})}


def lambda_handler(event, context):
    return anyio.run(async_handler, event, context)
'''


@pytest.mark.filterwarnings("ignore:.*:SyntaxWarning")
def test_20_000_mutated_modules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    routed, problems = 0, []
    for ground in range(GROUNDS):
        code, root = write(7000 + ground), tmp_path / str(ground)
        handlers = save_ground(code, root)
        for batch in range(MUTANTS // BATCH // GROUNDS):
            modules = mutants(Random(f"{ground} {batch}"), code, handlers, BATCH)
            verdict = examine(root, modules)
            routed += verdict.routed
            problems += [f"ground {ground}, batch {batch}: {problem}" for problem in verdict.problems]
    with capsys.disabled():
        print(f"\nfuzzing: {MUTANTS} mutated modules, {routed} still routes, {len(problems)} problems")
    assert problems == []


def test_every_module_of_the_standard_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = Path(sysconfig.get_path("stdlib"))
    files = [path for path in sorted(library.rglob("*.py")) if "site-packages" not in path.parts]
    assert len(files) > 500, f"no library at {library}"
    code = write(7100)
    handlers = save_ground(code, tmp_path)
    folder = Path(handlers[0]).parts[: Path(handlers[0]).parts.index("aws_lambda") + 1]
    problems: list[str] = []
    routed = 0
    for start in range(0, len(files), BATCH):
        chosen = files[start : start + BATCH]
        plain = {"/".join((*folder, f"library_{n}.py")): path.read_bytes() for n, path in enumerate(chosen)}
        tailed = {
            name.replace("library", "routed"): data + TAIL.replace("NUMBER", str(number)).encode()
            for number, (name, data) in enumerate(plain.items())
        }
        verdict = examine(tmp_path, plain | tailed)
        problems += verdict.problems
        routed += verdict.routed
    with capsys.disabled():
        version = ".".join(map(str, sys.version_info[:3]))
        told = f"{len(files)} modules, {routed} of them routed with a handler added, {len(problems)} problems"
        print(f"\nstandard library {version}: {told}")
    assert problems == []
    assert routed > len(files) // 2


def test_hostile_text_in_every_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    routes, problems = hostile.generated(tmp_path)
    with capsys.disabled():
        print(f"\nhostile text: {routes} routes generated and imported, {len(problems)} problems")
    assert problems == []
    assert routes > 4 * len(HOSTILE)
