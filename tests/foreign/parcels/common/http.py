from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any


class HttpError(Exception):
    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


def json_response(status: int, payload: Any) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "x-service": "parcels"},
        "body": json.dumps(payload, separators=(",", ":"), ensure_ascii=False),
    }


def query(event: dict[str, Any], name: str, default: str | None = None) -> str | None:
    return (event.get("queryStringParameters") or {}).get(name, default)
