"""The six routes of products_catalog: every kind of request that each of them can get."""

from src.contexts.products_catalog.core.bootstrap.seed import SOURCE, seeded_id
from tests.integration.lambdatwin.parity.rows import ADMIN, NOWHERE, USER, Row, Scenario, bad_bodies, refusals

_SOURCE_ID = seeded_id("sources", SOURCE)
_CREATED = {"product": lambda answer: answer["product_ids"][0]}


def _product(name: str, **fields: object) -> dict[str, object]:
    return {"name": name, **fields}


def _queries() -> list[Row]:
    texts = {
        "nothing": "",
        "limit": "limit=3",
        "kebab-case": "name-like=arroz&limit=5",
        "snake_case": "name_like=arroz&limit=5",
        "repeated key": "name=Arroz&name=Feij%C3%A3o&limit=5",
        "a|b": "name=Arroz%7CLeite&limit=5",
        "a|b, bar not encoded": "name=Arroz|Leite&limit=5",
        "percent-encoded": "name%2Dlike=%61rroz&limit=5",
        "non-ASCII": "name-like=feij%C3%A3o&limit=5",
        "space as plus": "name-like=feij%C3%A3o+preto&limit=5",
        "like with wildcards": "name-like=%25_%25&limit=5",
        "unknown key": "colour=red&limit=2",
        "bool": "is-food=true&limit=2",
        "by source": f"source={_SOURCE_ID}&limit=2",
        "sorted": "sort=name&limit=4",
        "sorted down": "sort=-name&limit=4",
        "a page": "sort=name&skip=2&limit=2",
        "past the end": "skip=100000",
        "created before": "created-at_lte=2020-01-01T00:00:00Z",
        "created since": "created_at_gte=2020-01-01T00:00:00%2B00:00&limit=2",
        "is not": "barcode_is_not=null&limit=2",
        "not in": "name-not-in=Arroz%7CLeite&limit=2",
        "empty parts": "&&limit=2&&",
        "a semicolon separates, too": "limit=2;skip=1",
    }
    refused = {
        "limit is no number": "limit=x",
        "limit of zero": "limit=0",
        "limit too high": "limit=501",
        "negative skip": "skip=-1",
        "unknown sort": "sort=colour",
        "no date": "created-at_gte=yesterday",
        "no bool": "is-food=perhaps",
        "key without value": "limit",
    }
    good = [Row(f"query: {name}", 200, "GET", f"/products?{query}", USER) for name, query in texts.items()]
    return good + [Row(f"query: {name}", 422, "GET", f"/products?{query}", USER) for name, query in refused.items()]


