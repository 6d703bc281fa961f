# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Content: sha256:443ab44bed9639f3298c2599cb339c6a7cf1299c6bbaeffc6f08e6fe7c127a30
"""The generated routers, and the handler modules behind them with their containers."""

from fastapi import APIRouter

from src.contexts.client_onboarding.aws_lambda import (
    bulk_query_responses as bulk_query_responses_module,
    create_form as create_form_module,
    delete_form as delete_form_module,
    fetch_form as fetch_form_module,
    get_form_by_id as get_form_by_id_module,
    query_responses as query_responses_module,
    update_form as update_form_module,
    webhook_processor as webhook_processor_module,
)
from src.contexts.iam.aws_lambda import (
    assign_role as assign_role_module,
    confirm_user as confirm_user_module,
    create_user as create_user_module,
    delete_user as delete_user_module,
    fetch_role as fetch_role_module,
    fetch_user as fetch_user_module,
    get_current_user as get_current_user_module,
    get_user_by_id as get_user_by_id_module,
    remove_role as remove_role_module,
)
from src.contexts.products_catalog.aws_lambda import (
    create_product as create_product_module,
    fetch_product as fetch_product_module,
    fetch_product_source_name as fetch_product_source_name_module,
    get_product_by_id as get_product_by_id_module,
    get_product_source_name_by_id as get_product_source_name_by_id_module,
    search_product_similar_name as search_product_similar_name_module,
)
from src.contexts.recipes_catalog.aws_lambda.client import (
    create_client as create_client_module,
    create_menu as create_menu_module,
    delete_client as delete_client_module,
    delete_menu as delete_menu_module,
    fetch_client as fetch_client_module,
    get_client_by_id as get_client_by_id_module,
    update_client as update_client_module,
    update_menu as update_menu_module,
)
from src.contexts.recipes_catalog.aws_lambda.meal import (
    copy_meal as copy_meal_module,
    create_meal as create_meal_module,
    delete_meal as delete_meal_module,
    fetch_meal as fetch_meal_module,
    get_meal_by_id as get_meal_by_id_module,
    update_meal as update_meal_module,
)
from src.contexts.recipes_catalog.aws_lambda.recipe import (
    copy_recipe as copy_recipe_module,
    create_recipe as create_recipe_module,
    delete_recipe as delete_recipe_module,
    fetch_recipe as fetch_recipe_module,
    get_recipe_by_id as get_recipe_by_id_module,
    rate_recipe as rate_recipe_module,
    update_recipe as update_recipe_module,
)
from src.contexts.recipes_catalog.aws_lambda.shopping_list import (
    fetch_recipe as fetch_recipe_module_2,
    get_shopping_list as get_shopping_list_module,
)
from src.contexts.recipes_catalog.aws_lambda.tag import (
    fetch_tag as fetch_tag_module,
    get_tag_by_id as get_tag_by_id_module,
)
from src.lambdatwin import ports as ports

from .client_onboarding.forms import router as client_onboarding_forms
from .client_onboarding.query_responses import router as client_onboarding_query_responses
from .client_onboarding.webhooks import router as client_onboarding_webhooks
from .iam.assign_role import router as iam_assign_role
from .iam.roles import router as iam_roles
from .iam.users import router as iam_users
from .products_catalog.product_sources import router as products_catalog_product_sources
from .products_catalog.products import router as products_catalog_products
from .recipes_catalog.clients import router as recipes_catalog_clients
from .recipes_catalog.meals import router as recipes_catalog_meals
from .recipes_catalog.recipes import router as recipes_catalog_recipes
from .recipes_catalog.shopping_list import router as recipes_catalog_shopping_list
from .recipes_catalog.tags import router as recipes_catalog_tags

