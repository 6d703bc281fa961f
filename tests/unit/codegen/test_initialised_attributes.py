"""An attribute that `__init__` sets, of an object that is known by its class alone, has the type that stands there."""

from pathlib import Path

import pytest

from tests.unit.codegen.written import Handler, document, outcome, write

_STORE = """
class Order(BaseModel):
    id: int
    note: str


class Stored:
    def __init__(self) -> None:
        self.orders{annotation} = {{}}

    async def find(self, key):
        return self.orders[key]


class Orders(Stored):
    def __init__(self) -> None:
        super().__init__()
        self.name = ""


async def load(store: Orders):
    return await store.find("a")
"""
_BODY = 'return {"statusCode": 200, "body": (await load(event["store"])).model_dump_json()}'


def handler(annotation: str) -> Handler:
    return Handler(schemas=_STORE.format(annotation=annotation), body=_BODY)


def test_its_annotation_tells_the_body(tmp_path: Path) -> None:
    found = document(tmp_path, handler(": dict[str, Order]"))
    answer = found["paths"]["/orders"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/Order"}


@pytest.mark.parametrize("annotation", ["", ": dict"])
def test_without_one_no_finding_says_that_the_class_has_none(tmp_path: Path, annotation: str) -> None:
    write(tmp_path, handler(annotation))
    said = [finding.message for finding in outcome(tmp_path).findings]
    assert any("shape of this body is not known" in message for message in said)
    assert not any("has no orders" in message for message in said)
