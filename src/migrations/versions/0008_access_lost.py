"""A mark on users whose logins have still to be ended; what an older build writes has none."""

import sqlalchemy as sa
from alembic import op

revision = "0008_access_lost"
down_revision = "0007_library_tables"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "users", sa.Column("access_lost", sa.Boolean, nullable=False, server_default=sa.false()), schema="iam"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("users", "access_lost", schema="iam")
