"""The gateway's own answers, byte for byte."""

import json
from base64 import b64encode
from hashlib import sha256

import pytest

from src.lambdatwin.gateway import answers
from src.lambdatwin.gateway.answers import TokenFault
from src.lambdatwin.gateway.api import Api, HttpApi, RestApi
from src.lambdatwin.gateway.http import GatewayResponse
from src.lambdatwin.installation import configured_api
from src.lambdatwin.lambda_runtime.marshalling import MalformedResult
from src.lambdatwin.settings import Settings
from tests.support.answer_facts import ANSWER_FACTS, FAILED, AnswerFact, Mode

JSON = (b"content-type", b"application/json")
REST, HTTP = RestApi(), HttpApi()
FACTS = [(fact, mode) for fact in ANSWER_FACTS for mode in fact.modes]


def _answer(api: Api, fact: AnswerFact) -> GatewayResponse:
    try:
        return api.response(fact.result, fact.accept)
    except MalformedResult as error:
        return api.failed(error)


@pytest.mark.parametrize(("fact", "mode"), FACTS, ids=[f"{mode}: {fact.name}" for fact, mode in FACTS])
def test_a_result_has_the_answer_of_the_table_of_facts(fact: AnswerFact, mode: Mode) -> None:
    found = _answer(configured_api(Settings(gateway_payload=mode, binary_media_types=fact.binary)), fact)
    expected = fact.expected[mode] or FAILED[mode]
    lines = [(name.decode(), value.decode("latin-1")) for name, value in found.headers]
    assert (found.status, sorted(lines), found.body) == (expected.status, sorted(expected.headers), expected.body)


@pytest.mark.parametrize(
    ("answer", "status", "body", "error_type"),
    [
        (answers.UNAUTHORIZED, 401, '{"message":"Unauthorized"}', "Unauthorized"),
        (answers.TOKEN_EXPIRED, 401, '{"message":"The incoming token has expired"}', "Unauthorized"),
        (answers.AUTHORIZER_FAILED, 500, '{"message":null}', "AuthorizerConfiguration"),
        (answers.REQUEST_TOO_LONG, 413, '{"message": "Request Too Long"}', "BadRequest"),
        (REST.failed(None), 502, '{"message": "Internal server error"}', "InternalServerError"),
        (REST.TIMED_OUT, 504, '{"message": "Endpoint request timed out"}', "InternalServerError"),
        (answers.FORBIDDEN, 403, '{"message":"Forbidden"}', "Forbidden"),
        (REST.unrouted(()), 403, '{"message":"Missing Authentication Token"}', "MissingAuthenticationToken"),
    ],
)
def test_a_rest_api_names_the_kind_of_failure(answer: GatewayResponse, status: int, body: str, error_type: str) -> None:
    kind = (b"x-amzn-errortype", f"{error_type}Exception".encode())
    assert answer == GatewayResponse(status, (JSON, kind), body.encode())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (answers.EXPLICIT_DENY, "with an explicit deny in"),
        (answers.NO_ALLOW, "because no identity-based policy allows"),
    ],
)
def test_a_policy_that_refuses_writes_its_message_with_a_capital(answer: GatewayResponse, words: str) -> None:
    assert words in json.loads(answer.body)["Message"]
    assert answer.status == 403
    assert answer.headers[1] == (b"x-amzn-errortype", b"AccessDeniedException")


@pytest.mark.parametrize(
    ("answer", "status", "body", "headers"),
    [
        (HTTP.unrouted(((b"authorization", b"x"),)), 404, b'{"message":"Not Found"}', (JSON,)),
        (HTTP.failed(None), 500, b'{"message":"Internal Server Error"}', (JSON,)),
        (HTTP.TIMED_OUT, 503, b'{"message":"Service Unavailable"}', ()),
        (HTTP.body_too_long(1), 413, b'{"message":"Request Entity Too Large"}', (JSON,)),
        (answers.HTTP_API_FORBIDDEN, 403, b'{"message":"Forbidden"}', (JSON,)),
    ],
)
def test_an_http_api_has_words_of_its_own(answer: GatewayResponse, status: int, body: bytes, headers: object) -> None:
    assert answer == (status, headers, body)


@pytest.mark.parametrize(
    ("fault", "scopes", "challenge"),
    [
        (TokenFault.MISSING, ("a",), "Bearer"),
        (
            TokenFault.EXPIRED,
            ("read", "write"),
            'Bearer scope="read write" error="invalid_token" error_description="the token has expired"',
        ),
        (
            TokenFault.WRONG_AUDIENCE,
            (),
            'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"',
        ),
    ],
)
def test_an_http_apis_challenge_has_no_commas(fault: TokenFault, scopes: tuple[str, ...], challenge: str) -> None:
    answer = answers.http_api_unauthorized(fault, scopes)
    assert answer == (401, ((b"www-authenticate", challenge.encode()),), b'{"message":"Unauthorized"}')


@pytest.mark.parametrize("value", [b"Bearer a.b.c", b"x", b"Bearer \xe9"])
def test_a_rest_api_takes_an_unrouted_token_for_a_bad_signature(value: bytes) -> None:
    answer = REST.unrouted(((b"authorization", value),))
    digest = b64encode(sha256(value).digest()).decode()
    assert answer.status == 403
    assert json.loads(answer.body)["message"].endswith(f" (hashed with SHA-256 and encoded with Base64): '{digest}'.")
    assert answer.headers == (JSON, (b"x-amzn-errortype", b"IncompleteSignatureException"))


def test_an_unrouted_value_with_an_equals_sign_lacks_a_credential() -> None:
    answer = REST.unrouted(((b"authorization", b"Basic dTpw="),))
    assert json.loads(answer.body)["message"].startswith("Authorization header requires 'Credential' parameter.")
    assert answer.headers[1] == (b"x-amzn-errortype", b"IncompleteSignatureException")


@pytest.mark.parametrize("value", [b"", b"AWS4-HMAC-SHA256 Credential=x"])
def test_an_unrouted_signature_is_not_judged(value: bytes) -> None:
    assert REST.unrouted(((b"authorization", value),)) == answers.MISSING_AUTHENTICATION_TOKEN


def test_a_body_over_the_limit_names_the_limit() -> None:
    answer = REST.body_too_long(10_485_760)
    headers = ((b"content-type", b"text; charset=utf-8"),)
    assert answer == (413, headers, b"HTTP content length exceeded 10485760 bytes.")


@pytest.mark.parametrize(("api", "method"), [(REST, "PUT"), (HTTP, "POST")])
def test_only_a_rest_api_lets_a_header_change_the_method(api: Api, method: str) -> None:
    assert api.method("POST", ((b"x-http-method-override", b"PUT"),)) == method
    assert api.method("POST", ()) == "POST"
