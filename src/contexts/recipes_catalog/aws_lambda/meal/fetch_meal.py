"""Lambda: the list of meals."""

from typing import TYPE_CHECKING, Any

import anyio
from pydantic import TypeAdapter

from src.contexts.recipes_catalog.core.adapters.api_schemas.filters import ApiMealFilter
from src.contexts.recipes_catalog.core.adapters.api_schemas.meal import ApiMeal
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import meal_access
from src.contexts.shared_kernel.adapters.filters.tags import parse_tags
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware
from src.contexts.shared_kernel.page_size import require_sendable

from ..api_headers import API_headers
from ..recipes_auth import recipes_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()

MealListTypeAdapter = TypeAdapter(list[ApiMeal])


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.meal.fetch_meal", log_response=False),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="fetch_meal", logger_name="recipes_catalog.meal.fetch_meal.errors"),
    timeout=30.0,
    name="fetch_meal",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /meals for the user's meals.

    Request:
        Query: filters of ApiMealFilter; `skip`, `limit` (1 to 500, default 50), `sort` (default -updated_at)
        Auth: a user of recipes_catalog; with manage_meals the meals of all

    Responses:
        200: The meals, an empty list when none fits
        403: The user has no role in this context
        422: A filter, a sort or a page that can't be applied, or a page that is too large

    Idempotency:
        Yes. Read only.

    Notes:
        Tags are the user's own, unless the user sees the meals of all. Meals of equal sort keys are ordered by id.
    """
    filters = LambdaHelpers.process_query_filters_from_aws_event(
        event=event,
        filter_schema_class=ApiMealFilter,
        use_multi_value=True,
        default_limit=50,
        default_sort="-updated_at",
    )
    user = event["_auth_context"].user_object
    author_id = meal_access(user).author_id
    for name in ("tags", "tags_not_exists"):
        if author_id is not None and filters.get(name) is not None:
            filters[name] = parse_tags(name, filters[name], author_id=author_id)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        meals = await uow.meals.query_of(author_id, filters)

    body = MealListTypeAdapter.dump_json([ApiMeal.from_domain(meal, user) for meal in meals])
    require_sendable(body)
    return {"statusCode": 200, "headers": API_headers, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
