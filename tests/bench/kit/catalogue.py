"""Endpoints as a FastAPI developer would write them: same use cases, database and authentication."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

from fastapi import Body, Depends, FastAPI, HTTPException, Query, Request

from src.contexts.products_catalog.core.adapters.api_schemas.create_product import ApiCreateProducts
from src.contexts.products_catalog.core.adapters.api_schemas.product import ApiProduct
from src.contexts.products_catalog.core.adapters.api_schemas.product_filter import ApiProductFilter
from src.contexts.products_catalog.core.bootstrap.container import make_bus
from src.contexts.products_catalog.core.domain.commands import AddProducts
from src.contexts.recipes_catalog.core.adapters.api_schemas.filters import ApiMealFilter
from src.contexts.recipes_catalog.core.adapters.api_schemas.meal import ApiMeal
from src.contexts.recipes_catalog.core.bootstrap.container import make_bus as make_recipes_bus
from src.contexts.shared_kernel.adapters.database import SessionFactory
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.lambdatwin import runtime as process
from src.lambdatwin.auth.authenticator import Accepted
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning


def by_hand(settings: Settings, started: Callable[[], None] = lambda: None) -> FastAPI:
    """The app, with the process's own authenticator, cache of users and pool. `started` is called by its lifespan."""
    running = process.build(MenuPlanning(), settings)
    assert running.database is not None
    # All that a bus asks of a session factory is a session.
    sessions = cast(SessionFactory, running.database.sessions)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running.lifespan(()):
            started()
            yield

    app = FastAPI(lifespan=lifespan)

    def user_of(context: str) -> Callable[[Request], Awaitable[SeedUser]]:
        async def current_user(request: Request) -> SeedUser:
            headers = request.scope["headers"]
            outcome = await running.auth.authenticator.authenticate(headers, request.method)
            if not isinstance(outcome, Accepted):
                # A 503 where keys or revocations cannot be read in time, which an overloaded process cannot.
                raise HTTPException(outcome.response.status)
            user: SeedUser | None = await running.users.get_user(str(outcome.claims["sub"]), context)
            if user is None:
                raise HTTPException(401)
            return user

        return current_user

    _add_products(app, user_of("products_catalog"), lambda: make_bus(sessions))
    _add_meals(app, user_of("recipes_catalog"), lambda: make_recipes_bus(sessions))
    return app


def _add_products(app: FastAPI, current_user: Any, bus_of: Any) -> None:
    @app.get("/products/{id}", response_model=ApiProduct)
    async def get_product(
        id: str, user: Annotated[SeedUser, Depends(current_user)], bus: Annotated[Any, Depends(bus_of)]
    ) -> ApiProduct:
        async with bus.uow_factory() as uow:
            product = await uow.products.get(id)
        return ApiProduct.from_domain(product)

    @app.get("/products", response_model=list[ApiProduct])
    async def list_products(
        filters: Annotated[ApiProductFilter, Query()],
        user: Annotated[SeedUser, Depends(current_user)],
        bus: Annotated[Any, Depends(bus_of)],
    ) -> list[ApiProduct]:
        asked = {"limit": 50, "sort": "-updated_at", **filters.model_dump(exclude_unset=True)}
        async with bus.uow_factory() as uow:
            products = await uow.products.query(asked)
        return [ApiProduct.from_domain(product) for product in products]

    @app.post("/products", status_code=201)
    async def add_products(
        body: Annotated[ApiCreateProducts, Body()],
        user: Annotated[SeedUser, Depends(current_user)],
        bus: Annotated[Any, Depends(bus_of)],
    ) -> dict[str, Any]:
        if not user.has_permission(Permission.MANAGE_PRODUCTS):
            raise HTTPException(403)
        command = AddProducts(products=body.to_domain())
        await bus.handle(command)
        return {"message": "Products created.", "product_ids": command.product_ids}


def _add_meals(app: FastAPI, current_user: Any, bus_of: Any) -> None:
    @app.get("/meals", response_model=list[ApiMeal])
    async def list_meals(
        filters: Annotated[ApiMealFilter, Query()],
        user: Annotated[SeedUser, Depends(current_user)],
        bus: Annotated[Any, Depends(bus_of)],
    ) -> list[ApiMeal]:
        author_id = None if user.has_permission(Permission.MANAGE_MEALS) else user.id
        asked = {"limit": 50, "sort": "-updated_at", **filters.model_dump(exclude_unset=True)}
        async with bus.uow_factory() as uow:
            meals = await uow.meals.query_of(author_id, asked)
        return [ApiMeal.from_domain(meal, user) for meal in meals]
