"""What `GET /product-sources` can be asked for."""

from src.contexts.shared_kernel.adapters.api_schemas.filters import ApiFilter


class ApiSourceFilter(ApiFilter):
    """Filters of sources; `a|b` or a repeated key is a list."""

    id: str | list[str] | None = None
    name: str | list[str] | None = None
    name_ne: str | list[str] | None = None
    name_like: str | list[str] | None = None
    name_not_in: str | list[str] | None = None
    author_id: str | list[str] | None = None
    skip: int | None = None
    limit: int | None = None
    sort: str | None = None
