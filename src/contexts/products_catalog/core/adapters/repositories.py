"""Products and sources in PostgreSQL."""

from sqlalchemy import func, or_

from src.contexts.products_catalog.core.adapters.orm import ProductRow, SourceRow
from src.contexts.products_catalog.core.adapters.queries import PRODUCT_QUERIES, SOURCE_QUERIES
from src.contexts.products_catalog.core.domain.classification import Source
from src.contexts.products_catalog.core.domain.product import Product
from src.contexts.shared_kernel.adapters.filters.fields import folded
from src.contexts.shared_kernel.adapters.filters.values import text
from src.contexts.shared_kernel.adapters.repository import SqlRepository


class SqlProducts(SqlRepository[Product, ProductRow]):
    """Products."""

    entity_type = Product
    row_type = ProductRow
    queries = PRODUCT_QUERIES

    async def search_similar(self, name: str, limit: int = 20) -> list[Product]:
        """The most similar names first, by trigrams; a word within a long name counts as well."""
        stored, wanted = folded(ProductRow.name), folded(text("name", name))
        similar = or_(stored.bool_op("%")(wanted), stored.bool_op("%>")(wanted))
        order = (func.similarity(stored, wanted).desc(), ProductRow.name, ProductRow.id)
        return await self._fetch(self._select().where(similar).order_by(*order).limit(limit))


class SqlSources(SqlRepository[Source, SourceRow]):
    """Sources."""

    entity_type = Source
    row_type = SourceRow
    queries = SOURCE_QUERIES