SCENARIOS: dict[str, Scenario] = {
    "products-lists": [*_queries(), *refusals("GET", "/products")],
    "products-create": [
        Row("one product", 201, "POST", "/products", json=_product("Parity rice"), remember=_CREATED),
        Row("read it", 200, "GET", "/products/{{product}}"),
        Row("read it as a plain user", 200, "GET", "/products/{{product}}", USER),
        Row("find it", 200, "GET", "/products?name=Parity%20rice"),
        Row("the same again", 409, "POST", "/products", json=_product("Parity rice")),
        Row(
            "a list", 201, "POST", "/products", json=[_product("Parity a\u00e7a\u00ed"), _product("Parity \U0001f34e")]
        ),
        Row("newest first", 200, "GET", "/products?name-like=parity&limit=10"),
        Row("a list with one known", 409, "POST", "/products", json=[_product("Parity new"), _product("Parity rice")]),
        Row("none of it was added", 200, "GET", "/products?name=Parity%20new"),
        Row(
            "barcode",
            201,
            "POST",
            "/products",
            json=_product("Parity can", barcode="4006381333931", source_id=_SOURCE_ID),
        ),
        Row(
            "barcode again",
            409,
            "POST",
            "/products",
            json=_product("Parity tin", barcode="4006381333931", source_id=_SOURCE_ID),
        ),
        Row("wrong check digit", 422, "POST", "/products", json=_product("Parity jar", barcode="4006381333932")),
        Row("no name", 422, "POST", "/products", json={"is_food": True}),
        Row("blank name", 422, "POST", "/products", json=_product("  ")),
        Row("invalid field", 422, "POST", "/products", json=_product("Parity", edible_yield=2)),
        Row("unknown source", 422, "POST", "/products", json=_product("Parity x", source_id=NOWHERE)),
        Row("empty list", 422, "POST", "/products", json=[]),
        Row("no permission", 403, "POST", "/products", USER, json=_product("Parity no")),
        Row("no permission and no body", 403, "POST", "/products", USER),
        *bad_bodies("POST", "/products"),
        *refusals("POST", "/products", json=_product("Parity no")),
    ],
    "products-by-id": [
        Row("a known one", 200, "GET", f"/products/{seeded_id('product', 'Arroz branco')}"),
        Row("unknown id", 404, "GET", f"/products/{NOWHERE}"),
        Row("not a UUID", 404, "GET", "/products/abc"),
        Row("percent-encoded slash", 404, "GET", "/products/a%2Fb"),
        Row("percent", 404, "GET", "/products/100%25"),
        Row("plus", 404, "GET", "/products/a+b"),
        Row("non-ASCII", 404, "GET", "/products/caf%C3%A9"),
        Row("dots", 404, "GET", "/products/.."),
        Row("query beside the path", 404, "GET", f"/products/{NOWHERE}?limit=x"),
        Row("the word of another route", 404, "GET", "/products/search"),
        Row("trailing slash, for the list", 200, "GET", "/products/?limit=1"),
        Row("trailing slash", 404, "GET", f"/products/{NOWHERE}/"),
        Row("two slashes in front", 404, "GET", f"//products/{NOWHERE}"),
        Row("one segment more", 403, "GET", f"/products/{NOWHERE}/x"),
        *refusals("GET", f"/products/{NOWHERE}"),
    ],
    "products-search": [
        Row("plain", 200, "GET", "/products/search/arroz", USER),
        Row("without accents", 200, "GET", "/products/search/feijao", USER),
        Row("with accents", 200, "GET", "/products/search/feij%C3%A3o", USER),
        Row("space", 200, "GET", "/products/search/arroz%20branco", USER),
        Row("plus", 200, "GET", "/products/search/arroz+branco", USER),
        Row("slash", 200, "GET", "/products/search/a%2Fb", USER),
        Row("nothing like it", 200, "GET", "/products/search/zzzzqqqq", USER),
        Row("bad percent", 200, "GET", "/products/search/%zz", USER),
        *refusals("GET", "/products/search/arroz"),
    ],
    "product-sources": [
        Row("all", 200, "GET", "/product-sources", USER),
        Row("filtered", 200, "GET", "/product-sources?name-like=values&limit=1", USER),
        Row("a bad page", 422, "GET", "/product-sources?limit=-1", USER),
        Row("one", 200, "GET", f"/product-sources/{_SOURCE_ID}", USER),
        Row("unknown id", 404, "GET", f"/product-sources/{NOWHERE}", USER),
        *refusals("GET", "/product-sources"),
        *refusals("GET", f"/product-sources/{_SOURCE_ID}"),
    ],
    "products-unrouted": [
        Row(f"{method} {path}", 403, method, path, user)
        for user in (ADMIN, None)
        for method, path in [
            ("DELETE", "/products"),
            ("PUT", f"/products/{NOWHERE}"),
            ("HEAD", "/products"),
            ("OPTIONS", "/products"),
            ("GET", "/"),
            ("GET", "/Products"),
            ("GET", "/%70roducts"),
            ("DELETE", "//products/"),
            ("GET", "/nowhere?limit=1"),
            ("POST", "/products/search/x"),
        ]
    ],
}