ROUTERS: tuple[APIRouter, ...] = (
    client_onboarding_forms,
    client_onboarding_query_responses,
    client_onboarding_webhooks,
    iam_assign_role,
    iam_roles,
    iam_users,
    products_catalog_product_sources,
    products_catalog_products,
    recipes_catalog_clients,
    recipes_catalog_meals,
    recipes_catalog_recipes,
    recipes_catalog_shopping_list,
    recipes_catalog_tags,
)
MODULES: tuple[ports.HandlerModule, ...] = (
    ports.HandlerModule(
        "client_onboarding", bulk_query_responses_module.__name__, bulk_query_responses_module.container
    ),
    ports.HandlerModule("client_onboarding", create_form_module.__name__, create_form_module.container),
    ports.HandlerModule("client_onboarding", delete_form_module.__name__, delete_form_module.container),
    ports.HandlerModule("client_onboarding", fetch_form_module.__name__, fetch_form_module.container),
    ports.HandlerModule("client_onboarding", get_form_by_id_module.__name__, get_form_by_id_module.container),
    ports.HandlerModule("client_onboarding", query_responses_module.__name__, query_responses_module.container),
    ports.HandlerModule("client_onboarding", update_form_module.__name__, update_form_module.container),
    ports.HandlerModule("client_onboarding", webhook_processor_module.__name__, webhook_processor_module.container),
    ports.HandlerModule("iam", assign_role_module.__name__, assign_role_module.container),
    ports.HandlerModule("iam", confirm_user_module.__name__, confirm_user_module.container),
    ports.HandlerModule("iam", create_user_module.__name__, create_user_module.container),
    ports.HandlerModule("iam", delete_user_module.__name__, delete_user_module.container),
    ports.HandlerModule("iam", fetch_role_module.__name__, None),
    ports.HandlerModule("iam", fetch_user_module.__name__, fetch_user_module.container),
    ports.HandlerModule("iam", get_current_user_module.__name__, get_current_user_module.container),
    ports.HandlerModule("iam", get_user_by_id_module.__name__, get_user_by_id_module.container),
    ports.HandlerModule("iam", remove_role_module.__name__, remove_role_module.container),
    ports.HandlerModule("products_catalog", create_product_module.__name__, create_product_module.container),
    ports.HandlerModule("products_catalog", fetch_product_module.__name__, fetch_product_module.container),
    ports.HandlerModule(
        "products_catalog", fetch_product_source_name_module.__name__, fetch_product_source_name_module.container
    ),
    ports.HandlerModule("products_catalog", get_product_by_id_module.__name__, get_product_by_id_module.container),
    ports.HandlerModule(
        "products_catalog",
        get_product_source_name_by_id_module.__name__,
        get_product_source_name_by_id_module.container,
    ),
    ports.HandlerModule(
        "products_catalog", search_product_similar_name_module.__name__, search_product_similar_name_module.container
    ),
    ports.HandlerModule("recipes_catalog", create_client_module.__name__, create_client_module.container),
    ports.HandlerModule("recipes_catalog", create_menu_module.__name__, create_menu_module.container),
    ports.HandlerModule("recipes_catalog", delete_client_module.__name__, delete_client_module.container),
    ports.HandlerModule("recipes_catalog", delete_menu_module.__name__, delete_menu_module.container),
    ports.HandlerModule("recipes_catalog", fetch_client_module.__name__, fetch_client_module.container),
    ports.HandlerModule("recipes_catalog", get_client_by_id_module.__name__, get_client_by_id_module.container),
    ports.HandlerModule("recipes_catalog", update_client_module.__name__, update_client_module.container),
    ports.HandlerModule("recipes_catalog", update_menu_module.__name__, update_menu_module.container),
    ports.HandlerModule("recipes_catalog", copy_meal_module.__name__, copy_meal_module.container),
    ports.HandlerModule("recipes_catalog", create_meal_module.__name__, create_meal_module.container),
    ports.HandlerModule("recipes_catalog", delete_meal_module.__name__, delete_meal_module.container),
    ports.HandlerModule("recipes_catalog", fetch_meal_module.__name__, fetch_meal_module.container),
    ports.HandlerModule("recipes_catalog", get_meal_by_id_module.__name__, get_meal_by_id_module.container),
    ports.HandlerModule("recipes_catalog", update_meal_module.__name__, update_meal_module.container),
    ports.HandlerModule("recipes_catalog", copy_recipe_module.__name__, copy_recipe_module.container),
    ports.HandlerModule("recipes_catalog", create_recipe_module.__name__, create_recipe_module.container),
    ports.HandlerModule("recipes_catalog", delete_recipe_module.__name__, delete_recipe_module.container),
    ports.HandlerModule("recipes_catalog", fetch_recipe_module.__name__, fetch_recipe_module.container),
    ports.HandlerModule("recipes_catalog", get_recipe_by_id_module.__name__, get_recipe_by_id_module.container),
    ports.HandlerModule("recipes_catalog", rate_recipe_module.__name__, rate_recipe_module.container),
    ports.HandlerModule("recipes_catalog", update_recipe_module.__name__, update_recipe_module.container),
    ports.HandlerModule("recipes_catalog", fetch_recipe_module_2.__name__, fetch_recipe_module_2.container),
    ports.HandlerModule("recipes_catalog", get_shopping_list_module.__name__, get_shopping_list_module.container),
    ports.HandlerModule("recipes_catalog", fetch_tag_module.__name__, fetch_tag_module.container),
    ports.HandlerModule("recipes_catalog", get_tag_by_id_module.__name__, get_tag_by_id_module.container),
)
