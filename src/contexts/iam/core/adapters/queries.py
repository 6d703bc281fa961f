"""What can be asked of the repository of users."""

from src.contexts.iam.core.adapters.orm import UserRow
from src.contexts.shared_kernel.adapters.filters.fields import by_moment, by_text
from src.contexts.shared_kernel.adapters.filters.query import Query

USER_QUERIES = Query(
    filters={"id": by_text(UserRow.id), "created_at": by_moment(UserRow.created_at)},
    sorts={"id": UserRow.id, "created_at": UserRow.created_at, "updated_at": UserRow.updated_at},
    tie=UserRow.id,
)
