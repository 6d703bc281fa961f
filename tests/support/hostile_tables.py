"""Tables that are changed at random, and what reading them must not do."""

import gc
import random
import re
import time
from pathlib import Path

from codegen.command.route_report import declared_as_objects
from codegen.diagnostics import RULES
from tests.golden.sources.cases import case, cases, linked, write

SECONDS = 5.0  # of CPU: each file takes milliseconds; the limit is for what would hang
_VALUES = [
    "null",
    "[]",
    "{}",
    "!Ref:X",
    "!GetAtt:X",
    "!Sub:'${X}${Y.Z}'",
    "{Ref::Api}",
    "{'Fn::If'::[a,:b]}",
    "*a",
    "&a:[1]",
    "${self:}",
    "true",
    "~",
    "-1",
    "${self:custom.${self:a}}",
    "${file(serverless.yml)}",
    "${file(../../etc/passwd)}",
    "'/{a}/{a}'",
    "{'Fn::Select'::[9,:[]]}",
    "\x00",
    "{'Fn::FindInMap'::[a]}",
    "!Join:[1]",
    "é",
    "[[[[[[[]]]]]]]",
    "99999999999999999999999999999",
    "2010-09-09",
    "<<",
]


def mutated(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        match rng.randrange(7):
            case 0:
                del lines[at : at + rng.randint(1, 3)]
            case 1:
                lines.insert(rng.randrange(len(lines) + 1), lines[at])
            case 2:
                lines[at] = re.sub(r":\s.*$", lambda _: f": {rng.choice(_VALUES)}", lines[at])
            case 3:
                lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
            case 4:
                lines[at] = " " * rng.randrange(9) + lines[at].strip()
            case 5:
                words = re.findall(r"[\w$:]+", text) or ["x"]
                lines[at] = lines[at].replace(rng.choice(re.findall(r"\w+", lines[at]) or ["x"]), rng.choice(words), 1)
            case _:
                place = rng.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:place] + rng.choice("{}[]:,&*!'\"\\%\t#-") + lines[at][place:]
        lines = lines or [""]
    return "\n".join(lines)


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def read_in_time(root: Path) -> set[str]:
    """The codes of the findings; the reading is bounded, and leaves everything as it was."""
    gc.disable()  # what other tests have left in this process is none of its time
    before, start = tree(root.parent), time.process_time()
    found = linked(root)
    declared_as_objects(found.routes)
    seconds = time.process_time() - start
    gc.enable()
    assert seconds < SECONDS
    assert tree(root.parent) == before
    codes = {finding.code for finding in found.findings}
    assert codes <= RULES.keys() - {"CG199"}
    return codes


def mutate_and_read(seed: int, folder: Path) -> None:
    """One project of tests/golden/sources with one of its files changed at random."""
    rng = random.Random(seed)
    path = rng.choice([one for one in cases() if not one.stem.startswith("run")])
    project, root = case(path), folder / "root"
    project.lay(root)
    names = [name for name in project.sections if name.endswith((".yaml", ".yml", ".json", ".toml", ".py"))]
    names = [name for name in names if name != "pyproject.toml"]
    if names:
        name = rng.choice(names)
        write(root / name, mutated(rng, project.sections[name]))
    read_in_time(root)
