"""Menus stay in step with their meals when many change them at the same time."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from src.contexts.recipes_catalog.aws_lambda.client import create_client, create_menu, get_client_by_id, update_menu
from src.contexts.recipes_catalog.aws_lambda.meal import create_meal, get_meal_by_id, update_meal
from src.seed import seed_if_empty
from tests.support import postgres
from tests.support.rest import invoke

MEALS, CHANGES = 6, 240
SLOT = {"week": 1, "weekday": "monday", "meal_type": "lunch"}


@pytest.fixture(scope="module", autouse=True)
def database(postgres_server: str, migrated_template: str) -> Iterator[None]:
    with postgres.clone(postgres_server, migrated_template) as url, pytest.MonkeyPatch.context() as patch:
        asyncio.run(seed_if_empty(url))
        patch.setenv("DATABASE_URL", url)
        yield


def test_menus_agree_with_their_meals_after_a_storm() -> None:
    random = Random(20)
    meal_ids = [invoke(create_meal, method="POST", body={"name": f"m{n}"}).json["meal_id"] for n in range(MEALS)]
    client_id = invoke(create_client, method="POST", body={"profile": {"name": "Ana"}}).json["client_id"]
    path = {"client_id": client_id}
    menu_ids = [invoke(create_menu, method="POST", parameters=path).json["menu_id"] for _ in range(2)]

    def change(number: int) -> int:
        if number % 4 == 0:
            placed = random.sample(meal_ids, 3)
            body = {"meals": [{"meal_id": one, **SLOT} for one in placed]}
            return invoke(
                update_menu, method="PUT", parameters={**path, "menu_id": menu_ids[number % 8 // 4]}, body=body
            ).status
        meal = {"meal_id": meal_ids[number % MEALS]}
        return invoke(update_meal, method="PUT", parameters=meal, body={"name": f"name {number}"}).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(change, range(CHANGES)))

    assert set(statuses) <= {200, 409}
    assert statuses.count(200) > CHANGES / 3
    menus = invoke(get_client_by_id, parameters=path).json["menus"]
    shown = [(one["meal_id"], one["meal_name"]) for menu in menus for one in menu["meals"]]
    assert len(shown) == 6
    for meal_id, name in shown:
        assert invoke(get_meal_by_id, parameters={"meal_id": meal_id}).json["name"] == name
    print(f"menus: {CHANGES} changes by 8 at once ({statuses.count(409)} conflicts), every copy agrees with its meal")
