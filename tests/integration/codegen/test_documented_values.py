"""What the generated model of an answer says of a value is true of the value: the handler runs, the model judges.

`values/expressions.txt` has one expression a line; `values/statements.txt` blocks that set `v`, apart by empty lines.
"""

import json
from pathlib import Path

import pytest

from tests.golden.codegen.cases import code_base
from tests.support import preloaded
from tests.support.handlerwriter import command

HERE = Path(__file__).parent / "values"
_JUDGE = """
import asyncio, json, sys, warnings
warnings.simplefilter("ignore")
from pydantic import ValidationError
from generated.orders.orders import GetOrderResponse
from shop.orders.aws_lambda.get_order import async_handler

wrong = {}
for id in ("1", "5"):
    for query in (None, {"a": "7"}):
        event = {"pathParameters": {"id": id}, "queryStringParameters": query}
        body = asyncio.run(async_handler(event, None))["body"]
        try:
            GetOrderResponse.model_validate_json(body, strict=True)
        except ValidationError as error:
            said = GetOrderResponse.model_fields
            wrong |= {e["loc"][0]: [str(said[e["loc"][0]].annotation), e["msg"]] for e in error.errors()}
print(json.dumps({"wrong": wrong, "fields": list(GetOrderResponse.model_fields), "keys": list(json.loads(body))}))
"""


def snippets() -> list[str]:
    expressions = (HERE / "expressions.txt").read_text(encoding="utf-8").splitlines()
    blocks = (HERE / "statements.txt").read_text(encoding="utf-8").strip().split("\n\n")
    return [*(f"v = {expression}" for expression in expressions), *blocks]


def handler(snippets: list[str]) -> str:
    lines = [f"    {line}\n" for n, snippet in enumerate(snippets) for line in (*snippet.splitlines(), f"k{n} = v")]
    content = ", ".join(f'"k{n}": k{n}' for n in range(len(snippets)))
    text = (HERE / "handler.txt").read_text(encoding="utf-8")
    return text.replace("    # SNIPPETS\n", "".join(lines) + f"    content = {{{content}}}\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    code_base(tmp_path, "path_hyphen")
    (tmp_path / "shop/orders/aws_lambda/get_line.py").unlink()
    (tmp_path / "shop/kernel.py").write_text((HERE / "kernel.txt").read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def test_the_model_of_an_answer_is_true_of_every_value(root: Path) -> None:
    told = snippets()
    (root / "shop/orders/aws_lambda/get_order.py").write_text(handler(told), encoding="utf-8")
    made = command.run("generate", "--root", str(root), "--out", str(root / "generated"), *command.PORTS)
    assert made.returncode == 0, made.stderr
    judged = preloaded.finished("tests.support.program", _JUDGE, folder=root, environment={})
    assert judged.returncode == 0, judged.stderr
    found = json.loads(judged.stdout)
    assert found["fields"] == found["keys"]
    wrong = [f"{told[int(key[1:])]}\n  said {said}: {message}" for key, (said, message) in found["wrong"].items()]
    assert not wrong, "\n".join(wrong)
