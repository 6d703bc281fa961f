"""The vocabulary of the written code bases: contexts, resources, and fields with their types and example values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    name: str
    plural: str

    @property
    def title(self) -> str:
        return "".join(part.capitalize() for part in self.name.split("_"))

    @property
    def path(self) -> str:
        return "/" + self.plural.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Field:
    """`annotation` is Python text; `example` is a JSON value; `default` is Python text, or None when required."""

    name: str
    annotation: str
    example: object
    default: str | None = None


CONTEXTS: dict[str, tuple[Resource, ...]] = {
    "kitchen_book": (
        Resource("recipe", "recipes"),
        Resource("meal", "meals"),
        Resource("menu", "menus"),
        Resource("utensil", "utensils"),
    ),
    "pantry": (
        Resource("article", "articles"),
        Resource("brand", "brands"),
        Resource("food_group", "food_groups"),
        Resource("shelf", "shelves"),
    ),
    "loyalty": (Resource("member", "members"), Resource("reward", "rewards"), Resource("voucher", "vouchers")),
    "dispatching": (Resource("parcel", "parcels"), Resource("courier", "couriers"), Resource("depot", "depots")),
    "invoicing": (
        Resource("invoice", "invoices"),
        Resource("refund", "refunds"),
        Resource("price_plan", "price_plans"),
    ),
    "clinic_intake": (Resource("patient", "patients"), Resource("visit", "visits"), Resource("intake_form", "forms")),
    "identity": (Resource("account", "accounts"), Resource("team", "teams"), Resource("badge", "badges")),
}

PLAIN = (
    Field("description", "str | None", "soft and warm", "None"),
    Field("notes", "str | None", None, "None"),
    Field("total_time", "int", 25, "0"),
    Field("price", "float", 2.5, "0.0"),
    Field("is_active", "bool", True, "True"),
    Field("tags", "list[str]", ["a", "b"], "[]"),
    Field("quantity", "float", 1.5),
    Field("unit", "str", "kg"),
    Field("position", "int", 3, "0"),
    Field("barcode", "str | None", "4006381333931", "None"),
    Field("image_url", "str | None", None, "None"),
    Field("score", "int | None", 88, "None"),
    Field("week", "int", 1, "1"),
    Field("weekday", "str", "monday", '"monday"'),
    Field("category_id", "str | None", "c-1", "None"),
)
ID = Field("id", "str", "id-1")
NAME = Field("name", "str", "Lentil soup")
AUTHOR = Field("author_id", "str", "user-1")
USER = Field("user_id", "str", "user-1")
VERSION = Field("version", "int", 1, "1")
STAMPS = (Field("created_at", "str | None", None, "None"), Field("updated_at", "str | None", None, "None"))
RATED = (Field("taste", "int", 4), Field("convenience", "int", 5), Field("comment", "str | None", None, "None"))
PAGING = (
    Field("skip", "int | None", 0, "None"),
    Field("limit", "int | None", 10, "None"),
    Field("sort", "str | None", "name", "None"),
)
FILTERS = tuple(
    Field(name, annotation, None, "None")
    for name, annotation in (
        ("id", "str | list[str] | None"),
        ("name", "str | list[str] | None"),
        ("name_like", "str | None"),
        ("author_id", "str | None"),
        ("tags", "str | None"),
        ("tags_not_exists", "str | None"),
        ("total_time_gte", "int | None"),
        ("total_time_lte", "int | None"),
        ("price_gte", "float | None"),
        ("is_active", "bool | None"),
        ("created_at_gte", "str | None"),
        ("created_at_lte", "str | None"),
        ("barcode", "list[str] | None"),
        ("category_id_not_in", "list[str] | None"),
    )
)
PERMISSIONS = (
    "MANAGE_STOCK",
    "MANAGE_USERS",
    "MANAGE_ROLES",
    "VIEW_AUDIT_LOG",
    "MANAGE_CLIENTS",
    "MANAGE_MENUS",
    "MANAGE_PRICES",
    "ACCESS_SUPPORT",
)
EXAMPLES: dict[str, object] = {
    field.name: field.example for field in (*PLAIN, ID, NAME, AUTHOR, USER, VERSION, *STAMPS, *RATED)
}
