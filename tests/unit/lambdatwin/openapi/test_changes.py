"""What counts as breaking for clients, in both directions."""

from typing import Any

import pytest

from src.lambdatwin.openapi import export as openapi
from src.lambdatwin.openapi.changes import breaking_changes
from src.runtimes.fastapi.project import MenuPlanning


def document(*, request: Any = None, response: Any = None, parameters: Any = (), **operation: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"responses": {"200": {"content": {"application/json": {"schema": response or {}}}}}}
    if request is not None:
        described["requestBody"] = {"content": {"application/json": {"schema": request}}}
    return {"paths": {"/things": {"post": {**described, "parameters": list(parameters), **operation}}}}


def thing(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


TEXT, NUMBER, INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}
MAYBE_TEXT = {"anyOf": [TEXT, {"type": "null"}]}
QUERY = {"in": "query", "name": "limit", "schema": INTEGER}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (document(), {"paths": {}}, "the route was removed"),
        (document(request=thing(a=TEXT)), document(request=thing(("a",), a=TEXT)), "field 'a' is newly required"),
        (document(request=thing(a=TEXT)), document(request=thing()), "field 'a' was removed"),
        (document(request=thing(a=NUMBER)), document(request=thing(a=INTEGER)), "no longer takes number"),
        (document(request=thing(a=MAYBE_TEXT)), document(request=thing(a=TEXT)), "no longer takes null"),
        (document(request=TEXT), document(request={**TEXT, "enum": ["a"]}), "takes fewer values"),
        (document(response=thing(a=TEXT)), document(response=thing()), "field 'a' was removed"),
        (document(response=thing(a=TEXT)), document(response=thing(a=MAYBE_TEXT)), "may now be null"),
        (document(response=thing(("a",), a=TEXT)), document(response=thing(a=TEXT)), "may now be missing"),
        (document(), document(parameters=[{**QUERY, "required": True}]), "is newly required"),
        (document(parameters=[QUERY]), document(), "query parameter 'limit' was removed"),
        (document(), document(security=[{"Cognito": []}]), "now wants a token"),
    ],
)
def test_a_breaking_change_is_named(old: Any, new: Any, words: str) -> None:
    assert any(words in change for change in breaking_changes(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (document(request=thing(a=TEXT)), document(request=thing(a=MAYBE_TEXT, b=TEXT))),
        (document(request=thing(a=INTEGER)), document(request=thing(a=NUMBER))),
        (document(response=thing(a=MAYBE_TEXT)), document(response=thing(("a",), a=TEXT, b=TEXT))),
        (document(response=thing(a=NUMBER)), document(response=thing(a=INTEGER))),
        (document(), document(parameters=[QUERY], summary="more")),
        ({"paths": {}}, document()),
    ],
)
def test_what_only_adds_breaks_nothing(old: Any, new: Any) -> None:
    assert breaking_changes(old, new) == []


def test_schemas_that_refer_to_themselves_end() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "name": TEXT}}
    old = {**document(response={"$ref": "#/components/schemas/Node"}), "components": {"schemas": {"Node": node}}}
    changed = {**node, "properties": {**node["properties"], "name": MAYBE_TEXT}}
    new = {**old, "components": {"schemas": {"Node": changed}}}
    assert breaking_changes(old, new)[0] == "POST /things: response 200: field 'name' may now be null"


@pytest.mark.parametrize("name", ["", "nothing.json", __file__])
def test_an_older_document_that_cannot_be_read_is_named(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as usage:
        openapi.main(["--against", name], MenuPlanning())
    assert usage.value.code == 2
    assert "make breaking BASE=" in capsys.readouterr().err
