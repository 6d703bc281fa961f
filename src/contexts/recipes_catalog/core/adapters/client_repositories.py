"""Clients, menus and tags in PostgreSQL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from src.contexts.recipes_catalog.core.adapters.orm import ClientRow, MenuRow, RecipeRow, TagRow
from src.contexts.recipes_catalog.core.adapters.queries import CLIENT_QUERIES, TAG_QUERIES, contains
from src.contexts.recipes_catalog.core.domain.client import Client
from src.contexts.recipes_catalog.core.domain.labels import KnownTag
from src.contexts.recipes_catalog.core.domain.menu import Menu
from src.contexts.recipes_catalog.core.domain.policies import hidden_tag_types
from src.contexts.recipes_catalog.core.domain.recipe import RECIPE
from src.contexts.shared_kernel.adapters.database import PLAIN_READ
from src.contexts.shared_kernel.adapters.filters.query import Query
from src.contexts.shared_kernel.adapters.filters.values import uuid_text, values_of
from src.contexts.shared_kernel.adapters.repository import SqlRepository
from src.contexts.shared_kernel.domain.measures import Privacy
from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.contexts.shared_kernel.domain.tag import Tag
from src.contexts.shared_kernel.sources import new_id, utc_now


class SqlClients(SqlRepository[Client, ClientRow]):
    """Clients."""

    entity_type = Client
    row_type = ClientRow
    queries = CLIENT_QUERIES

    def write(self, entity: Client, row: ClientRow) -> None:
        """The client, and the name to search by."""
        super().write(entity, row)
        row.name = entity.profile.name

    async def query_of(self, author_id: str | None, filters: Mapping[str, object]) -> list[Client]:
        """The clients of one author, or of all users."""
        return await self.query(filters, *(() if author_id is None else (ClientRow.author_id == author_id,)))


class SqlMenus(SqlRepository[Menu, MenuRow]):
    """Menus; they are found by their client or by a meal."""

    entity_type = Menu
    row_type = MenuRow
    queries = Query(filters={}, sorts={"id": MenuRow.id}, tie=MenuRow.id, default_sort="id")

    async def of_client(self, client_id: str) -> list[Menu]:
        """The oldest first."""
        wanted = self._select().where(MenuRow.client_id == client_id)
        return await self._fetch(wanted.order_by(MenuRow.created_at, MenuRow.id))

    async def ids_of_clients(self, client_ids: Iterable[str]) -> dict[str, list[str]]:
        """The ids alone: a menu carries the nutrition of every meal on it."""
        wanted = select(MenuRow.client_id, MenuRow.id).where(MenuRow.client_id.in_(set(client_ids)), ~MenuRow.discarded)
        found: dict[str, list[str]] = defaultdict(list)
        ordered = wanted.order_by(MenuRow.created_at, MenuRow.id)
        for client_id, menu_id in await self._session.execute(ordered, execution_options=PLAIN_READ):
            found[client_id].append(menu_id)
        return found

    async def get_named(self, raw: object) -> list[Menu]:
        """The menus by the ids of `menu_id=a|b`, in one statement."""
        return await self.get_many([uuid_text("menu_id", value) for value in values_of("menu_id", raw)])

    async def hold_with_meal(self, meal_id: str) -> list[Menu]:
        """Locked in the order of their ids, so that two meals that change at once wait for each other."""
        wanted = self._select().where(contains(MenuRow.meals, {"meal_id": meal_id})).order_by(MenuRow.id)
        return await self._fetch_locked(wanted)

    async def save_copies(self, menu: Menu) -> None:
        """The meals alone, under the version that stands."""
        _, row = self._seen[menu.id]
        row.meals = menu.meals
        await self._session.flush()


class SqlTags(SqlRepository[KnownTag, TagRow]):
    """Tags that were ever used."""

    entity_type = KnownTag
    row_type = TagRow
    queries = TAG_QUERIES

    async def query_visible(self, user: SeedUser, filters: Mapping[str, object]) -> list[KnownTag]:
        """The tags that `may_see_tag` lets the user see, decided by the database."""
        hidden = hidden_tag_types(user)
        if not hidden:
            return await self.query(filters)
        seen = (TagRow.type.not_in(sorted(hidden)), TagRow.author_id == user.id, _on_public_recipe())
        return await self.query(filters, or_(*seen))

    async def is_on_public_recipe(self, tag: KnownTag) -> bool:
        """One statement; none for tags of other things."""
        if tag.type != RECIPE:
            return False
        statement = select(TagRow.id).where(TagRow.id == tag.id, _on_public_recipe())
        return await self._session.scalar(statement, execution_options=PLAIN_READ) is not None

    async def remember(self, tags: Iterable[Tag]) -> None:
        """One statement; sorted, so that two that remember the same tags do not wait for each other in a circle."""
        now = utc_now()
        wanted = sorted(set(tags), key=lambda tag: (tag.author_id, tag.type, tag.key, tag.value))
        stamps = {"created_at": now, "updated_at": now, "version": 1, "discarded": False}
        values = [{"id": new_id(), **asdict(tag), **stamps} for tag in wanted]
        if values:
            await self._session.execute(insert(TagRow).values(values).on_conflict_do_nothing())


def _on_public_recipe() -> ColumnElement[bool]:
    # Counted: for EXISTS the planner expects an early match, and scans all recipes for each tag that stands on none.
    # The count is made with the GIN index on the tags of recipes.
    pairs = (part for name in ("key", "value", "author_id", "type") for part in (name, getattr(TagRow, name)))
    same_tag = RecipeRow.tags.expression.bool_op("@>")(func.jsonb_build_array(func.jsonb_build_object(*pairs)))
    public = (~RecipeRow.discarded, RecipeRow.privacy == Privacy.PUBLIC, same_tag)
    count = select(func.count()).select_from(RecipeRow).where(*public).scalar_subquery()
    return and_(TagRow.type == RECIPE, count > 0)
