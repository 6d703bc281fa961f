"""An index by which forms that were deleted are found by their Typeform id, too."""

from alembic import op

revision = "0006_former_forms"
down_revision = "0005_client_onboarding"

_INDEX, _TABLE, _SCHEMA = "ix_onboarding_forms_typeform_id", "onboarding_forms", "client_onboarding"


def upgrade() -> None:
    """Apply."""
    op.create_index(_INDEX, _TABLE, ["typeform_id"], schema=_SCHEMA)


def downgrade() -> None:
    """Take back."""
    op.drop_index(_INDEX, _TABLE, schema=_SCHEMA)
