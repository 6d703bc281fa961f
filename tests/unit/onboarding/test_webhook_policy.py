"""Where Typeform may send responses."""

import pytest

from src.contexts.client_onboarding.core.domain.policies import require_form_creator
from src.contexts.client_onboarding.core.domain.webhook import WebhookPolicy
from src.contexts.shared_kernel.domain.errors import BusinessRuleError, ValidationFailed
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedRole, SeedUser

OWN = "https://api.example.test/webhooks/typeform"
PRODUCTION = WebhookPolicy(OWN)


@pytest.mark.parametrize(
    "url", [OWN, "https://api.example.test", "https://API.example.test:443/other?x=1", "https://api.example.test/@evil"]
)
def test_the_own_origin(url: str) -> None:
    assert PRODUCTION.choose(url) == url


def test_without_a_wish_it_is_the_own_url() -> None:
    assert PRODUCTION.choose(None) == OWN
    with pytest.raises(BusinessRuleError):
        WebhookPolicy(None, anywhere=True).choose(None)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.test/",
        "HTTP://api.example.test/",
        "https://example.test/",
        "https://api.example.test:444/",
        "https://api.example.test:0/",
        "https://api.example.test:99999/",
        "https://api.example.test./",
        "https://api.example.test@evil.test/",
        "https://api.example.test:443@evil.test/",
        "https://user:password@api.example.test/",
        "https://[::1]/",
        "https://[/",
        "//api.example.test/",
        "",
    ],
)
def test_no_other_origin(url: str) -> None:
    with pytest.raises(ValidationFailed):
        PRODUCTION.require(url)
    WebhookPolicy(OWN, anywhere=True).require(url)


@pytest.mark.parametrize("own", [None, "http://api.example.test/hook"])
def test_an_api_without_an_https_webhook_takes_none(own: str | None) -> None:
    with pytest.raises(BusinessRuleError):
        WebhookPolicy(own).require("https://api.example.test/hook")


def test_only_a_manager_of_clients_adds_forms() -> None:
    def user(*permissions: Permission) -> SeedUser:
        return SeedUser("u", frozenset({SeedRole("r", "client_onboarding", frozenset(permissions))}))

    require_form_creator(user(Permission.MANAGE_CLIENTS))
    with pytest.raises(PermissionError):
        require_form_creator(user(Permission.ACCESS_BASIC_FEATURES))
