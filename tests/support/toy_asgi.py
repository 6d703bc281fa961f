"""`app` over a handler that shows what it was asked, for servers that import an app by name."""

import json
from typing import Any

from tests.support.toy_gateway import toy_gateway, toy_router


async def show(event: dict[str, Any], context: Any) -> Any:
    """What the client sent, as far as every server hands it on."""
    asked = {name: event[name] for name in ("httpMethod", "path", "pathParameters", "body", "isBase64Encoded")}
    asked["query"] = event["multiValueQueryStringParameters"]
    asked["headers"] = sorted(
        [name.lower(), values]
        for name, values in event["multiValueHeaders"].items()
        if name.lower().startswith("x-own")
    )
    status = int((event["queryStringParameters"] or {}).get("status", 200))
    return {
        "statusCode": status,
        "multiValueHeaders": {"X-Two": ["1", "2"], "Content-Type": ["application/json"]},
        "body": json.dumps(asked, sort_keys=True),
    }


app = toy_gateway(
    toy_router(show, method="GET"),
    toy_router(show, method="POST"),
    toy_router(show, method="ANY", path="/files/{rest+}"),
    binary_media_types=("application/pdf",),
)
