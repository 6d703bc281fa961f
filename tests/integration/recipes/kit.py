"""Users, and short words for what tests do with the handlers again and again."""

from types import ModuleType
from typing import Any

from src.contexts.products_catalog.core.bootstrap.seed import seeded_product_id
from src.contexts.recipes_catalog.aws_lambda.client import create_client, create_menu, get_client_by_id
from src.contexts.recipes_catalog.aws_lambda.meal import create_meal, get_meal_by_id
from src.contexts.recipes_catalog.aws_lambda.recipe import create_recipe, get_recipe_by_id
from tests.support.rest import Answer, invoke

AUTHOR = "aaaaaaaa-0000-4000-8000-000000000001"
OTHER = "aaaaaaaa-0000-4000-8000-000000000002"
RECIPE_MANAGER = "aaaaaaaa-0000-4000-8000-000000000003"
MEAL_MANAGER = "aaaaaaaa-0000-4000-8000-000000000004"
CLIENT_MANAGER = "aaaaaaaa-0000-4000-8000-000000000005"
MENU_MANAGER = "aaaaaaaa-0000-4000-8000-000000000006"
NUTRITIONIST = "aaaaaaaa-0000-4000-8000-000000000007"
ROLES: dict[str, tuple[str, ...]] = {
    AUTHOR: (),
    OTHER: (),
    RECIPE_MANAGER: ("recipe_manager",),
    MEAL_MANAGER: ("meal_manager",),
    CLIENT_MANAGER: ("client_manager",),
    MENU_MANAGER: ("menu_manager",),
    NUTRITIONIST: ("client_manager",),
}
NOBODY = "bbbbbbbb-0000-4000-8000-000000000000"

RICE, BANANA, MILK = (seeded_product_id(name) for name in ("Arroz branco", "Banana", "Leite integral"))


def post(module: ModuleType, user: str, body: Any, **parameters: str) -> Answer:
    return invoke(module, method="POST", user_id=user, body=body, parameters=parameters)


def put(module: ModuleType, user: str, body: Any, **parameters: str) -> Answer:
    return invoke(module, method="PUT", user_id=user, body=body, parameters=parameters)


def delete(module: ModuleType, user: str, **parameters: str) -> Answer:
    return invoke(module, method="DELETE", user_id=user, parameters=parameters)


def get(module: ModuleType, user: str, query: str = "", **parameters: str) -> Answer:
    return invoke(module, user_id=user, query=query, parameters=parameters)


def created(answer: Answer, name: str) -> str:
    assert answer.status == 201, answer.body
    found: str = answer.json[name]
    return found


def rice(grams: float = 100) -> dict[str, Any]:
    return {"name": "Rice", "quantity": grams, "unit": "g", "product_id": RICE}


def a_meal(user: str = AUTHOR, **fields: Any) -> str:
    return created(post(create_meal, user, {"name": "Lunch", **fields}), "meal_id")


def a_recipe(user: str = AUTHOR, meal_id: str | None = None, **fields: Any) -> str:
    body = {"meal_id": meal_id or a_meal(user), "name": "Rice", "ingredients": [rice()], **fields}
    return created(post(create_recipe, user, body), "recipe_id")


def a_client(user: str = NUTRITIONIST, **fields: Any) -> str:
    return created(post(create_client, user, {"profile": {"name": "Ana"}, **fields}), "client_id")


def a_menu(client_id: str, *meal_ids: str, user: str = NUTRITIONIST, **fields: Any) -> str:
    slots = [slot(meal_id, day) for day, meal_id in enumerate(meal_ids)]
    return created(post(create_menu, user, {"meals": slots, **fields}, client_id=client_id), "menu_id")


def slot(meal_id: str, day: int = 0) -> dict[str, Any]:
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return {
        "meal_id": meal_id,
        "week": 1 + day // 7,
        "weekday": weekdays[day % 7],
        "hour": "12:30",
        "meal_type": "lunch",
    }


def the_meal(meal_id: str, user: str = AUTHOR) -> Any:
    return get(get_meal_by_id, user, meal_id=meal_id).json


def the_recipe(recipe_id: str, user: str = AUTHOR) -> Any:
    return get(get_recipe_by_id, user, id=recipe_id).json


def the_client(client_id: str, user: str = NUTRITIONIST) -> Any:
    return get(get_client_by_id, user, client_id=client_id).json
