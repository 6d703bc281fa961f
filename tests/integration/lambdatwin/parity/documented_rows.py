"""A row for the documented example of each operation that wants a token, in an order in which all of them succeed."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.e2e.test_examples import example_request, in_order
from tests.e2e.test_server import operations
from tests.integration.lambdatwin.parity.rows import Row
from tests.support.postgres import ROOT


def documented_rows() -> Iterator[Row]:
    """A public operation has none: what proves its caller, as a signature does, is no part of an example."""
    document = json.loads((ROOT / "generated/openapi.json").read_text(encoding="utf-8"))
    for method, template, operation in in_order(operations(document)):
        if operation["security"]:
            path, query, body = example_request(template, operation)
            success = next(status for status in operation["responses"] if status.startswith("2"))
            target = f"{path}?{urlencode(query)}" if query else path
            sent = {} if body is None else {"json": body}
            yield Row(operation["operationId"], int(success), method, target, **sent)
