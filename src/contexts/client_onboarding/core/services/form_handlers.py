"""One function for each command about forms, and what follows a deletion."""

from src.contexts.client_onboarding.core.domain.commands import CreateForm, DeleteForm, UpdateForm
from src.contexts.client_onboarding.core.domain.events import FormDeleted
from src.contexts.client_onboarding.core.domain.form import OnboardingForm
from src.contexts.client_onboarding.core.services.ports import TypeformFactory, WebhookPolicyFactory
from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.errors import (
    BusinessRuleError,
    ConflictError,
    DependencyUnavailable,
    NotFoundError,
)
from src.contexts.shared_kernel.logging import get_logger

_logger = get_logger(__name__)


async def create_form(
    command: CreateForm, uow: UnitOfWork, typeform: TypeformFactory, webhooks: WebhookPolicyFactory
) -> None:
    """Store the form, then have Typeform send its responses."""
    webhook_url = webhooks().choose(command.webhook_url)
    # Clients still answer a form that was deleted here: its answers are for no other user.
    if await uow.forms.owners_ever(command.typeform_id) - {command.user_id}:
        raise ConflictError("Another user has, or had, a form with this Typeform id.")
    form = OnboardingForm(
        id=command.form_id,
        user_id=command.user_id,
        typeform_id=command.typeform_id,
        webhook_url=webhook_url,
        status=command.status,
    )
    # The row first: a second user of a Typeform id must not redirect the first one's webhook. Should the commit fail
    # after that, Typeform only knows a webhook that this API answers with 404.
    await uow.forms.add(form)
    await typeform().set_webhook(form.typeform_id, form.webhook_url, enabled=form.receives)


async def update_form(
    command: UpdateForm, uow: UnitOfWork, typeform: TypeformFactory, webhooks: WebhookPolicyFactory
) -> None:
    """Change the form, and Typeform's webhook if that is another one now."""
    form = await uow.forms.by_id(command.form_id)
    form.require_owner(command.user_id)
    form.require_version(command.version)
    before = (form.webhook_url, form.status)
    if command.status is not None:
        form.move_to(command.status)
    if command.webhook_url is not None:
        form.webhook_url = command.webhook_url
    if (form.webhook_url, form.status) == before:
        return
    if form.receives or form.webhook_url != before[0]:
        webhooks().require(form.webhook_url)
    await uow.forms.save(form)
    await typeform().set_webhook(form.typeform_id, form.webhook_url, enabled=form.receives)


async def delete_form(command: DeleteForm, uow: UnitOfWork) -> None:
    """Delete the form; while Typeform has its webhook, a deletion that is sent again hands that over again."""
    form = await uow.forms.by_id(command.form_id, deleted=True)
    if form.discarded and not (form.webhook_url and form.user_id == command.user_id):
        raise NotFoundError("Form", command.form_id)
    form.require_owner(command.user_id)
    if not form.discarded:
        form.delete()
        await uow.forms.save(form)
    form.record(FormDeleted(form.id))


async def remove_webhook(event: FormDeleted, uow: UnitOfWork, typeform: TypeformFactory) -> None:
    """Remove the webhook at Typeform, unless another form has taken it over; then the deleted form has none.

    A deletion does not wait for Typeform: when that fails, the form keeps the URL as the mark of a webhook that is to
    be removed. Until then its deliveries are answered with 404, upon which Typeform disables it.
    """
    form = await uow.forms.by_id(event.form_id, deleted=True)
    if form.webhook_url and not await uow.forms.is_taken(form.typeform_id):
        try:
            await typeform().remove_webhook(form.typeform_id)
        except (BusinessRuleError, DependencyUnavailable):
            _logger.warning("webhook_not_removed", form=form.id)
            return
    form.webhook_url = ""
    await uow.forms.save(form)
