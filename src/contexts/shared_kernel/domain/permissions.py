"""What a role may allow; the values are what IAM stores."""

from enum import StrEnum


class Permission(StrEnum):
    """A right that a role grants within one context."""

    MANAGE_USERS = "manage_users"
    MANAGE_ROLES = "manage_roles"
    MANAGE_PRODUCTS = "manage_products"
    MANAGE_RECIPES = "manage_recipes"
    MANAGE_MEALS = "manage_meals"
    MANAGE_MENUS = "manage_menus"
    MANAGE_CLIENTS = "manage_clients"
    VIEW_AUDIT_LOG = "view_audit_log"
    ACCESS_DEVELOPER_TOOLS = "access_developer_tools"
    ACCESS_SUPPORT = "access_support"
    ACCESS_BASIC_FEATURES = "access_basic_features"
