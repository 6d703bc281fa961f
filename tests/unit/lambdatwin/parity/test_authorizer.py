"""The stand-in for the Cognito authorizer, and the tokens that requests files name."""

import pytest

from src.lambdatwin.parity.lambda_side.answer import EXPIRED, UNAUTHORIZED
from src.lambdatwin.parity.lambda_side.authorizer import CognitoAuthorizer
from src.lambdatwin.parity.tokens import CLIENT_ID, TokenBook
from src.lambdatwin.parity.wire import Answer, Sent
from tests.support.people import PEOPLE


@pytest.fixture(scope="module")
def tokens() -> TokenBook:
    return TokenBook("https://issuer.example/pool", PEOPLE)


@pytest.fixture(scope="module")
def authorizer(tokens: TokenBook) -> CognitoAuthorizer:
    return CognitoAuthorizer(tokens.jwks, tokens.issuer, CLIENT_ID)


def _sent(*authorizations: str) -> Sent:
    return Sent("r", "GET", "/", tuple(("Authorization", value) for value in authorizations), b"")


@pytest.mark.parametrize(("user", "subject"), [*PEOPLE.items(), ("33333333-3333-4333-8333-333333333333",) * 2])
def test_a_named_user_is_let_in(tokens: TokenBook, authorizer: CognitoAuthorizer, user: str, subject: str) -> None:
    claims = authorizer.claims(_sent(tokens.authorization(user) or ""))
    assert not isinstance(claims, Answer)
    assert claims["sub"] == subject


@pytest.mark.parametrize(
    ("user", "answer"),
    [("forged:admin", UNAUTHORIZED), ("malformed:admin", UNAUTHORIZED), ("expired:admin", EXPIRED)],
)
def test_a_spoiled_token_is_not(tokens: TokenBook, authorizer: CognitoAuthorizer, user: str, answer: Answer) -> None:
    assert authorizer.claims(_sent(tokens.authorization(user) or "")) == answer


def test_nobody_has_no_token(tokens: TokenBook, authorizer: CognitoAuthorizer) -> None:
    assert tokens.authorization(None) is None
    assert authorizer.claims(_sent()) == UNAUTHORIZED


def test_a_token_must_come_once_as_a_bearers_and_from_this_pool_and_client(
    tokens: TokenBook, authorizer: CognitoAuthorizer
) -> None:
    good = tokens.authorization("admin") or ""
    other_pool = CognitoAuthorizer(tokens.jwks, "https://other.example", CLIENT_ID)
    other_client = CognitoAuthorizer(tokens.jwks, tokens.issuer, "other")
    assert authorizer.claims(_sent(good, good)) == UNAUTHORIZED
    assert authorizer.claims(_sent(good.removeprefix("Bearer "))) == UNAUTHORIZED
    assert authorizer.claims(_sent("Bearer ")) == UNAUTHORIZED
    assert other_pool.claims(_sent(good)) == UNAUTHORIZED
    assert other_client.claims(_sent(good)) == UNAUTHORIZED
