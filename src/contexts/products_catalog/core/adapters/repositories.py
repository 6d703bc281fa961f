"""Products and sources in PostgreSQL."""

from sqlalchemy import func, or_, select, union

from src.contexts.products_catalog.core.adapters.orm import ProductRow, SourceRow
from src.contexts.products_catalog.core.adapters.queries import PRODUCT_QUERIES, SOURCE_QUERIES
from src.contexts.products_catalog.core.domain.classification import Source
from src.contexts.products_catalog.core.domain.product import Product
from src.contexts.shared_kernel.adapters.filters.fields import folded
from src.contexts.shared_kernel.adapters.filters.values import text
from src.contexts.shared_kernel.adapters.repository import SqlRepository

# pg_trgm's own thresholds, whatever the database is configured to.
_SIMILAR, _SIMILAR_WORD = 0.3, 0.6


class SqlProducts(SqlRepository[Product, ProductRow]):
    """Products."""

    entity_type = Product
    row_type = ProductRow
    queries = PRODUCT_QUERIES

    async def search_similar(self, name: str, limit: int = 20) -> list[Product]:
        """The most similar names first, by trigrams; a word within a long name counts as well."""
        stored, wanted = folded(ProductRow.name), folded(text("name", name))
        similarity, word_similarity = func.similarity(stored, wanted), func.word_similarity(wanted, stored)
        # Asking for the nearest lets the GiST index walk outwards from the name, instead of every name that has
        # enough in common being fetched and compared.
        near = union(
            *(
                select(ProductRow.id).where(~ProductRow.discarded).order_by(stored.op(distance)(wanted)).limit(limit)
                for distance in ("<->", "<->>")
            )
        )
        statement = (
            self._select()
            .where(ProductRow.id.in_(near), or_(similarity >= _SIMILAR, word_similarity >= _SIMILAR_WORD))
            .order_by(similarity.desc(), ProductRow.name, ProductRow.id)
            .limit(limit)
        )
        return await self._fetch(statement)


class SqlSources(SqlRepository[Source, SourceRow]):
    """Sources."""

    entity_type = Source
    row_type = SourceRow
    queries = SOURCE_QUERIES
