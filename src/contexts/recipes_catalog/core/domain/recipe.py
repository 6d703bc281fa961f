"""Recipes; each stands inside a meal and has the meal's author."""

from dataclasses import dataclass, field, replace

from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient, in_order, product_ids
from src.contexts.recipes_catalog.core.domain.labels import Labels, labels_of, tags_of
from src.contexts.recipes_catalog.core.domain.nutrition import (
    MacroPercentages,
    Nutrition,
    nutrition_of_ingredients,
)
from src.contexts.recipes_catalog.core.domain.quantities import Products
from src.contexts.recipes_catalog.core.domain.rating import Rating, average
from src.contexts.shared_kernel.domain.changes import KEEP, Change, Keep, changed
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import FieldError, ValidationFailed
from src.contexts.shared_kernel.domain.measures import Privacy
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts
from src.contexts.shared_kernel.domain.rules import require_between, require_text
from src.contexts.shared_kernel.domain.tag import Tag
from src.contexts.shared_kernel.sources import utc_now

RECIPE = "recipe"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeChanges:
    """The fields of a recipe to set; `labels` are the tags, `total_time` is in minutes."""

    name: Change[str] = KEEP
    instructions: Change[str] = KEEP
    ingredients: Change[tuple[Ingredient, ...]] = KEEP
    description: Change[str | None] = KEEP
    utensils: Change[str | None] = KEEP
    total_time: Change[int | None] = KEEP
    notes: Change[str | None] = KEEP
    labels: Change[Labels] = KEEP
    privacy: Change[Privacy] = KEEP
    image_url: Change[str | None] = KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeContent(RecipeChanges):
    """All that an author writes."""

    name: str
    instructions: str = ""
    ingredients: tuple[Ingredient, ...] = ()
    description: str | None = None
    utensils: str | None = None
    total_time: int | None = None
    notes: str | None = None
    labels: Labels = ()
    privacy: Privacy = Privacy.PRIVATE
    image_url: str | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Recipe(Entity):
    """How to cook a dish; nutrition is that of the whole dish, from its products and their yields."""

    name: str
    author_id: str
    meal_id: str
    instructions: str = ""
    ingredients: tuple[Ingredient, ...] = ()
    description: str | None = None
    utensils: str | None = None
    total_time: int | None = None
    notes: str | None = None
    tags: tuple[Tag, ...] = ()
    privacy: Privacy = Privacy.PRIVATE
    image_url: str | None = None
    nutri_facts: NutriFacts | None = None
    weight_in_grams: float | None = None
    ratings: tuple[Rating, ...] = field(default=())

    def __post_init__(self) -> None:
        self._check()

    @property
    def nutrition(self) -> Nutrition:
        """The nutrients and the weight together."""
        return Nutrition(self.nutri_facts, self.weight_in_grams)

    @property
    def calorie_density(self) -> float | None:
        """kcal per 100 g."""
        return self.nutrition.calorie_density

    @property
    def macro_percentages(self) -> MacroPercentages | None:
        """Where the energy comes from."""
        return self.nutrition.macro_percentages

    @property
    def average_taste_rating(self) -> float | None:
        """The mean of all ratings, None without any."""
        return average(rating.taste for rating in self.ratings)

    @property
    def average_convenience_rating(self) -> float | None:
        """The mean of all ratings, None without any."""
        return average(rating.convenience for rating in self.ratings)

    def copy(self, recipe_id: str, meal_id: str, author_id: str) -> "Recipe":
        """The same content for another author's meal; the nutrition is copied, the ratings stay with the original."""
        now = utc_now()
        return replace(
            self,
            id=recipe_id,
            meal_id=meal_id,
            author_id=author_id,
            tags=tags_of(labels_of(self.tags), author_id, RECIPE),
            ratings=(),
            version=1,
            created_at=now,
            updated_at=now,
        )

    def change(self, changes: RecipeChanges, products: Products) -> None:
        """Set the fields that are not kept, and compute what follows from them."""
        self.name = changed(changes.name, self.name)
        self.instructions = changed(changes.instructions, self.instructions)
        self.description = changed(changes.description, self.description)
        self.utensils = changed(changes.utensils, self.utensils)
        self.total_time = changed(changes.total_time, self.total_time)
        self.notes = changed(changes.notes, self.notes)
        self.privacy = changed(changes.privacy, self.privacy)
        self.image_url = changed(changes.image_url, self.image_url)
        if not isinstance(changes.labels, Keep):
            self.tags = tags_of(changes.labels, self.author_id, RECIPE)
        if not isinstance(changes.ingredients, Keep):
            self._use(in_order(changes.ingredients), products)
        self._check()

    def rate(self, rating: Rating) -> None:
        """Add a user's rating, in place of the former one."""
        others = tuple(one for one in self.ratings if one.user_id != rating.user_id)
        self.ratings = (*others, rating)

    def _check(self) -> None:
        require_text("name", self.name)
        require_between("total_time", self.total_time, 0)

    def _use(self, ingredients: tuple[Ingredient, ...], products: Products) -> None:
        _require_products(ingredients, products)
        nutrition = nutrition_of_ingredients(ingredients, products)
        self.ingredients = ingredients
        self.nutri_facts, self.weight_in_grams = nutrition.facts, nutrition.weight_in_grams


def _require_products(ingredients: tuple[Ingredient, ...], products: Products) -> None:
    missing = product_ids(ingredients) - products.keys()
    errors = tuple(
        FieldError(f"ingredients.{one.position}.product_id", "unknown_product", "There is no such product.")
        for one in ingredients
        if one.product_id in missing
    )
    if errors:
        raise ValidationFailed("A recipe names products that do not exist.", errors)
