"""What can be asked of the repositories of this context."""

from src.contexts.client_onboarding.core.adapters.orm import FormRow
from src.contexts.shared_kernel.adapters.filters.fields import by_integer, by_moment, by_text
from src.contexts.shared_kernel.adapters.filters.query import Query

# Lists hold one user's forms; each sort has its index, which begins with the user.
FORM_QUERIES = Query(
    filters={
        "id": by_integer(FormRow.id),
        "typeform_id": by_text(FormRow.typeform_id),
        "status": by_text(FormRow.status),
        "created_at": by_moment(FormRow.created_at),
        "updated_at": by_moment(FormRow.updated_at),
    },
    sorts={"id": FormRow.id, "created_at": FormRow.created_at, "updated_at": FormRow.updated_at},
    tie=FormRow.id,
)
