"""Tables that nobody wrote on purpose: each is read or refused, in bounded time, and nothing is touched."""

import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.diagnostics import RULES
from codegen.route_report import declared_as_objects
from tests.golden.sources.cases import case, cases, linked, write

FUZZED = 250
SECONDS = 5.0  # each file takes milliseconds; the limit is for what would hang
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
    before, start = tree(root.parent), time.process_time()
    found = linked(root)
    declared_as_objects(found.routes)
    assert time.process_time() - start < SECONDS
    assert tree(root.parent) == before
    codes = {finding.code for finding in found.findings}
    assert codes <= RULES.keys() - {"CG199"}
    return codes


@pytest.mark.parametrize("seed", range(FUZZED))
def test_a_mutated_table_is_read_or_refused(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    path = rng.choice([one for one in cases() if not one.stem.startswith("run")])
    project, root = case(path), tmp_path / "root"
    project.lay(root)
    names = [name for name in project.sections if name.endswith((".yaml", ".yml", ".json", ".toml", ".py"))]
    names = [name for name in names if name != "pyproject.toml"]
    if names:
        name = rng.choice(names)
        write(root / name, mutated(rng, project.sections[name]))
    read_in_time(root)


def laughs(leaf: str, levels: int = 30) -> str:
    lines = [f"a0: &a0 {leaf}"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, levels)]
    return "\n".join([*lines, "Resources: {X: {Type: X}}", "service: x"])


def nested(levels: int) -> str:
    return "Resources: " + "[" * levels + "]" * levels


def doubling(form: Callable[[int], str], levels: int = 40) -> str:
    return "\n".join(f"  v{n}: {form(n)}" for n in range(1, levels)) + "\n  v0: xxxxxxxxxx\n"


BOMBS = {
    "laughs": laughs("lol"),
    "laughs_of_keys": "a: &a {x: 1}\n"
    + "\n".join(f"b{n}: &b{n} {{<<: *a, y: *a}}" for n in range(9))
    + "\nResources: {}\n",
    "itself": "a: &a [*a]\nResources: {X: *a}\nservice: x",
    "merged_itself": "a: &a {<<: *a}\nResources: {X: *a}\nservice: x",
    "deep": nested(500),
    "very_deep": nested(50_000),
    "deep_blocks": "\n".join(" " * n + "a:" for n in range(3000)) + "\nResources: 1",
    "nothing": "",
    "a_list": "[Resources, service]",
    "two_documents": "Resources: {}\n---\nResources: {}\n",
    "a_python_object": "!!python/object/apply:os.system ['touch planted']\n",
    "nul": "Resources: \x00",
    "latin": "Resources: {X: \xe9}",
}
VARIABLES = {
    "doubled": "service: x\ncustom:\n" + doubling(lambda n: f"${{self:custom.v{n - 1}}}${{self:custom.v{n - 1}}}"),
    "doubled_lists": "service: x\ncustom:\n"
    + doubling(lambda n: f"['${{self:custom.v{n - 1}}}', '${{self:custom.v{n - 1}}}']"),
    "round": "service: x\ncustom: {v39: '${self:custom.a}', a: '${self:custom.b}', b: '${self:custom.a}'}\n",
    "itself": "service: x\ncustom: {v39: '${self:}'}\n",
    "file_of_itself": "service: x\ncustom: {v39: '${file(serverless.yml)}'}\n",
    "deep": "service: x\ncustom: {v39: '" + "${self:" * 3000 + "}" * 3000 + "'}\n",
}


@pytest.mark.parametrize("name", ["template.yaml", "serverless.yml"])
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused(name: str, bomb: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root / name, bomb)
    kind = "sam" if name == "template.yaml" else "serverless"
    write(root / "pyproject.toml", f"[[tool.codegen.route_source]]\nkind = '{kind}'\npath = '{name}'\n")
    assert read_in_time(root) & {"CG150", "CG151"}


@pytest.mark.parametrize("bomb", VARIABLES.values(), ids=VARIABLES)
def test_a_bomb_of_variables_is_refused(bomb: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root / "serverless.yml", bomb + "functions: '${self:custom.v39}'\n")
    assert read_in_time(root) & {"CG150", "CG151", "CG156"}


def test_a_bomb_of_stacks_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    inner = "{TemplateURL: template.yaml, Parameters: {P: !Sub '${P}${P}'}}"
    stacks = "\n".join(f"  N{n}: {{Type: AWS::CloudFormation::Stack, Properties: {inner}}}" for n in range(9))
    write(root / "template.yaml", f"Parameters: {{P: {{Type: String, Default: xxxx}}}}\nResources:\n{stacks}\n")
    assert read_in_time(root) & {"CG151"}
