"""The composition root of this context."""

from dependency_injector import containers, providers

from src.contexts.client_onboarding.core.adapters.typeform.client import make_typeform
from src.contexts.client_onboarding.core.adapters.typeform.settings import load_settings, webhook_policy
from src.contexts.client_onboarding.core.adapters.unit_of_work import OnboardingUnitOfWork
from src.contexts.client_onboarding.core.services.handlers import command_handlers, event_handlers
from src.contexts.client_onboarding.core.services.ports import TypeformFactory, WebhookPolicyFactory
from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.adapters.database import SessionFactory, lambda_session_factory
from src.contexts.shared_kernel.services.message_bus import MessageBus


def make_bus(
    session_factory: SessionFactory, typeform: TypeformFactory, webhooks: WebhookPolicyFactory
) -> MessageBus[UnitOfWork]:
    """The message bus on a database, with the world outside."""
    return MessageBus(
        lambda: OnboardingUnitOfWork(session_factory),
        command_handlers(typeform, webhooks),
        event_handlers(typeform),
    )


class Container(containers.DeclarativeContainer):
    """`bootstrap()` gives a message bus; another runtime overrides `session_factory`."""

    session_factory = providers.Callable(lambda_session_factory)
    settings = providers.Callable(load_settings)
    typeform = providers.Callable(make_typeform, settings)
    webhooks = providers.Callable(webhook_policy, settings)
    bootstrap = providers.Factory(make_bus, session_factory, typeform.provider, webhooks.provider)
