"""Lambda: Cognito confirmed a new person."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.iam.core.bootstrap.container import Container
from src.contexts.iam.core.domain.commands import CreateUser
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.domain.errors import ConflictError
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

if TYPE_CHECKING:
    from src.contexts.iam.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()


# No exception middleware: Cognito takes an answer for success, so a failure must leave the function as an exception.
@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="iam.confirm_user", log_request=False, log_response=False),
    timeout=5.0,
    name="confirm_user",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle AWS Cognito post-confirmation trigger to make the confirmed person a user.

    Request:
        Event: `request.userAttributes.sub` is the id of the new user
        Auth: none, Cognito calls

    Responses:
        The event, with autoConfirmUser and autoVerifyEmail in its response

    Idempotency:
        Yes. A user who exists stays unchanged.

    Notes:
        Cognito waits five seconds and then calls again, up to three times.
    """
    try:
        user_id = event["request"]["userAttributes"]["sub"]
    except (KeyError, TypeError) as error:
        raise ValueError("The event names no user.") from error

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    # An earlier call may have created the user; Cognito did not hear of it, or now confirms a new password.
    with suppress(ConflictError):
        await bus.handle(CreateUser(user_id=user_id))

    response = {**(event.get("response") or {}), "autoConfirmUser": True, "autoVerifyEmail": True}
    return {**event, "response": response}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
