"""Endpoints of the catalogue as a FastAPI developer would write them: same use cases, database and authentication."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Body, Depends, FastAPI, HTTPException, Query, Request

from src.contexts.products_catalog.core.adapters.api_schemas.create_product import ApiCreateProducts
from src.contexts.products_catalog.core.adapters.api_schemas.product import ApiProduct
from src.contexts.products_catalog.core.adapters.api_schemas.product_filter import ApiProductFilter
from src.contexts.products_catalog.core.bootstrap.container import make_bus
from src.contexts.products_catalog.core.domain.commands import AddProducts
from src.contexts.products_catalog.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.contexts.shared_kernel.services.message_bus import MessageBus
from src.runtimes.fastapi import process
from src.runtimes.fastapi.auth.door import Accepted
from src.runtimes.fastapi.settings import Settings

type Bus = MessageBus[UnitOfWork]


def by_hand(settings: Settings) -> FastAPI:
    """The app, with the process's own door, cache of users and pool."""
    assert settings.database_url is not None
    running = process.build(settings, settings.database_url.get_secret_value())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running.running(()):
            yield

    app = FastAPI(lifespan=lifespan)

    async def current_user(request: Request) -> SeedUser:
        headers = request.scope["headers"]
        verdict = running.auth.authenticator.cached(headers, request.method)
        outcome = verdict or await running.auth.authenticator.authenticate(headers, request.method)
        if not isinstance(outcome, Accepted):
            raise HTTPException(401)
        user = await running.users.get_user(str(outcome.claims["sub"]), "products_catalog")
        if user is None:
            raise HTTPException(401)
        return user

    def bus() -> Bus:
        return make_bus(running.container.sessions)

    _add_routes(app, current_user, bus)
    return app


def _add_routes(app: FastAPI, current_user: Any, bus_of: Any) -> None:
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
