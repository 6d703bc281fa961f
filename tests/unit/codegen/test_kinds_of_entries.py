"""What Lambda may call beside a function, and what hands a function its event, are read as functions are."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.codegen.written import document, outcome

CODE = """
import json
from dataclasses import dataclass, field
from functools import partial

import attrs
import msgspec
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent, event_source
from aws_lambda_powertools.utilities.parser import envelopes, event_parser, parse
from pydantic import BaseModel


class New(BaseModel):
    name: str
    amount: int = 1


"""
ROUTE = '[[route]]\nmethod = "POST"\npath = "/new"\nhandler = "app.handler"\nauthorizer = "none"\n'
NEW = ({"name", "amount"}, {"name"})

ENTRIES = {
    "object": """
class Base:
    def __call__(self, event, context):
        return {"statusCode": 201, "body": json.dumps(self.run(New.model_validate_json(event["body"])))}

class Handler(Base):
    def run(self, new):
        return {"id": 1}

handler = Handler()
""",
    "partial": """
def create(status, event, context):
    new = New.model_validate_json(event["body"])
    return {"statusCode": status, "body": json.dumps({"id": 1})}

handler = partial(create, 201)
""",
    "lambda": """
def create(new):
    return {"statusCode": 201, "body": json.dumps({"id": 1})}

handler = lambda event, context: create(New.model_validate_json(event["body"]))
""",
    "event parser": """
@event_parser(model=New, envelope=envelopes.ApiGatewayEnvelope)
def handler(event, context):
    return {"statusCode": 201, "body": json.dumps({"id": event.amount})}
""",
    "parse": """
def handler(event, context):
    new = parse(event=event, model=New, envelope=envelopes.ApiGatewayEnvelope)
    return {"statusCode": 201, "body": json.dumps({"id": new.amount})}
""",
    "parse of the body": """
def handler(event, context):
    new = parse(event["body"], New)
    return {"statusCode": 201, "body": json.dumps({"id": new.amount})}
""",
    "event source": """
@event_source(data_class=APIGatewayProxyEvent)
def handler(event: APIGatewayProxyEvent, context):
    new = New(**event.json_body)
    return {"statusCode": 201, "body": json.dumps({"id": 1})}
""",
    "dataclass": """
@dataclass
class Sent:
    name: str
    amount: int = 1

def handler(event, context):
    sent = Sent(**json.loads(event["body"]))
    return {"statusCode": 201, "body": json.dumps({"id": sent.amount})}
""",
    "attrs": """
@attrs.define
class Sent:
    name: str = attrs.field(validator=attrs.validators.min_len(1))
    amount: int = attrs.field(default=1)

def handler(event, context):
    sent = Sent(**json.loads(event["body"]))
    return {"statusCode": 201, "body": json.dumps({"id": sent.amount})}
""",
    "msgspec": """
class Sent(msgspec.Struct):
    name: str
    amount: int = 1

def handler(event, context):
    sent = msgspec.json.decode(event["body"], type=Sent)
    return {"statusCode": 201, "body": msgspec.json.encode({"id": sent.amount}).decode()}
""",
}


def lay(root: Path, text: str) -> dict[str, Any]:
    (root / "app.py").write_text(CODE + text, encoding="utf-8")
    (root / "routes.toml").write_text(ROUTE, encoding="utf-8")
    return document(root)


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_says_what_it_takes_and_answers(tmp_path: Path, name: str) -> None:
    found = lay(tmp_path, ENTRIES[name])
    post = found["paths"]["/new"]["post"]

    def resolved(content: dict[str, Any]) -> dict[str, Any]:
        reference = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        schema: dict[str, Any] = found["components"]["schemas"][reference]
        return schema

    sent = resolved(post["requestBody"]["content"])
    assert (set(sent["properties"]), set(sent["required"])) == NEW
    assert post["requestBody"]["required"] is True
    assert post["responses"].keys() == {"201", "default"}
    assert resolved(post["responses"]["201"]["content"])["properties"]["id"]["type"] == "integer"


@pytest.mark.parametrize(
    "text",
    [
        """
class Chain:
    def __init__(self):
        self.status, self.steps = 200, []
    def use(self, step):
        self.steps.append(step)
        return self
    def __call__(self, event, context):
        result = {"statusCode": self.status}
        for step in self.steps:
            result = step(result)
        return result

handler = Chain().use(lambda result: {"statusCode": 404})
""",
        """
class Changed:
    status = 200
    def __call__(self, event, context):
        return {"statusCode": self.status}

handler = Changed()
handler.status = 404
""",
        "import lost\nhandler = lost.Handler()\n",
    ],
)
def test_an_object_that_other_code_changes_is_any_json_and_told(tmp_path: Path, text: str) -> None:
    post = lay(tmp_path, text)["paths"]["/new"]["post"]
    assert post["responses"]["200"]["content"]["application/json"]["schema"].keys() <= {"title"}
    messages = [one.message for one in outcome(tmp_path).findings if one.code == "CG206"]
    assert messages == ["bodies and answers of app.py:handler are documented as any JSON"]


def test_a_decorator_that_is_only_called_like_one_of_powertools_is_followed(tmp_path: Path) -> None:
    text = """
def validator(function):
    def checked(event, context):
        return {**function(event, context), "statusCode": 418}
    return checked

@validator
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"id": 1})}
"""
    assert lay(tmp_path, text)["paths"]["/new"]["post"]["responses"].keys() == {"418", "default"}
