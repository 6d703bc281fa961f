"""Schemas that are spelled out, as of the functions of tables, say what pydantic itself says of the same classes."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.unit.codegen.written import document

MODELS = '''
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NotRequired, Optional, TypedDict, Union
from uuid import UUID

from annotated_types import Ge, Len, MinLen
from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    HttpUrl,
    NonNegativeInt,
    PositiveInt,
    RootModel,
    SecretStr,
    StringConstraints,
    conint,
    conlist,
    constr,
)
from pydantic.alias_generators import to_camel

MOST = 99
Code = Annotated[str, Field(min_length=2, max_length=4, pattern=r"^[A-Z]+$")]


class Bounded(BaseModel):
    model_config = ConfigDict(regex_engine="python-re")

    amount: int = Field(ge=1, le=MOST)
    price: Annotated[float, Field(gt=0, lt=1e6)]
    step: int = Field(multiple_of=5)
    name: str = Field(..., min_length=1, max_length=80, pattern=r"^(?!x)\\w+$")
    code: Code
    codes: list[Code] = Field(min_length=1, max_length=3)
    by_code: dict[str, PositiveInt]
    few: Annotated[list[int], Len(1, 2)]
    some: Annotated[list[str], MinLen(1)]
    rank: Optional[Annotated[int, Ge(0)]]
    size: conint(ge=3)
    word: constr(max_length=7)
    pair: conlist(int, min_length=2)
    trimmed: Annotated[str, StringConstraints(max_length=3)]
    total: NonNegativeInt
    exact: Decimal = Field(ge=0)


class Described(BaseModel):
    """What is described."""

    a: str = Field(description="The first", examples=["x", "y"])
    b: int = Field(3, title="Bee", description='Quoted "words"\\nand lines')
    old: str | None = Field(None, deprecated=True)


class Defaults(BaseModel):
    number: int = 3
    price: float = 0
    text: str = "a"
    flag: bool = False
    nothing: str | None = None
    anything: Any = None
    many: list[str] = []
    made: list[str] = Field(default_factory=list)
    made_text: str = Field(default_factory=str)
    chosen: Literal["a", "b"] = "a"
    wanted: str | None


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = Field(9, le=9)


class Dog(BaseModel):
    kind: Literal["dog", "wolf"] = "dog"
    loud: bool


class Chosen(BaseModel):
    pet: Union[Cat, Dog] = Field(discriminator="kind")
    pets: list[Annotated[Union[Cat, Dog], Field(discriminator="kind")]] = []
    either: Cat | Dog | None = None


class Named(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")
    first_name: str
    other: str = Field(alias="another")
    chosen: str = Field(validation_alias=AliasChoices("one", "two"))
    both: str = Field(alias="said", validation_alias="sent")


class Formats(BaseModel):
    mail: EmailStr
    page: HttpUrl
    secret: SecretStr
    id: UUID
    at: datetime
    aware: AwareDatetime


class Base(BaseModel):
    a: int = Field(ge=1)
    b: str


class Derived(Base):
    b: str = "x"
    c: int


class Listed(RootModel[list[Cat]]):
    pass


@dataclass
class Plain:
    """A plain one."""

    a: int
    b: str = "x"
    c: list[int] = field(default_factory=list)
    d: str = field(kw_only=True, metadata={})
    e: Annotated[int, Field(ge=2)] = 4


class Typed(TypedDict):
    """Typed."""

    a: int
    b: NotRequired[Annotated[str, Field(max_length=3)]]
'''
SENT = ["Bounded", "Described", "Defaults", "Chosen", "Named", "Formats", "Derived", "Listed", "Plain", "Typed"]
GOT = ["Bounded", "Described", "Chosen", "Derived", "Formats"]
FUNCTION = """
def on_{name}(event, context):
    sent = TypeAdapter({name}).validate_json(event["body"])
    return {{"statusCode": 200, "body": TypeAdapter({name}).dump_json(sent, by_alias=True).decode()}}
