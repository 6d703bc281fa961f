"""At 100 000 products no list, filter or search reads the whole table, and none asks once per row."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from src.contexts.products_catalog.core.adapters.unit_of_work import ProductsUnitOfWork
from src.contexts.shared_kernel.adapters.database import create_engine, session_factory

pytestmark = pytest.mark.alone

PRODUCTS = 100_000

FILL = """
INSERT INTO products_catalog.{table} (id, created_at, updated_at, version, discarded, name, author_id)
SELECT gen_random_uuid()::text, now(), now(), 1, false, '{table} ' || n, 'somebody' FROM generate_series(1, 40) n
"""
FILL_PRODUCTS = """
WITH numbered AS (
    SELECT n, md5(n::text) AS hash,
           (ARRAY['Arroz', 'Feijão', 'Leite', 'Pão', 'Maçã', 'Queijo', 'Café', 'Iogurte'])[1 + n % 8] AS word
    FROM generate_series(1, :count) n
)
INSERT INTO products_catalog.products
    (id, created_at, updated_at, version, discarded, name, is_food, barcode, source_id, brand_id, category_id,
     parent_category_id, food_group_id, process_type_id)
SELECT gen_random_uuid()::text, now() - n * interval '1 minute', now() - n % 5000 * interval '1 hour', 1, false,
       word || ' ' || substr(hash, 1, 8) || ' tipo ' || n, n % 100 <> 0,
       CASE WHEN n % 3 = 0 THEN lpad(n::text, 13, '0') END,
       {references}
FROM numbered
"""
CLASSIFICATIONS = ("sources", "brands", "categories", "parent_categories", "food_groups", "process_types")

FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"sort": "name"},
    {"sort": "-name", "skip": 200},
    {"sort": "created_at"},
    {"sort": "id", "limit": 500},
    {"id": "11111111-1111-4111-8111-111111111111"},
    {"id_not_in": "11111111-1111-4111-8111-111111111111"},
    {"name": "Arroz"},
    {"name": "Arroz|Leite|Pão"},
    {"name_ne": "Arroz"},
    {"name_like": "maca 0"},
    {"name_like": "a"},
    {"barcode": "0000000000003"},
    {"name_like": "qx"},
    {"name_like": "ç"},
    {"barcode_like": "777"},
    {"barcode_like": "99"},
    {"barcode_like": "x"},
    {"name_like": "zz", "barcode_like": "zz", "brand": "brands 2"},
    {"barcode_is_not": "null"},
    {"is_food": True},
    {"is_food": False},
    {"is_food_is_not": "true"},
    {"source": "sources 1"},
    {"brand": "brands 1|brands 2"},
    {"brand": "no such brand"},
    {"brand_ne": "brands 1"},
    {"category": "categories 1", "sort": "name"},
    {"parent_category": "parent_categories 3"},
    {"food_group": "food_groups 3"},
    {"process_type_not_in": "process_types 3|process_types 4"},
    {"created_at_gte": "2020-01-01"},
    {"created_at_lte": "2020-01-01"},
    {"created_at_gte": "2999-01-01", "sort": "name"},
    {"source": "sources 1", "brand": "brands 1", "is_food": True, "name_like": "leite"},
)
SEARCHES = ("arroz", "feijao", "maçã", "leite tipo 5", "c4ca4238", "nothing like it at all", "a")


@pytest.fixture(scope="module")
def engine(postgres_server: str, migrated_template: str) -> Iterator[AsyncEngine]:
    from tests.support import postgres

    with postgres.clone(postgres_server, migrated_template) as url:
        made = create_engine(url, pooled=False, limits=None)  # filling the tables takes its time
        asyncio.run(fill(made))
        yield made


async def fill(engine: AsyncEngine) -> None:
    references = ",".join(
        f"(SELECT array_agg(id ORDER BY name) FROM products_catalog.{table})[1 + n * {prime} % 40]"
        for table, prime in zip(CLASSIFICATIONS, (1, 7, 11, 13, 17, 19), strict=True)
    )
    async with engine.begin() as connection:
        for table in CLASSIFICATIONS:
            await connection.execute(text(FILL.format(table=table)))
        await connection.execute(text(FILL_PRODUCTS.format(references=references)), {"count": PRODUCTS})
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))


class Statements:
    """Records what is sent to the database, with the plan of each statement."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.sent: list[tuple[str, Any]] = []
        event.listen(engine.sync_engine, "before_cursor_execute", self._record)

    def _record(self, _: Connection, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.startswith("SELECT"):
            self.sent.append((statement, parameters))


async def scans(engine: AsyncEngine, statement: str, parameters: Any) -> list[str]:
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        plan = [row[0] for row in await raw.fetch(f"EXPLAIN {statement}", *parameters)]
    return [line.strip() for line in plan if "Seq Scan on products" in line]


def test_no_list_or_filter_scans_the_table(engine: AsyncEngine) -> None:
    slowest = asyncio.run(measure_filters(engine))
    print(f"products: {len(FILTERS)} lists over {PRODUCTS} rows without a sequential scan, slowest {slowest:.0f} ms")


def test_no_search_scans_the_table(engine: AsyncEngine) -> None:
    slowest = asyncio.run(measure_searches(engine))
    print(
        f"products: {len(SEARCHES)} searches over {PRODUCTS} rows without a sequential scan, slowest {slowest:.0f} ms"
    )


async def measure_filters(engine: AsyncEngine) -> float:
    return max([await measure(engine, lambda uow, asked=asked: uow.products.query(asked)) for asked in FILTERS])


async def measure_searches(engine: AsyncEngine) -> float:
    return max([await measure(engine, lambda uow, name=name: uow.products.search_similar(name)) for name in SEARCHES])


async def measure(engine: AsyncEngine, ask: Any) -> float:
    statements = Statements(engine)
    started = time.perf_counter()
    async with ProductsUnitOfWork(session_factory(engine)) as uow:
        await ask(uow)
    took = (time.perf_counter() - started) * 1000
    assert len(statements.sent) == 1
    ((statement, parameters),) = statements.sent
    assert await scans(engine, statement, parameters) == [], statement
    return took
