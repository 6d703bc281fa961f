"""A code base of one handler, written by a test: its route, its body, and what stands beside it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.codebase import Target
from codegen.model import Operation
from codegen.pipeline import Outcome, Pipeline
from codegen.settings import load_settings
from tests.support import preloaded

PROJECT = Path(__file__).parents[3]
_HANDLER = '''"""A handler."""

import json
from typing import TYPE_CHECKING, Any

import anyio
from shop.kernel import Helpers, async_endpoint_handler, auth_middleware
from shop.orders.schemas import *

{module}

{decorator}
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle {route}

{doc}
    """
{body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    return anyio.run(async_handler, event, context)
'''
_KERNEL = '''"""Shared."""


def async_endpoint_handler(*middlewares, timeout=None):
    return lambda function: function


def auth_middleware(*, caller_context): ...


class Helpers:
    @staticmethod
    def process_query_filters_from_aws_event(
        event, filter_schema_class, use_multi_value=True, default_limit=50, default_sort="-updated_at"
    ): ...

    @staticmethod
    def body_with_author_id(event, author_id): ...

    @staticmethod
    def extract_path_parameter(event, name): ...

    @staticmethod
    def extract_header(event, name): ...
'''
_SCHEMAS = '''"""Schemas."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

'''


@dataclass(frozen=True, slots=True)
class Handler:
    """Parts of a handler's module; lines of `doc` and `body` are indented here."""

    route: str = "GET /orders for orders."
    doc: str = "Request:\n    Auth: a user of orders"
    body: str = 'return {"statusCode": 200, "body": json.dumps({"ok": True})}'
    schemas: str = ""
    module: str = ""
    decorator: str = '@async_endpoint_handler(auth_middleware(caller_context="orders"), timeout=10)'

    def text(self) -> str:
        doc, body = ("\n".join(f"    {line}" for line in text.splitlines()) for text in (self.doc, self.body))
        return _HANDLER.format(module=self.module, decorator=self.decorator, route=self.route, doc=doc, body=body)


def write(root: Path, handler: Handler, file: str = "shop/orders/aws_lambda/fetch_order.py") -> Path:
    """Lays out the code base below `root`."""
    files = {"shop/kernel.py": _KERNEL, "shop/orders/schemas.py": _SCHEMAS + handler.schemas, file: handler.text()}
    for name, text in files.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for folder in {parent for name in files for parent in Path(name).parents} - {Path()}:
        (root / folder / "__init__.py").touch()
    return root / file


def outcome(root: Path) -> Outcome:
    return Pipeline(
        Target(root, root / "generated", load_settings(root, ['ports = "src.lambdatwin.ports"']), cache=False)
    ).run()


def operation(root: Path, handler: Handler) -> Operation:
    """The one operation of the handler."""
    write(root, handler)
    (found,) = outcome(root).endpoints
    assert isinstance(found, Operation)
    return found


def generated(root: Path, handler: Handler, file: str = "orders/orders.py") -> str:
    """The text of a generated file."""
    write(root, handler)
    return {f.path: f.text for f in outcome(root).files or ()}[file]


_DOCUMENT = """
import json
from fastapi import FastAPI
from generated.registry import ROUTERS

app = FastAPI()
for router in ROUTERS:
    app.router.routes.extend(router.routes)
print(json.dumps(app.openapi()))
"""


def document(root: Path, handler: Handler | None = None) -> dict[str, Any]:
    """The OpenAPI document of the generated routers, imported by a program of its own; `handler` is written first."""
    if handler is not None:
        write(root, handler)
    found = outcome(root)
    assert found.files is not None, found.findings
    for file in found.files:
        target = root / "generated" / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.text, encoding="utf-8")
    done = preloaded.finished("tests.support.program", _DOCUMENT, folder=root, environment={"PYTHONWARNINGS": "error"})
    assert done.returncode == 0, done.stderr
    loaded: dict[str, Any] = json.loads(done.stdout)
    return loaded
