"""Meals: the aggregate that recipes stand in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from src.contexts.recipes_catalog.core.domain.events import MealChanged, MealDeleted
from src.contexts.recipes_catalog.core.domain.labels import Labels, labels_of, tags_of
from src.contexts.recipes_catalog.core.domain.nutrition import Nutrition, combined
from src.contexts.recipes_catalog.core.domain.quantities import Products
from src.contexts.recipes_catalog.core.domain.recipe import Recipe, RecipeChanges, RecipeContent
from src.contexts.shared_kernel.domain.changes import KEEP, Change, Keep, changed
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import BusinessRuleError, NotFoundError, ValidationFailed
from src.contexts.shared_kernel.domain.rules import require_text
from src.contexts.shared_kernel.domain.tag import Tag
from src.contexts.shared_kernel.sources import new_id, utc_now

MEAL = "meal"
MAX_RECIPES = 50


@dataclass(frozen=True, slots=True)
class RecipeDraft:
    """A recipe as it is sent inside a meal; without an id it is a new one."""

    content: RecipeContent
    recipe_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MealChanges:
    """The fields of a meal to set; `labels` are the tags, `recipes` all recipes that the meal shall have."""

    name: Change[str] = KEEP
    menu_id: Change[str | None] = KEEP
    recipes: Change[tuple[RecipeDraft, ...]] = KEEP
    labels: Change[Labels] = KEEP
    description: Change[str | None] = KEEP
    notes: Change[str | None] = KEEP
    like: Change[bool | None] = KEEP
    image_url: Change[str | None] = KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class MealContent(MealChanges):
    """All that an author writes."""

    name: str
    menu_id: str | None = None
    recipes: tuple[RecipeDraft, ...] = ()
    labels: Labels = ()
    description: str | None = None
    notes: str | None = None
    like: bool | None = None
    image_url: str | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Meal(Entity):
    """Recipes that are eaten together; `menu_id` is the menu that the meal was written for.

    On which days of which menus it stands, the menus say.
    """

    name: str
    author_id: str
    menu_id: str | None = None
    recipes: tuple[Recipe, ...] = ()
    tags: tuple[Tag, ...] = ()
    description: str | None = None
    notes: str | None = None
    like: bool | None = None
    image_url: str | None = None

    def __post_init__(self) -> None:
        require_text("name", self.name)

    @property
    def nutrition(self) -> Nutrition:
        """The sum over the recipes."""
        return combined(recipe.nutrition for recipe in self.recipes)

    def recipe(self, recipe_id: str) -> Recipe:
        """A recipe of this meal; raises `NotFoundError`."""
        found = next((recipe for recipe in self.recipes if recipe.id == recipe_id), None)
        if found is None:
            raise NotFoundError("Recipe", recipe_id)
        return found

    @property
    def all_tags(self) -> frozenset[Tag]:
        """The tags of the meal and of its recipes."""
        return frozenset(self.tags).union(*(recipe.tags for recipe in self.recipes))

    def change(self, changes: MealChanges, products: Products) -> None:
        """Set the fields that are not kept."""
        self.name = changed(changes.name, self.name)
        self.menu_id = changed(changes.menu_id, self.menu_id)
        self.description = changed(changes.description, self.description)
        self.notes = changed(changes.notes, self.notes)
        self.like = changed(changes.like, self.like)
        self.image_url = changed(changes.image_url, self.image_url)
        if not isinstance(changes.labels, Keep):
            self.tags = tags_of(changes.labels, self.author_id, MEAL)
        if not isinstance(changes.recipes, Keep):
            self._replace_recipes(changes.recipes, products)
        self._changed()

    def add_recipe(self, recipe_id: str, content: RecipeContent, products: Products) -> Recipe:
        """A new recipe at the end of the meal."""
        recipe = self._new_recipe(recipe_id, content, products)
        self.recipes = (*self.recipes, recipe)
        self._changed()
        return recipe

    def change_recipe(self, recipe_id: str, changes: RecipeChanges, products: Products) -> None:
        """Change one recipe."""
        self.recipe(recipe_id).change(changes, products)
        self._changed()

    def remove_recipe(self, recipe_id: str) -> None:
        """Take a recipe out of the meal; it is gone with that."""
        self.recipe(recipe_id).discard()
        self.recipes = tuple(recipe for recipe in self.recipes if recipe.id != recipe_id)
        self._changed()

    def copy(self, meal_id: str, author_id: str, menu_id: str | None) -> "Meal":
        """The same content under new ids for another author; ratings stay with the original."""
        now = utc_now()
        meal = replace(
            self,
            id=meal_id,
            author_id=author_id,
            menu_id=menu_id,
            recipes=(),
            tags=tags_of(labels_of(self.tags), author_id, MEAL),
            version=1,
            created_at=now,
            updated_at=now,
        )
        for recipe in self.recipes:
            meal.add_copy(new_id(), recipe)
        return meal

    def add_copy(self, recipe_id: str, original: Recipe) -> Recipe:
        """A copy of a recipe, of whatever meal, at the end of this one."""
        recipe = original.copy(recipe_id, self.id, self.author_id)
        self.recipes = (*self.recipes, recipe)
        self._changed()
        return recipe

    def delete(self) -> None:
        """Delete the meal and its recipes."""
        for recipe in self.recipes:
            recipe.discard()
        self.recipes = ()
        self.discard()
        self.record(MealDeleted(self.id))

    def _replace_recipes(self, drafts: Iterable[RecipeDraft], products: Products) -> None:
        known = {recipe.id: recipe for recipe in self.recipes}
        kept: list[Recipe] = []
        for draft in drafts:
            if draft.recipe_id is None:
                kept.append(self._new_recipe(new_id(), draft.content, products))
            elif (recipe := known.pop(draft.recipe_id, None)) is not None:
                recipe.change(draft.content, products)
                kept.append(recipe)
            else:
                raise ValidationFailed.of("recipes", "unknown_recipe", "A recipe's id is none of this meal's.")
        for recipe in known.values():
            recipe.discard()
        self.recipes = tuple(kept)

    def _new_recipe(self, recipe_id: str, content: RecipeContent, products: Products) -> Recipe:
        recipe = Recipe(id=recipe_id, name=content.name, author_id=self.author_id, meal_id=self.id)
        recipe.change(content, products)
        return recipe

    def _changed(self) -> None:
        require_text("name", self.name)
        if len(self.recipes) > MAX_RECIPES:
            raise BusinessRuleError(f"A meal has at most {MAX_RECIPES} recipes.")
        # Implausible sums are refused here, and not when the meal is read.
        _ = self.nutrition
        event = MealChanged(self.id)
        if event not in self._events:
            self.record(event)
