"""Which function handles which command and event."""

from functools import partial

from src.contexts.client_onboarding.core.domain.commands import CreateForm, DeleteForm, StoreResponse, UpdateForm
from src.contexts.client_onboarding.core.domain.events import FormDeleted, ResponseStored
from src.contexts.client_onboarding.core.services.form_handlers import (
    create_form,
    delete_form,
    remove_webhook,
    update_form,
)
from src.contexts.client_onboarding.core.services.ports import TypeformFactory, WebhookPolicyFactory
from src.contexts.client_onboarding.core.services.response_handlers import hand_to_client, store_response
from src.contexts.shared_kernel.services.message_bus import CommandHandlers, EventHandlers


def command_handlers(typeform: TypeformFactory, webhooks: WebhookPolicyFactory) -> CommandHandlers:
    """The commands of this context."""
    return {
        CreateForm: partial(create_form, typeform=typeform, webhooks=webhooks),
        UpdateForm: partial(update_form, typeform=typeform, webhooks=webhooks),
        DeleteForm: delete_form,
        StoreResponse: store_response,
    }


def event_handlers(typeform: TypeformFactory) -> EventHandlers:
    """The events of this context."""
    return {
        ResponseStored: (hand_to_client,),
        FormDeleted: (partial(remove_webhook, typeform=typeform),),
    }
