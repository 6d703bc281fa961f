"""What no product has, whoever makes it: the schema is not asked here."""

from typing import Any

import pytest

from src.contexts.products_catalog.core.domain.classification import Brand, Source
from src.contexts.products_catalog.core.domain.policies import require_product_manager
from src.contexts.products_catalog.core.domain.product import Product, Score
from src.contexts.shared_kernel.domain.errors import BadValue
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedRole, SeedUser

NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"edible_yield": 0},
        {"edible_yield": 1},
        {"kg_per_unit": 0.001, "liters_per_kg": 1e6, "cooking_factor": 2.5, "package_size": 1},
        {"conservation_days": 0},
        {"barcode": "7891000315507"},
        {"score": Score(0, 100, None)},
    ],
)
def test_what_a_product_may_have(fields: dict[str, Any]) -> None:
    product = Product(id="p", name="Rice", **fields)
    assert {name: getattr(product, name) for name in fields} == fields


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": " \t"},
        {"shopping_name": ""},
        *({"edible_yield": value} for value in (-0.01, 1.01, NAN, INFINITY)),
        *(
            {name: value}
            for name in ("kg_per_unit", "liters_per_kg", "cooking_factor", "package_size")
            for value in (0, -1, NAN, INFINITY)
        ),
        {"conservation_days": -1},
        {"barcode": "7891000315508"},
        {"barcode": ""},
    ],
)
def test_what_no_product_has(fields: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        Product(**{"id": "p", "name": "Rice", **fields})


@pytest.mark.parametrize("value", [-1, 100.5, NAN, INFINITY])
@pytest.mark.parametrize("name", ["final", "ingredients", "nutrients"])
def test_scores_are_between_0_and_100(name: str, value: float) -> None:
    with pytest.raises(BadValue, match=name):
        Score(**{name: value})


@pytest.mark.parametrize("kind", [Source, Brand])
def test_classifications_have_a_name(kind: type[Source] | type[Brand]) -> None:
    with pytest.raises(BadValue):
        kind(id="c", name=" ", author_id="u")


def test_products_are_added_by_users_who_manage_them() -> None:
    def user(*permissions: Permission) -> SeedUser:
        return SeedUser("u", frozenset({SeedRole("r", "products_catalog", frozenset(permissions))}))

    require_product_manager(user(Permission.MANAGE_PRODUCTS))
    for other in (SeedUser("u"), user(Permission.ACCESS_BASIC_FEATURES, Permission.MANAGE_RECIPES)):
        with pytest.raises(PermissionError):
            require_product_manager(other)
