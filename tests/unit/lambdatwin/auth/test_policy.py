"""A policy states everything, or cannot be built; and what it says about audiences."""

from typing import Any

import pytest

from src.lambdatwin.auth.claims import Policy, check
from tests.unit.lambdatwin.auth.corpus.doors import policy
from tests.unit.lambdatwin.auth.corpus.world import CLIENT, ISSUER, MOBILE_CLIENT, NOW, access_claims, id_claims

STATED: dict[str, Any] = {
    "issuer": ISSUER,
    "client_ids": frozenset({CLIENT}),
    "use": "access",
    "resource": None,
}
RESOURCE = "https://menus.example.org/api"


@pytest.mark.parametrize("name", STATED)
def test_no_part_of_a_policy_has_a_default(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        Policy(**{key: value for key, value in STATED.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", ""),
        ("client_ids", frozenset()),
        ("client_ids", frozenset({CLIENT, ""})),
        ("resource", ""),
        ("use", "refresh"),
        ("use", ""),
    ],
)
def test_a_policy_with_a_hole_cannot_be_built(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Policy(**STATED | {name: value})


@pytest.mark.parametrize(
    ("audience", "resource", "accepted"),
    [
        (..., None, True),
        (RESOURCE, None, True),
        (CLIENT, None, True),
        (MOBILE_CLIENT, None, False),
        ([RESOURCE], None, False),
        (RESOURCE, RESOURCE, True),
        (..., RESOURCE, False),
        (None, RESOURCE, False),
        (RESOURCE + "/", RESOURCE, False),
        ([RESOURCE], RESOURCE, False),
        (CLIENT, RESOURCE, False),
    ],
)
def test_an_access_tokens_audience_is_the_stated_resource(audience: Any, resource: str | None, accepted: bool) -> None:
    failed = check(access_claims(aud=audience), policy(resource=resource), NOW)
    assert failed == (() if accepted else ("audience_is_ours",))


def test_checks_name_themselves_and_all_run() -> None:
    failed = check({}, policy(), NOW)
    assert {"issuer_is_ours", "expiry_is_a_date", "subject_is_an_identifier"} <= set(failed)
    assert check(id_claims(), policy("id"), NOW) == ()
    assert check(access_claims(exp=NOW), policy(), NOW) == ("not_expired",)
    assert check(access_claims(exp=NOW, iss="x"), policy(), NOW) == ("issuer_is_ours", "not_expired")
