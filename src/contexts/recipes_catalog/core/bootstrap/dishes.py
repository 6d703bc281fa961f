"""Everyday dishes to start with, written for this project; quantities are those of one portion as served."""

from typing import NamedTuple

from src.contexts.shared_kernel.domain.measures import MeasureUnit

_G, _ML, _UN = MeasureUnit.GRAM, MeasureUnit.MILLILITER, MeasureUnit.UNIT
_SPOON, _PINCH, _SLICE = MeasureUnit.TABLESPOON, MeasureUnit.PINCH, MeasureUnit.SLICE


class Item(NamedTuple):
    """An ingredient: a seeded food, or else just the words for it."""

    food: str | None
    quantity: float
    unit: MeasureUnit
    words: str = ""


class Dish(NamedTuple):
    """A dish that is a meal by itself."""

    name: str
    meal_type: str
    total_time: int
    instructions: str
    items: tuple[Item, ...]
    of_plain_user: bool = False


_SALT = Item("Sal", 1, _G)
_OIL = Item("Azeite de oliva", 1, _SPOON)

DISHES: tuple[Dish, ...] = (
    Dish(
        "Mingau de aveia com banana",
        "breakfast",
        10,
        "Cozinhe a aveia no leite e sirva com a banana em rodelas.",
        (Item("Aveia em flocos", 40, _G), Item("Leite integral", 200, _ML), Item("Banana", 1, _UN)),
    ),
    Dish(
        "Pão com queijo e café",
        "breakfast",
        5,
        "Toste o pão, recheie com o queijo e sirva com o café.",
        (Item("Pão francês", 1, _UN), Item("Queijo minas frescal", 30, _G), Item("Café em pó", 10, _G)),
    ),
    Dish(
        "Iogurte com morango e mel",
        "breakfast",
        5,
        "Misture tudo.",
        (Item("Iogurte natural", 170, _G), Item("Morango", 80, _G), Item("Mel", 1, _SPOON)),
    ),
    Dish(
        "Frango com arroz e feijão",
        "lunch",
        45,
        "Cozinhe o arroz e o feijão, grelhe o frango e tempere.",
        (
            Item("Peito de frango", 120, _G),
            Item("Arroz branco", 125, _G),
            Item("Feijão preto", 100, _G),
            Item("Alho", 1, _UN),
            _OIL,
            _SALT,
        ),
    ),
    Dish(
        "Tilápia com batata e brócolis",
        "lunch",
        40,
        "Asse a tilápia com a batata; cozinhe o brócolis no vapor.",
        (
            Item("Tilápia", 130, _G),
            Item("Batata", 150, _G),
            Item("Brócolis", 80, _G),
            Item("Limão", 0.5, _UN),
            _OIL,
            _SALT,
        ),
    ),
    Dish(
        "Macarrão com patinho",
        "lunch",
        35,
        "Refogue a carne com a cebola e o tomate e misture ao macarrão cozido.",
        (
            Item("Macarrão", 180, _G),
            Item("Patinho moído", 100, _G),
            Item("Tomate", 1, _UN),
            Item("Cebola", 0.5, _UN),
            _OIL,
            _SALT,
        ),
    ),
    Dish(
        "Omelete de espinafre",
        "dinner",
        15,
        "Bata os ovos, junte o espinafre e a muçarela e frite dos dois lados.",
        (
            Item("Ovo", 2, _UN),
            Item("Espinafre", 50, _G),
            Item("Muçarela", 30, _G),
            _OIL,
            Item(None, 1, _PINCH, "pimenta-do-reino"),
        ),
    ),
    Dish(
        "Sopa de lentilha com cenoura",
        "dinner",
        40,
        "Cozinhe a lentilha com a cenoura e a cebola até ficar macia.",
        (Item("Lentilha", 150, _G), Item("Cenoura", 1, _UN), Item("Cebola", 0.5, _UN), _OIL, _SALT),
    ),
    Dish(
        "Salada de grão-de-bico",
        "dinner",
        20,
        "Misture o grão-de-bico com os vegetais picados e tempere.",
        (
            Item("Grão-de-bico", 120, _G),
            Item("Tomate", 1, _UN),
            Item("Alface", 40, _G),
            _OIL,
            _SALT,
            Item(None, 1, _SLICE, "pão de fermentação natural"),
        ),
    ),
    Dish(
        "Salmão da casa",
        "dinner",
        30,
        "Grelhe o salmão e sirva com a batata-doce assada.",
        (Item("Salmão", 120, _G), Item("Batata-doce", 150, _G), _OIL, _SALT),
        of_plain_user=True,
    ),
)
