"""Ids that stand in the path and in the body."""

from uuid import UUID

from src.contexts.shared_kernel.domain.errors import ValidationFailed


def require_same_id(path_id: str, **sent: UUID | None) -> None:
    """Raise `ValidationFailed` for an id of the body, given by the name of its field, that is not the path's."""
    for field, value in sent.items():
        if value is not None and str(value) != path_id.lower():
            raise ValidationFailed.of(field, "ids_disagree", "The id in the body is not the one in the path.")
