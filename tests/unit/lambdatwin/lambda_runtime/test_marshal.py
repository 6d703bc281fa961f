"""The bridge's marshalling beside the runtime client's own."""

import collections
import enum
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from awslambdaric.lambda_runtime_exception import FaultException
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller
from hypothesis import given
from hypothesis import strategies as st

from src.lambdatwin.lambda_runtime.marshalling import MalformedResult, marshal

Point = collections.namedtuple("Point", ["x", "y"])


class Colour(str, enum.Enum):  # noqa: UP042 - the older spelling prints its class name under str(), unlike StrEnum
    RED = "red"


class Celsius(float):
    def __repr__(self) -> str:
        return "warm"


class Record(dict[str, object]):
    pass


@pytest.fixture(scope="module")
def runtime_client() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_EXECUTION_ENV", "AWS_Lambda_python3.12")
        return LambdaMarshaller()


def _theirs(runtime_client: Any, value: object) -> str | None:
    """The text that the runtime client posts, None where it reports an error or can't post it as UTF-8."""
    try:
        payload, _ = runtime_client.marshal_response(value)
        return payload.decode("utf-8") if isinstance(payload, bytes) else payload.encode("utf-8").decode("utf-8")
    except (FaultException, UnicodeError):
        return None


def _ours(value: object) -> str | None:
    try:
        return marshal(value)
    except MalformedResult:
        return None


VALUES = [
    None,
    True,
    0,
    -0.0,
    1e22,
    1e400,
    0.1,
    float("nan"),
    2**80,
    "text",
    '\u00e9\u2028\u2029\x7f/"\\\b\f\n\r\t\x1b',
    "\ud800",
    b"caf\xc3\xa9",
    b"\xff",
    [b"caf\xc3\xa9"],
    [b"\xff"],
    Decimal("1.50"),
    Decimal("1E+3"),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("-Infinity"),
    Point(1, b"q"),
    [Point(1, (2, 3))],
    Colour.RED,
    HTTPStatus.OK,
    Celsius(1.5),
    Record(a=Record()),
    {b"k": 1, None: 2, True: 3, False: 4, 1.5: 5, 7: 6, float("inf"): 7, Colour.RED: 8, HTTPStatus.OK: 9},
    {Decimal(1): 2},
    {(1, 2): 3},
    {1, 2},
    datetime(2026, 11, 22, tzinfo=UTC),
    (),
    [],
    {},
    bytearray(b"a"),
    range(3),
    Point,
    [1, [2, {"a": [3, None]}]],
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:40])
def test_a_value_is_marshalled_as_in_lambda(runtime_client: Any, value: object) -> None:
    assert _ours(value) == _theirs(runtime_client, value)


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary(max_size=5)
    | st.decimals()
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(
            st.text(max_size=4) | st.integers() | st.booleans() | st.none() | st.floats(), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(_VALUES)
def test_any_value_is_marshalled_as_in_lambda(runtime_client: Any, value: object) -> None:
    assert _ours(value) == _theirs(runtime_client, value)
