"""The headers of every answer of this context."""

from src.contexts.shared_kernel.middleware.headers import CORS_HEADERS, SECURITY_HEADERS

API_headers: dict[str, str] = {"Content-Type": "application/json", **CORS_HEADERS, **SECURITY_HEADERS}
