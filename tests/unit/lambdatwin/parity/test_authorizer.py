"""The stand-ins for the gateway's authorizers, and the tokens that requests files name."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from jose import jwt

from src.lambdatwin.parity.api import Api, DeclaredApi, Kind
from src.lambdatwin.parity.lambda_side.authorizer import TokenAuthorizer, Verified
from src.lambdatwin.parity.lambda_side.declared.functions import Function
from src.lambdatwin.parity.lambda_side.declared.tables import Declared
from src.lambdatwin.parity.lambda_side.own_answers import EXPIRED, HTTP_FORBIDDEN, UNAUTHORIZED
from src.lambdatwin.parity.lambda_side.router import Route
from src.lambdatwin.parity.tokens import CLIENT_ID, TokenBook
from src.lambdatwin.parity.wire import Answer, Sent
from tests.support.people import PEOPLE

ISSUER = "https://issuer.example/pool"
SCOPE = "aws.cognito.signin.user.admin"
OPEN = Route("GET", "/a", "module", "function", "shop")
SCOPED = Route("GET", "/a", "module", "function", "shop", scopes=(SCOPE, "other"))


@pytest.fixture(scope="module")
def tokens() -> TokenBook:
    return TokenBook(ISSUER, PEOPLE)


@pytest.fixture(scope="module")
def cognito(tokens: TokenBook) -> TokenAuthorizer:
    return TokenAuthorizer(Api(), tokens.jwks, ISSUER, CLIENT_ID)


@pytest.fixture(scope="module")
def jwt_authorizer(tokens: TokenBook) -> TokenAuthorizer:
    return TokenAuthorizer(Api(Kind.HTTP_2), tokens.jwks, ISSUER, CLIENT_ID)


def _sent(*authorizations: str) -> Sent:
    return Sent("r", "GET", "/", tuple(("Authorization", value) for value in authorizations), b"")


def _challenge(answer: Verified | Answer) -> str:
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (401, b'{"message":"Unauthorized"}')
    ((name, value),) = answer.headers  # no content type
    assert name == "www-authenticate"
    return value


@pytest.mark.parametrize(("user", "subject"), [*PEOPLE.items(), ("33333333-3333-4333-8333-333333333333",) * 2])
def test_a_named_user_is_let_in(tokens: TokenBook, cognito: TokenAuthorizer, user: str, subject: str) -> None:
    verified = cognito.verdict(_sent(tokens.authorization(user) or ""), OPEN)
    assert isinstance(verified, Verified)
    assert verified.texts["sub"] == subject


@pytest.mark.parametrize(
    ("user", "answer"),
    [("forged:admin", UNAUTHORIZED), ("malformed:admin", UNAUTHORIZED), ("expired:admin", EXPIRED)],
)
def test_a_spoiled_token_is_not(tokens: TokenBook, cognito: TokenAuthorizer, user: str, answer: Answer) -> None:
    assert cognito.verdict(_sent(tokens.authorization(user) or ""), OPEN) == answer


def test_without_a_token_there_is_no_way_in(tokens: TokenBook, cognito: TokenAuthorizer) -> None:
    assert tokens.authorization(None) is None
    assert cognito.verdict(_sent(), OPEN) == UNAUTHORIZED


def test_a_token_must_come_once_as_a_bearers_and_from_this_pool_and_client(
    tokens: TokenBook, cognito: TokenAuthorizer
) -> None:
    good = tokens.authorization("admin") or ""
    other_pool = TokenAuthorizer(Api(), tokens.jwks, "https://other.example", CLIENT_ID)
    other_client = TokenAuthorizer(Api(), tokens.jwks, ISSUER, "other")
    assert cognito.verdict(_sent(good, good), OPEN) == UNAUTHORIZED
    assert cognito.verdict(_sent(good.removeprefix("Bearer ")), OPEN) == UNAUTHORIZED
    assert cognito.verdict(_sent("Bearer "), OPEN) == UNAUTHORIZED
    assert other_pool.verdict(_sent(good), OPEN) == UNAUTHORIZED
    assert other_client.verdict(_sent(good), OPEN) == UNAUTHORIZED


def test_the_type_of_an_expired_tokens_error_has_no_source(tokens: TokenBook, cognito: TokenAuthorizer) -> None:
    answer = cognito.verdict(_sent(tokens.authorization("expired:admin") or ""), OPEN)
    assert isinstance(answer, Answer)
    assert [item.part for item in answer.undecided] == ["x-amzn-errortype"]
    assert answer.body == b'{"message":"The incoming token has expired"}'


def test_cognito_claims_are_text(tokens: TokenBook, cognito: TokenAuthorizer) -> None:
    claims = jwt.get_unverified_claims((tokens.authorization("admin") or "").removeprefix("Bearer "))
    verified = cognito.verdict(_sent(tokens.authorization("admin") or ""), OPEN)
    assert isinstance(verified, Verified)
    expiry = datetime.fromtimestamp(claims["exp"], UTC)
    assert verified.texts["exp"] == expiry.strftime("%a %b %d %H:%M:%S UTC %Y")
    assert verified.texts["auth_time"] == str(claims["auth_time"])
    assert verified.scopes is None


def test_a_declared_pool_takes_the_token_with_and_without_its_scheme(
    tokens: TokenBook, cognito: TokenAuthorizer
) -> None:
    good = tokens.authorization("admin") or ""
    declared = Declared(Function("f", "a.f", ("/",)), DeclaredApi("", "rest"), "1.0")
    route = replace(SCOPED, authorizer="cognito", declared=declared)
    for value in (good, good.removeprefix("Bearer ")):
        assert isinstance(cognito.verdict(_sent(value), route), Verified)
    assert cognito.verdict(_sent(""), route) == cognito.verdict(_sent("Basic a"), route) == UNAUTHORIZED


def test_a_jwt_authorizer_takes_the_token_with_and_without_its_scheme(
    tokens: TokenBook, jwt_authorizer: TokenAuthorizer
) -> None:
    good = tokens.authorization("admin") or ""
    for value in (good, good.removeprefix("Bearer ")):
        verified = jwt_authorizer.verdict(_sent(value), OPEN)
        assert isinstance(verified, Verified)
        assert verified.texts["sub"] == PEOPLE["admin"]
        assert verified.texts["exp"].isdigit()
        assert verified.scopes is None


def test_scopes_of_the_route(tokens: TokenBook, jwt_authorizer: TokenAuthorizer) -> None:
    good = _sent(tokens.authorization("admin") or "")
    verified = jwt_authorizer.verdict(good, SCOPED)
    assert isinstance(verified, Verified)
    assert verified.scopes == [SCOPE]
    assert jwt_authorizer.verdict(good, Route("GET", "/a", "m", "f", "shop", scopes=("write",))) == HTTP_FORBIDDEN


def test_challenges_of_a_jwt_authorizer(tokens: TokenBook, jwt_authorizer: TokenAuthorizer) -> None:
    expired = _sent(tokens.authorization("expired:admin") or "")
    other_client = TokenAuthorizer(Api(Kind.HTTP_2), tokens.jwks, ISSUER, "other")
    assert _challenge(jwt_authorizer.verdict(_sent(), SCOPED)) == "Bearer"
    assert _challenge(jwt_authorizer.verdict(expired, SCOPED)) == (
        f'Bearer scope="{SCOPE} other" error="invalid_token" error_description="the token has expired"'
    )
    assert _challenge(other_client.verdict(_sent(tokens.authorization("admin") or ""), OPEN)) == (
        'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"'
    )
    assert _challenge(jwt_authorizer.verdict(_sent("Bearer a.b"), OPEN)) == (
        'Bearer scope="" error="invalid_token" error_description="token contains an invalid number of segments"'
    )


def test_other_challenges_have_no_source(tokens: TokenBook, jwt_authorizer: TokenAuthorizer) -> None:
    answer = jwt_authorizer.verdict(_sent(tokens.authorization("forged:admin") or ""), OPEN)
    assert isinstance(answer, Answer)
    assert [item.part for item in answer.undecided] == ["www-authenticate"]


@pytest.mark.parametrize(
    ("kind", "claims", "texts"),
    [
        (
            Kind.REST,
            {"cognito:groups": ["a", "b"], "email_verified": True},
            {"cognito:groups": "a,b", "email_verified": "true"},
        ),
        (Kind.REST, {"iat": 1_680_633_579}, {"iat": "Tue Apr 04 18:39:39 UTC 2023"}),
        (Kind.REST, {"auth_time": 1_680_629_979}, {"auth_time": "1680629979"}),
        (
            Kind.HTTP_2,
            {"cognito:groups": ["a", "b"], "email_verified": False},
            {"cognito:groups": "[a b]", "email_verified": "false"},
        ),
        (Kind.HTTP_2, {"iat": 1_680_633_579}, {"iat": "1680633579"}),
    ],
)
def test_claims_of_every_kind(kind: Kind, claims: dict[str, Any], texts: dict[str, str]) -> None:
    book = TokenBook(ISSUER)
    authorization = book.signed({**book.claims("u1"), **claims, "nothing": None})
    verified = TokenAuthorizer(Api(kind), book.jwks, ISSUER, CLIENT_ID).verdict(_sent(authorization), OPEN)
    assert isinstance(verified, Verified)
    assert {name: verified.texts[name] for name in texts} == texts
    assert kind is Kind.REST or "nothing" not in verified.texts
