"""No silent difference between what a handler answers and what is documented: each handler runs, the document judges.

`hard/*_cases.txt` hold the cases. A case begins with `## name`; then, before its code, lines `# route:` (METHOD /path),
`# send:` (one request as JSON: path, query, body), `# decorator:` (of the handler, below the endpoint's) and `# warns:`
(codes of the warnings that the case must bring: only such a case may be documented as of an unknown shape). `---` parts
the module's code from the handler's body.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from codegen.codebase import Target
from codegen.pipeline import Pipeline
from codegen.settings import load_settings
from tests.golden.codegen.cases import code_base
from tests.support.handlerwriter.command import PORTS, REPOSITORY

HERE = Path(__file__).parent / "hard"
# Warnings of style, which say nothing of the document's truth.
STYLE = {"CG202", "CG205", "CG301"}


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    route: str
    sends: tuple[dict[str, Any], ...]
    warns: frozenset[str]
    decorators: tuple[str, ...]
    top: str
    body: str

    def source(self) -> str:
        text = (HERE / "handler.txt").read_text(encoding="utf-8")
        body = "".join(f"    {line}\n" if line else "\n" for line in self.body.splitlines())
        method, path = self.route.split(" ", 1)
        text = text.replace("ROUTE", f"{method} /orders/{self.name}{path}")
        text = text.replace("# DECORATORS\n", "".join(f"{line}\n" for line in self.decorators))
        return text.replace("# TOP\n", f"{self.top}\n\n\n").replace("    # BODY\n", body)


def cases() -> Iterator[Case]:
    for file in sorted(HERE.glob("*_cases.txt")):
        for text in re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name, _, rest = text.partition("\n")
            said = dict.fromkeys(("route", "warns"), "") | dict(
                re.findall(r"^# (route|warns): (.*)$", rest, re.MULTILINE)
            )
            sends = tuple(json.loads(line) for line in re.findall(r"^# send: (.*)$", rest, re.MULTILINE))
            decorators = tuple(re.findall(r"^# decorator: (.*)$", rest, re.MULTILINE))
            code = re.sub(r"^# (route|warns|send|decorator): .*\n", "", rest, flags=re.MULTILINE)
            top, _, body = code.rpartition("---\n")
            yield Case(
                name, said["route"] or "GET /{id}", sends, frozenset(said["warns"].split()), decorators, top, body
            )


CASES = {case.name: case for case in cases()}


@dataclass(frozen=True, slots=True)
class Told:
    """What the generator says of a case, and what the document gets wrong of what the handler did."""

    codes: frozenset[str]
    said: tuple[str, ...]
    wrong: tuple[str, ...]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    root = tmp_path_factory.mktemp("hard")
    code_base(root).unlink()
    (root / "shop/kernel.py").write_text((HERE / "kernel.txt").read_text(encoding="utf-8"), encoding="utf-8")
    for case in CASES.values():
        (root / f"shop/orders/aws_lambda/{case.name}.py").write_text(case.source(), encoding="utf-8")
    settings = load_settings(root, PORTS[1:])
    outcome = Pipeline(Target(root, root / "generated", settings, cache=False)).run()
    assert outcome.files is not None, [f"{f.spot.path}: {f.code} {f.message}" for f in outcome.findings]
    for file in outcome.files:
        path = root / "generated" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    sends = {name: case.sends for name, case in CASES.items()}
    judged = subprocess.run(
        [sys.executable, str(HERE / "judge.py")],
        cwd=root,
        env={"PYTHONPATH": f"{root}:{REPOSITORY}"},
        input=json.dumps(sends),
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stderr
    wrong = json.loads(judged.stdout)
    found: dict[str, Told] = {}
    for name in CASES:
        own = [f for f in outcome.findings if f.spot.path.endswith(f"/{name}.py") and f.code not in STYLE]
        messages = tuple(f"{f.code} {f.message}" for f in own)
        codes = frozenset(f.code for f in own)
        silent = [w for w in wrong[name] if not ("CG108" in codes and w.startswith("answers "))]
        found[name] = Told(codes, messages, tuple(silent))
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_document_says_what_the_handler_does(name: str, told: dict[str, Told]) -> None:
    assert told[name].wrong == ()
    assert told[name].codes == CASES[name].warns, told[name].said
