"""Meals, recipes and a client with a two-week menu to start with; every id is derived from a name."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from src.contexts.recipes_catalog.core.adapters.unit_of_work import RecipesUnitOfWork
from src.contexts.recipes_catalog.core.bootstrap.dishes import DISHES, Dish, Item
from src.contexts.recipes_catalog.core.domain.client import Client, ClientChanges
from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient
from src.contexts.recipes_catalog.core.domain.meal import Meal, MealChanges
from src.contexts.recipes_catalog.core.domain.menu import Menu, Slot
from src.contexts.recipes_catalog.core.domain.quantities import Products
from src.contexts.recipes_catalog.core.domain.recipe import RecipeContent
from src.contexts.shared_kernel.adapters.database import SessionFactory
from src.contexts.shared_kernel.domain.contact import Address, ContactInfo, Profile
from src.contexts.shared_kernel.domain.measures import Privacy, Weekday
from src.contexts.shared_kernel.domain.tag import Tag
from src.contexts.shared_kernel.sources import use_sources

ADMINISTRATOR_ID = "11111111-1111-4111-8111-111111111111"
PLAIN_USER_ID = "22222222-2222-4222-8222-222222222222"
CLIENT = "Ana Exemplo"
MENU = "Duas semanas"
WEEKS = 2

type ProductId = Callable[[str], str]

_NAMESPACE = uuid.UUID("b8d6c1f0-4b1c-4c79-9a55-2f6f6a3d7c10")
_SLOTS = (("breakfast", "07:30"), ("lunch", "12:30"), ("dinner", "19:30"))


def seeded_id(kind: str, name: str) -> str:
    """The id of a seeded thing (recipe, meal, client, menu); the shape is that of a version 4 UUID."""
    digest = uuid.uuid5(_NAMESPACE, f"{kind}:{name}")
    return str(uuid.UUID(bytes=digest.bytes, version=4))


async def seed(session_factory: SessionFactory, product_id: ProductId) -> None:
    """Store everything, once; `product_id` gives the id of a seeded food by its name."""
    uow = RecipesUnitOfWork(session_factory)
    foods = {item.food: product_id(item.food) for dish in DISHES for item in dish.items if item.food}
    products = await uow.catalogue.get_products(foods.values())
    async with uow:
        meals = [_meal(dish, foods, products) for dish in DISHES]
        await uow.meals.add_all(meals)
        await _remember(uow, frozenset[Tag]().union(*(meal.all_tags for meal in meals)))
        client = _client()
        await uow.clients.add(client)
        await _remember(uow, client.tags)
        await uow.menus.add(_menu([meal for meal in meals if meal.author_id == ADMINISTRATOR_ID]))
        await uow.commit()


def seeded_tag_id(tag_type: str, key: str, value: str, author_id: str = ADMINISTRATOR_ID) -> str:
    """The id of a seeded tag."""
    return seeded_id("tag", f"{author_id}:{tag_type}:{key}:{value}")


async def _remember(uow: RecipesUnitOfWork, tags: Iterable[Tag]) -> None:
    for tag in tags:
        name = (tag.type, tag.key, tag.value, tag.author_id)
        with use_sources(ids=partial(seeded_tag_id, *name)):
            await uow.tags.remember([tag])


def _meal(dish: Dish, foods: Mapping[str, str], products: Products) -> Meal:
    author = PLAIN_USER_ID if dish.of_plain_user else ADMINISTRATOR_ID
    meal = Meal(id=seeded_id("meal", dish.name), name=dish.name, author_id=author)
    meal.change(MealChanges(labels=(("type", dish.meal_type), ("cuisine", "brasileira"))), products)
    content = RecipeContent(
        name=dish.name,
        instructions=dish.instructions,
        ingredients=tuple(_ingredient(position, item, foods) for position, item in enumerate(dish.items)),
        total_time=dish.total_time,
        labels=(("type", dish.meal_type), ("cuisine", "brasileira")),
        privacy=Privacy.PRIVATE if dish.of_plain_user else Privacy.PUBLIC,
    )
    meal.add_recipe(seeded_id("recipe", dish.name), content, products)
    return meal


def _ingredient(position: int, item: Item, foods: Mapping[str, str]) -> Ingredient:
    product_id = foods[item.food] if item.food else None
    return Ingredient(item.food or item.words, item.quantity, item.unit, position, item.words or None, product_id)


def _client() -> Client:
    client = Client(
        id=seeded_id("client", CLIENT),
        author_id=ADMINISTRATOR_ID,
        profile=Profile(CLIENT, sex="female"),
        contact_info=ContactInfo(main_email="ana@example.com", all_emails=("ana@example.com",)),
        address=Address(city="Curitiba", state="PR", country="BR"),
        notes="An example client.",
    )
    client.change(ClientChanges(labels=(("goal", "equilibrio"),)))
    return client


def _menu(meals: list[Meal]) -> Menu:
    menu = Menu(
        id=seeded_id("menu", MENU),
        client_id=seeded_id("client", CLIENT),
        author_id=ADMINISTRATOR_ID,
        description=MENU,
    )
    menu.place(tuple(_slots(meals)), {meal.id: meal for meal in meals})
    return menu


def _slots(meals: list[Meal]) -> Iterable[Slot]:
    kinds = {kind: [meal for meal in meals if _kind(meal) == kind] for kind, _ in _SLOTS}
    for day in range(WEEKS * len(Weekday)):
        for kind, hour in _SLOTS:
            meal = kinds[kind][day % len(kinds[kind])]
            week, weekday = divmod(day, len(Weekday))
            yield Slot(meal.id, week + 1, tuple(Weekday)[weekday], kind, hour)


def _kind(meal: Meal) -> str:
    return next(tag.value for tag in meal.tags if tag.key == "type")
