"""An operation's id says where its handler lies; no other handler changes it."""

from dataclasses import replace
from pathlib import Path

import pytest

from codegen.codebase import Target
from codegen.pipeline import Pipeline
from codegen.render.naming import key_of, route_names, tag_of
from codegen.settings import load_settings
from tests.unit.codegen.written import Handler, document, operation, outcome, write


def ids(root: Path) -> set[str]:
    paths = document(root)["paths"]
    return {found["operationId"] for item in paths.values() for found in item.values()}


def test_a_namesake_elsewhere_changes_no_id(tmp_path: Path) -> None:
    write(tmp_path, Handler(), "shop/orders/aws_lambda/order/fetch.py")
    alone = ids(tmp_path)
    write(tmp_path, Handler(route="GET /lines for lines."), "shop/orders/aws_lambda/line/fetch.py")
    assert alone == {"orders_order_fetch"}
    assert ids(tmp_path) == {"orders_order_fetch", "orders_line_fetch"}


def test_the_folder_of_the_handlers_may_have_another_name(tmp_path: Path) -> None:
    write(tmp_path, Handler(), "shop/orders/lambdas/order/fetch.py")
    settings = load_settings(tmp_path, ['folder = "lambdas"'])
    outcome = Pipeline(Target(tmp_path, tmp_path / "out", settings, cache=False)).run()
    assert any('operation_id="orders_order_fetch"' in file.text for file in outcome.files or ())


def test_functions_of_one_module_and_routes_of_one_function_are_told_apart(tmp_path: Path) -> None:
    first = operation(tmp_path, Handler())
    found = [
        first,
        replace(first, function="create", method="POST"),
        replace(first, module="shop.orders.aws_lambda.index", path="/a/{id}"),
        replace(first, module="shop.orders.aws_lambda.index", path="/a/{id}", method="PUT"),
    ]
    names = route_names(found, "aws_lambda")
    assert [names[key_of(one)].id for one in found] == [
        "orders_fetch_order_async_handler",
        "orders_fetch_order_create",
        "orders_index_get_a_id",
        "orders_index_put_a_id",
    ]


def test_modules_whose_paths_become_one_name_are_numbered(tmp_path: Path) -> None:
    first = operation(tmp_path, Handler())
    other = replace(first, module="shop.orders.aws_lambda.fetchOrder", path="/other")
    names: dict[tuple[str, str, str, str], object] = dict(route_names([first, other], "aws_lambda"))
    assert len({getattr(name, "id", None) for name in names.values()}) == 2


def test_any_is_one_function_whose_methods_have_ids_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, Handler(route="ANY /orders/{id} for the rest."), "shop/orders/aws_lambda/order.py")
    write(tmp_path, Handler(route="GET /orders/{id} for one."), "shop/orders/aws_lambda/fetch.py")
    write(tmp_path, Handler(route="GET /namesake for one."), "shop/orders/aws_lambda/order_put.py")
    text = {file.path: file.text for file in outcome(tmp_path).files or ()}["orders/orders.py"]
    assert text.count("async def order(") == text.count("class OrderResponse(") == text.count("any_method=True") == 1
    assert 'methods=["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],' in text
    paths = document(tmp_path)["paths"]
    found = {method: one["operationId"] for method, one in paths["/orders/{id}"].items()}
    rest = ("delete", "head", "options", "patch", "post", "put")
    assert found == {"get": "orders_fetch", **{method: f"orders_order_{method}" for method in rest}}
    assert paths["/namesake"]["get"]["operationId"] == "orders_order_put_2"


def test_any_beside_every_method_is_no_route(tmp_path: Path) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
        write(tmp_path, Handler(route=f"{method} /orders for one."), f"shop/orders/aws_lambda/{method.lower()}.py")
    write(tmp_path, Handler(route="ANY /orders for the rest."), "shop/orders/aws_lambda/rest.py")
    text = {file.path: file.text for file in outcome(tmp_path).files or ()}["orders/orders.py"]
    assert (text.count("async def "), "api_route" in text) == (7, False)


@pytest.mark.parametrize(("context", "tag"), [("iam", "IAM"), ("products_catalog", "Products catalog")])
def test_tags_are_words(context: str, tag: str) -> None:
    assert tag_of(context) == tag