"""
ROUTE = '[[route]]\nmethod = "POST"\npath = "/{name}"\nhandler = "app.on_{name}"\nauthorizer = "none"\n'


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("spelled")
    (root / "models.py").write_text(MODELS, encoding="utf-8")
    functions = "".join(FUNCTION.format(name=name) for name in SENT)
    (root / "app.py").write_text(f"from pydantic import TypeAdapter\nfrom models import *\n{functions}")
    (root / "routes.toml").write_text("".join(ROUTE.format(name=name) for name in SENT))
    return root


@pytest.fixture(scope="module")
def found(laid: Path) -> dict[str, Any]:
    return document(laid)


@pytest.fixture(scope="module")
def models(laid: Path) -> Any:
    spec = importlib.util.spec_from_file_location("spelled_models", laid / "models.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def plain(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema without references, and without the titles that are made of names."""
    if isinstance(schema, list):
        return [plain(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref", "").rpartition("/")[2]
    whole = {**definitions[reference], **schema} if reference else schema
    made = {
        key: {name: plain(part, definitions) for name, part in value.items()}
        if key == "properties"
        else plain(value, definitions)
        for key, value in whole.items()
        if key not in ("$ref", "$defs", "title", "discriminator")
        and (key, value) != ("default", None)  # which FastAPI leaves out
    }
    if made.get("required") is not None:
        made["required"] = sorted(made["required"])
    return made


def body(found: dict[str, Any], name: str) -> dict[str, Any]:
    whole: dict[str, Any] = found["paths"][f"/{name}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return whole


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent(found: dict[str, Any], models: Any, name: str) -> None:
    said = plain(body(found, name), found["components"]["schemas"])
    real = TypeAdapter(getattr(models, name)).json_schema(by_alias=True)
    assert said == plain(real, real.get("$defs", {}))


@pytest.mark.parametrize("name", GOT)
def test_what_is_answered(found: dict[str, Any], models: Any, name: str) -> None:
    """Without the defaults, which a dump has no use for."""
    answer = found["paths"][f"/{name}"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    said = plain(answer, found["components"]["schemas"])
    real = TypeAdapter(getattr(models, name)).json_schema(mode="serialization", by_alias=True)
    assert said == _without_defaults(plain(real, real.get("$defs", {})))


def _without_defaults(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_defaults(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _without_defaults(part) for key, part in schema.items() if key != "default"}


def test_bounds_that_pydantic_refuses_are_left_out(tmp_path: Path) -> None:
    """A dataclass may have them: they count only where pydantic checks its values."""
    text = """
import json
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from pydantic import Field

@dataclass
class Odd:
    a: Annotated[int, Field(ge=0.5, le=9.0)]
    b: Annotated[int | float, Field(ge=0.5)]
    c: Annotated[int, Field(multiple_of=0)]
    d: Annotated[str, Field(max_length=10**30, min_length=-1, pattern="(")]
    e: Annotated[float, Field(ge=-1e999, lt=LARGE)]
    f: Annotated[Any, Field(ge=1, max_length=2)]
    g: Annotated[bool, Field(ge=1)]
    h: bytes = b"x"
    i: int = "text"
    schema: str = "s"
    j: Annotated[str, Field(examples=[b"x"], title=3)] = None

def handler(event, context):
    odd = Odd(**json.loads(event["body"]))
    return {"statusCode": 200, "body": json.dumps(asdict(odd), default=str)}
"""
    (tmp_path / "app.py").write_text(text.replace("LARGE", "1" + "0" * 400))
    (tmp_path / "routes.toml").write_text(ROUTE.format(name="on").replace("app.on_on", "app.handler"))
    found = document(tmp_path)
    sent = plain(body(found, "on"), found["components"]["schemas"])["properties"]
    assert sent["a"] == {"type": "integer", "maximum": 9}
    assert sent["b"]["anyOf"] == [{"type": "integer"}, {"type": "number", "minimum": 0.5}]
    assert (sent["c"], sent["d"], sent["f"]) == ({"type": "integer"}, {"type": "string", "pattern": "("}, {})
    assert sent["schema"] == {"type": "string", "default": "s"}


def test_titles_and_discriminators(found: dict[str, Any]) -> None:
    schemas = found["components"]["schemas"]

    def fields(name: str) -> dict[str, Any]:
        properties: dict[str, Any] = schemas[body(found, name)["$ref"].rpartition("/")[2]]["properties"]
        return properties

    assert fields("Described")["b"]["title"] == "Bee"
    pets = fields("Chosen")
    assert pets["pet"]["discriminator"]["propertyName"] == "kind"
    assert set(pets["pets"]["items"]["discriminator"]["mapping"]) == {"cat", "dog", "wolf"}
