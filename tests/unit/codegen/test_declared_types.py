"""Values inside an answer have the types that fields, functions and names are declared with."""

from pathlib import Path

import pytest

from codegen.model import ANY, ListOf, OneOf, Primitive, Shape
from tests.unit.codegen.written import Handler, operation

SCHEMAS = """
class Lines:
    def all(self) -> list["Line"]: ...
    async def first(self) -> "Line": ...
    async def named(self) -> dict[str, "Line"]: ...


@dataclass
class Line:
    id: str
    parts: list[int]

    @property
    def total(self) -> float:
        return unknown.weight(self.parts)


class Unit:
    lines: Lines


def new_id() -> str:
    return unknown.make()


def found_id(id) -> str:
    return unknown.make() if id else "none"


@unknown.decorator
def changed() -> str:
    return "text"


@dataclass(frozen=True, kw_only=True)
class CreateOrder:
    author_id: str
    order_id: str = field(default_factory=new_id)
    loose: Any = None


class ApiCreate(BaseModel):
    author_id: str

    def to_domain(self) -> CreateOrder:
        return CreateOrder(author_id=self.author_id, **unknown.rest())

"""


def key(root: Path, value: str, before: str = "") -> object:
    """The type of one key of the answer."""
    body = f'{before}\nreturn {{"statusCode": 200, "body": json.dumps({{"key": {value}}})}}'
    response = operation(root, Handler(body=body, schemas=SCHEMAS)).response
    assert response is not None
    assert isinstance(response.type, Shape)
    return response.type.fields[0].type


CASES = {
    "field of a command": ("cmd.order_id", "cmd = CreateOrder(author_id=unknown)", Primitive("str")),
    "field of what a method returns": (
        "cmd.order_id",
        'cmd = ApiCreate.model_validate_json(event.get("body")).to_domain()',
        Primitive("str"),
    ),
    "name that a with binds": (
        "[line.id for line in unit.lines.all()]",
        "unit: Unit\nwith unknown.begin() as unit:\n    pass",
        ListOf(Primitive("str")),
    ),
    "awaited method": (
        "line.parts",
        "unit: Unit\nasync with unknown.begin() as unit:\n    line = await unit.lines.first()",
        ListOf(Primitive("int")),
    ),
    "item of a mapping": (
        "lines[unknown.name()].total",
        "unit: Unit = unknown.begin()\nlines = await unit.lines.named()",
        Primitive("float"),
    ),
    "item of a mapping that may be missing": (
        'lines["a"].id if lines.get("a") else None',
        "unit: Unit = unknown.begin()\nlines = await unit.lines.named()",
        OneOf((Primitive("str"), Primitive("None"))),
    ),
    "values of a mapping": (
        "[line.id for line in lines.values()]",
        "unit: Unit = unknown.begin()\nlines = await unit.lines.named()",
        ListOf(Primitive("str")),
    ),
    "property": ("line.total", "line: Line = unknown.line()", Primitive("float")),
    "function": ("new_id()", "", Primitive("str")),
    "function of which one way is not followed": ("found_id(id)", "id = unknown.id()", Primitive("str")),
    "function that another one may change": ("changed()", "", ANY),
    "any is no declaration": ("cmd.loose", "cmd = CreateOrder(author_id='x', loose=unknown)", ANY),
}


@pytest.mark.parametrize("name", CASES)
def test_a_value_has_its_declared_type(tmp_path: Path, name: str) -> None:
    value, before, expected = CASES[name]
    assert key(tmp_path, value, before) == expected
