"""What is said of the body that a handler reads, and of schemas that are not there."""

from pathlib import Path

import pytest

from codegen.codebase import Target
from codegen.model import Operation
from codegen.pipeline import Pipeline
from codegen.settings import load_settings
from tests.unit.codegen.written import Handler, outcome, write

OK = 'return {"statusCode": 200, "body": json.dumps({"ok": True})}'
POST = "POST /orders for orders."


@pytest.mark.parametrize(
    "line",
    [
        'ApiNope.model_validate_json(event["body"])',
        'ApiNope(**json.loads(event["body"]))',
        'TypeAdapter(list[ApiNope]).validate_json(event["body"])',
        "Helpers.process_query_filters_from_aws_event(event=event, filter_schema_class=ApiNope)",
    ],
)
def test_a_schema_that_is_not_defined_is_told_by_its_name(tmp_path: Path, line: str) -> None:
    write(tmp_path, Handler(route=POST, body=f"given = {line}\n{OK}", module="from pydantic import TypeAdapter"))
    (finding,) = outcome(tmp_path).findings
    assert (finding.code, finding.message.rpartition(": ")[2]) == ("CG107", "no ApiNope is defined")


@pytest.mark.parametrize(("payload", "is_optional"), [("1.0", False), ("2.0", True)])
@pytest.mark.parametrize("default", ['"{}"', "DEFAULT", '\'{"name": "x"}\''])
def test_a_default_stands_for_a_body_that_payload_two_leaves_out(
    tmp_path: Path, payload: str, is_optional: bool, default: str
) -> None:
    body = f'given = json.loads(event.get("body", {default}))\n{OK}'
    write(tmp_path, Handler(route=POST, body=body, module='DEFAULT = "{}"'))
    settings = load_settings(tmp_path, ['ports = "src.lambdatwin.ports"', f'payload = "{payload}"'])
    (found,) = Pipeline(Target(tmp_path, tmp_path / "generated", settings, cache=False)).run().endpoints
    assert isinstance(found, Operation)
    assert found.request is not None
    assert found.request.optional is is_optional


def test_a_default_that_the_schema_refuses_leaves_the_body_required(tmp_path: Path) -> None:
    body = f'given = Order.model_validate_json(event.get("body", "{{}}"))\n{OK}'
    write(tmp_path, Handler(route=POST, body=body, schemas="class Order(BaseModel):\n    name: str\n"))
    settings = load_settings(tmp_path, ['ports = "src.lambdatwin.ports"', 'payload = "2.0"'])
    (found,) = Pipeline(Target(tmp_path, tmp_path / "generated", settings, cache=False)).run().endpoints
    assert isinstance(found, Operation)
    assert found.request is not None
    assert not found.request.optional
