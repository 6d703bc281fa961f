"""Results of handlers as a REST API answers them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.lambdatwin.gateway.api import RestApi
from src.lambdatwin.gateway.http import GatewayResponse
from src.lambdatwin.gateway.result import rest_response
from src.lambdatwin.lambda_runtime.marshalling import PAYLOAD_LIMIT, MalformedResult
from tests.unit.lambdatwin.gateway.rest_cases import CASES, Answer, Case


def _seen(response: GatewayResponse) -> Answer:
    headers = tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in response.headers)
    return Answer(response.status, response.body, headers)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_result_gives_the_gateways_answer(case: Case) -> None:
    if case.answer is None:
        with pytest.raises(MalformedResult) as raised:
            rest_response(case.result)
        assert raised.value.reason
    else:
        assert _seen(rest_response(case.result)) == case.answer


def test_the_table_is_large_enough() -> None:
    assert len(CASES) >= 80


def test_the_malformed_answer_is_exact() -> None:
    answer = RestApi().failed(None)
    assert (answer.status, answer.body) == (502, b'{"message": "Internal server error"}')
    assert answer.headers == (
        (b"content-type", b"application/json"),
        (b"x-amzn-errortype", b"InternalServerErrorException"),
    )


@pytest.mark.parametrize(
    ("result", "status"),
    [
        ({"statusCode": 200, "body": "%", "isBase64Encoded": True}, 500),
        ({"statusCode": 200, "headers": {"A": "b\r\nc"}}, 500),
        ({"statusCode": 200, "headers": {"A B": "c"}, "isBase64Encoded": False}, 500),
        ({"statusCode": 200, "body": "x", "wrong": 1}, 502),
        ({"statusCode": 200, "multiValueHeaders": {"A": "b"}}, 502),
        ({"statusCode": "abc"}, 502),
        ("text", 502),
    ],
)
def test_what_cannot_be_sent_is_a_500_and_what_is_malformed_a_502(result: object, status: int) -> None:
    api = RestApi(binary_media_types=("*/*",))
    with pytest.raises(MalformedResult) as raised:
        api.response(result, "image/png")
    assert api.failed(raised.value) == RestApi().failed(None)._replace(status=status)


def test_a_result_that_contains_itself_is_malformed() -> None:
    loop: dict[str, object] = {"statusCode": 200}
    loop["body"] = [loop]
    with pytest.raises(MalformedResult):
        rest_response(loop)


def test_a_result_nested_too_deeply_is_malformed() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, b"[" * 100_000):
        with pytest.raises(MalformedResult):
            rest_response(value)


def test_the_payload_limit_is_a_limit_of_bytes() -> None:
    frame = len('{"statusCode": 200, "body": ""}')
    assert rest_response({"statusCode": 200, "body": "x" * (PAYLOAD_LIMIT - frame)}).status == 200
    with pytest.raises(MalformedResult, match="ResponseSizeTooLarge"):
        rest_response({"statusCode": 200, "body": "x" * (PAYLOAD_LIMIT - frame + 1)})
    with pytest.raises(MalformedResult, match="ResponseSizeTooLarge"):
        rest_response({"statusCode": 200, "headers": {}, "body": "\u00e9" * (PAYLOAD_LIMIT // 2)})


PNG = base64.b64encode(b"\x89PNG").decode()


@pytest.mark.parametrize(
    ("accept", "types", "decoded"),
    [
        ("image/png", ["image/png"], True),
        ("IMAGE/PNG;q=1, text/html", ["image/png"], True),
        ("image/png", ["Image/PNG"], True),
        ("image/png, text/html", ["image/png"], True),
        ("text/html, image/png", ["image/png"], False),
        ("*/*", ["image/png"], False),
        ("text/html", ["*/*"], True),
        (None, ["*/*"], False),
        ("", ["*/*"], False),
        ("*/*", ["*/*"], True),
        ("image/png", ["image/*"], True),
        ("image/png", ["Image/*"], True),
        ("image/*", ["image/*"], True),
        ("image/*", ["image/png"], False),
        ("imagery/png", ["image/*"], False),
        ("image/png", ["*/png"], False),
        ("*/png", ["*/png"], False),
        ("image", ["image/*"], False),
        (None, ["image/png"], False),
        ("image/png", [], False),
    ],
)
def test_base64_is_decoded_when_the_first_accepted_type_is_binary(
    accept: str | None, types: list[str], decoded: bool
) -> None:
    answer = {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": PNG, "isBase64Encoded": True}
    response = rest_response(answer, accept=accept, binary_media_types=types)
    assert response.body == (b"\x89PNG" if decoded else PNG.encode())


def test_the_older_name_of_the_base64_flag_wins() -> None:
    both = {"statusCode": 200, "body": PNG, "base64Encoded": True, "isBase64Encoded": False}
    assert rest_response(both, accept="image/png", binary_media_types=["*/*"]).body == b"\x89PNG"


@pytest.mark.parametrize("body", ["a", "a===", "\u00e9", "a b=", "$$$$"])
def test_bad_base64_is_malformed_only_where_it_would_be_decoded(body: str) -> None:
    answer = {"statusCode": 200, "body": body, "isBase64Encoded": True}
    assert rest_response(answer).body == body.encode()
    with pytest.raises(MalformedResult, match="Base64"):
        rest_response(answer, accept="image/png", binary_media_types=["*/*"])


def test_equal_header_values_of_different_types_do_not_share_an_answer() -> None:
    texts = [
        rest_response({"statusCode": 200, "headers": {"x-cached": value}, "body": ""}) for value in ("1", 1, True, 1.0)
    ]
    assert [dict(response.headers)[b"x-cached"] for response in texts] == [b"1", b"1", b"true", b"1.0"]


_HEADER_TEXT = st.text(st.sampled_from("aB-\u00e9 \t\r\n\x00:\u4f60\ud800"), max_size=6)
_PLAIN = st.fixed_dictionaries(
    {
        "statusCode": st.sampled_from([100, 199, 200, 204, 304, 404, 599, 600, True, "200"]),
        "headers": st.dictionaries(_HEADER_TEXT, _HEADER_TEXT | st.none() | st.integers() | st.booleans(), max_size=3),
        "body": st.text(st.characters(), max_size=10) | st.binary(max_size=6) | st.none(),
    }
)


def _outcome(answer: object) -> GatewayResponse | str:
    try:
        return rest_response(answer)
    except MalformedResult:
        return "malformed"


@given(_PLAIN)
def test_the_short_way_agrees_with_the_long_one(answer: dict[str, object]) -> None:
    assert _outcome(answer) == _outcome({**answer, "isBase64Encoded": False})


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=8), max_size=4),
    st.dictionaries(st.text(max_size=4), st.lists(st.text(max_size=5)), max_size=2),
)
def test_no_header_ever_ends_a_line(single: dict[str, str], multiple: dict[str, list[str]]) -> None:
    try:
        response = rest_response({"statusCode": 200, "headers": single, "multiValueHeaders": multiple, "body": "x"})
    except MalformedResult:
        return
    for name, value in response.headers:
        assert not set(name + value) & set(b"\r\n\x00")
        assert name == name.lower()
        assert value == value.strip(b" \t")
