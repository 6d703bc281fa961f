"""Tables that nobody wrote on purpose: each is read or refused, in bounded time, and nothing is touched."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.golden.sources.cases import write
from tests.support.hostile_tables import mutate_and_read, read_in_time

FUZZED = 25  # tests/verify has 5 000


@pytest.mark.parametrize("seed", range(FUZZED))
def test_a_mutated_table_is_read_or_refused(seed: int, tmp_path: Path) -> None:
    mutate_and_read(seed, tmp_path)


def laughs(leaf: str, levels: int = 30) -> str:
    lines = [f"a0: &a0 {leaf}"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, levels)]
    return "\n".join([*lines, "Resources: {X: {Type: X}}", "service: x"])


def nested(levels: int) -> str:
    return "Resources: " + "[" * levels + "]" * levels


def loops(levels: int) -> str:
    inner = "{Type: X}"
    for n in range(levels):
        inner = f"{{'Fn::ForEach::L{n}': [V{n}, [a, b, c, d, e, f, g, h], {{'X&{{V{n}}}': {inner}}}]}}"
    return f"Resources: {inner}"


def doubling(form: Callable[[int], str], levels: int = 40) -> str:
    return "\n".join(f"  v{n}: {form(n)}" for n in range(1, levels)) + "\n  v0: xxxxxxxxxx\n"


BOMBS = {
    "laughs": laughs("lol"),
    "laughs_of_keys": "a: &a {x: 1}\n"
    + "\n".join(f"b{n}: &b{n} {{<<: *a, y: *a}}" for n in range(9))
    + "\nResources: {}\n",
    "itself": "a: &a [*a]\nResources: {X: *a}\nservice: x",
    "merged_itself": "a: &a {<<: *a}\nResources: {X: *a}\nservice: x",
    "loops": loops(9),
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


@pytest.mark.long
@pytest.mark.parametrize("bomb", VARIABLES.values(), ids=VARIABLES)
def test_a_bomb_of_variables_is_refused(bomb: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root / "serverless.yml", bomb + "functions: '${self:custom.v39}'\n")
    assert read_in_time(root) & {"CG150", "CG151", "CG156"}


@pytest.mark.long
def test_a_bomb_of_stacks_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    inner = "{TemplateURL: template.yaml, Parameters: {P: !Sub '${P}${P}'}}"
    stacks = "\n".join(f"  N{n}: {{Type: AWS::CloudFormation::Stack, Properties: {inner}}}" for n in range(9))
    write(root / "template.yaml", f"Parameters: {{P: {{Type: String, Default: xxxx}}}}\nResources:\n{stacks}\n")
    assert read_in_time(root) & {"CG151"}
