"""The status of a form."""

from itertools import pairwise

import pytest

from src.contexts.client_onboarding.core.domain.form import FormStatus, OnboardingForm
from src.contexts.shared_kernel.domain.errors import BusinessRuleError

DRAFT, ACTIVE, PAUSED, COMPLETED, DELETED = FormStatus


def form(status: FormStatus) -> OnboardingForm:
    return OnboardingForm(id=1, user_id="u", typeform_id="t", webhook_url="https://example.test", status=status)


@pytest.mark.parametrize(
    "way", [(DRAFT, ACTIVE, PAUSED, ACTIVE, COMPLETED), (DRAFT, COMPLETED), (PAUSED, PAUSED, COMPLETED, COMPLETED)]
)
def test_ways_that_exist(way: tuple[FormStatus, ...]) -> None:
    moved = form(way[0])
    for _, following in pairwise(way):
        moved.move_to(following)
        assert moved.status is following


@pytest.mark.parametrize(
    ("status", "target"),
    [(ACTIVE, DRAFT), (PAUSED, DRAFT), (DRAFT, PAUSED), (COMPLETED, ACTIVE), (DELETED, ACTIVE), (ACTIVE, DELETED)],
)
def test_ways_that_do_not(status: FormStatus, target: FormStatus) -> None:
    moved = form(status)
    with pytest.raises(BusinessRuleError):
        moved.move_to(target)
    assert moved.status is status


def test_only_active_forms_receive() -> None:
    assert [status for status in FormStatus if form(status).receives] == [ACTIVE]


@pytest.mark.parametrize("status", [DRAFT, ACTIVE, PAUSED, COMPLETED])
def test_any_form_can_be_deleted(status: FormStatus) -> None:
    deleted = form(status)
    deleted.delete()
    assert (deleted.status, deleted.discarded) == (DELETED, True)


def test_the_owner_alone() -> None:
    form(ACTIVE).require_owner("u")
    with pytest.raises(PermissionError):
        form(ACTIVE).require_owner("somebody else")
