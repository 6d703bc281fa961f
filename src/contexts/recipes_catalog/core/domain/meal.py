"""Meals: the aggregate that recipes stand in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from src.contexts.recipes_catalog.core.domain.events import MealChanged, MealDeleted
from src.contexts.recipes_catalog.core.domain.labels import labels_of, tags_of
from src.contexts.recipes_catalog.core.domain.nutrition import Nutrition, combined
from src.contexts.recipes_catalog.core.domain.product import Products
from src.contexts.recipes_catalog.core.domain.recipe import Recipe, RecipeContent
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import BusinessRuleError, NotFoundError, ValidationFailed
from src.contexts.shared_kernel.domain.tag import Tag
from src.contexts.shared_kernel.sources import new_id

MEAL = "meal"
MAX_RECIPES = 50
_PLAIN_FIELDS = frozenset({"name", "menu_id", "description", "notes", "like", "image_url"})


@dataclass(frozen=True, slots=True)
class RecipeDraft:
    """A recipe as it is sent inside a meal; without an id it is a new one."""

    content: RecipeContent
    recipe_id: str | None = None


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

    def change(self, changes: Mapping[str, Any], products: Products) -> None:
        """Set the given fields; `labels` are the tags, `recipes` the drafts of all recipes that the meal shall have."""
        for name in _PLAIN_FIELDS & changes.keys():
            setattr(self, name, changes[name])
        if "labels" in changes:
            self.tags = tags_of(changes["labels"], self.author_id, MEAL)
        if "recipes" in changes:
            self._replace_recipes(changes["recipes"], products)
        self._changed()

    def add_recipe(self, recipe_id: str, content: RecipeContent, products: Products) -> Recipe:
        """A new recipe at the end of the meal."""
        recipe = self._new_recipe(recipe_id, content, products)
        self.recipes = (*self.recipes, recipe)
        self._changed()
        return recipe

    def change_recipe(self, recipe_id: str, changes: Mapping[str, Any], products: Products) -> None:
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
        meal = Meal(
            id=meal_id,
            name=self.name,
            author_id=author_id,
            menu_id=menu_id,
            tags=tags_of(labels_of(self.tags), author_id, MEAL),
            description=self.description,
            notes=self.notes,
            like=self.like,
            image_url=self.image_url,
        )
        for recipe in self.recipes:
            meal.add_copy(new_id(), recipe)
        return meal

    def add_copy(self, recipe_id: str, original: Recipe) -> Recipe:
        """A copy of a recipe, of whatever meal, at the end of this one."""
        content = original.content
        # The nutrition is copied as well: the products need not be asked again.
        recipe = Recipe(
            id=recipe_id,
            name=content.name,
            author_id=self.author_id,
            meal_id=self.id,
            ingredients=original.ingredients,
            nutri_facts=original.nutri_facts,
            weight_in_grams=original.weight_in_grams,
        )
        recipe.change({name: value for name, value in content.changes().items() if name != "ingredients"}, {})
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
                recipe.change(draft.content.changes(), products)
                kept.append(recipe)
            else:
                raise ValidationFailed.of("recipes", "unknown_recipe", "A recipe's id is none of this meal's.")
        for recipe in known.values():
            recipe.discard()
        self.recipes = tuple(kept)

    def _new_recipe(self, recipe_id: str, content: RecipeContent, products: Products) -> Recipe:
        recipe = Recipe(id=recipe_id, name=content.name, author_id=self.author_id, meal_id=self.id)
        recipe.change(content.changes(), products)
        return recipe

    def _changed(self) -> None:
        if len(self.recipes) > MAX_RECIPES:
            raise BusinessRuleError(f"A meal has at most {MAX_RECIPES} recipes.")
        # Sums that no one can cook are refused here, and not when somebody reads them.
        _ = self.nutrition
        event = MealChanged(self.id)
        if event not in self._events:
            self.record(event)
