"""What `GET /users` can be asked for."""

from datetime import datetime

from src.contexts.shared_kernel.adapters.api_schemas.filters import ApiFilter


class ApiUserFilter(ApiFilter):
    """Filters of users; `a|b` or a repeated key is a list."""

    id: str | list[str] | None = None
    id_ne: str | list[str] | None = None
    id_not_in: str | list[str] | None = None
    created_at: datetime | None = None
    created_at_gte: datetime | None = None
    created_at_lte: datetime | None = None
    skip: int | None = None
    limit: int | None = None
    sort: str | None = None
