"""Which function handles which message."""

from src.contexts.recipes_catalog.core.domain import client_commands, commands, events
from src.contexts.recipes_catalog.core.services import (
    client_handlers,
    event_handlers,
    meal_handlers,
    recipe_handlers,
)
from src.contexts.shared_kernel.services.message_bus import CommandHandlers, EventHandlers

COMMAND_HANDLERS: CommandHandlers = {
    commands.CreateMeal: meal_handlers.create_meal,
    commands.UpdateMeal: meal_handlers.update_meal,
    commands.DeleteMeal: meal_handlers.delete_meal,
    commands.CopyMeal: meal_handlers.copy_meal,
    commands.CreateRecipe: recipe_handlers.create_recipe,
    commands.UpdateRecipe: recipe_handlers.update_recipe,
    commands.DeleteRecipe: recipe_handlers.delete_recipe,
    commands.CopyRecipe: recipe_handlers.copy_recipe,
    commands.RateRecipe: recipe_handlers.rate_recipe,
    client_commands.CreateClient: client_handlers.create_client,
    client_commands.UpdateClient: client_handlers.update_client,
    client_commands.DeleteClient: client_handlers.delete_client,
    client_commands.CreateMenu: client_handlers.create_menu,
    client_commands.UpdateMenu: client_handlers.update_menu,
    client_commands.DeleteMenu: client_handlers.delete_menu,
}
# What must never differ from its origin, a menu's copies of meals first of all, changes in the same transaction.
FOLLOWERS_WITHIN: EventHandlers = {
    events.MealChanged: (event_handlers.update_menus_of_meal,),
    events.MealDeleted: (event_handlers.take_meal_off_menus,),
    events.MenuDeleted: (event_handlers.forget_menu,),
}
