"""Extensions, the text folding that searches use, and the users of IAM."""

import sqlalchemy as sa
from alembic import op

revision = "0001_iam"
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public")
    # unaccent() is only STABLE, because its dictionary can be configured; an index wants IMMUTABLE. Naming the
    # dictionary makes it so in fact.
    op.execute(
        """
        CREATE FUNCTION public.fold_text(text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1))
        """
    )
    op.execute("CREATE SCHEMA iam")
    _create_users()


def downgrade() -> None:
    """Take back."""
    op.execute("DROP SCHEMA iam CASCADE")
    op.execute("DROP FUNCTION public.fold_text(text)")


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("discarded", sa.Boolean, nullable=False, server_default=sa.false()),
        schema="iam",
    )
    for column in ("created_at", "updated_at"):
        op.create_index(
            f"ix_users_{column}", "users", [column, "id"], schema="iam", postgresql_where=sa.text("NOT discarded")
        )
    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.String(128), sa.ForeignKey("iam.users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("context", sa.String(50), primary_key=True),
        sa.Column("name", sa.String(50), primary_key=True),
        schema="iam",
    )
    op.create_index("ix_user_roles_name_context", "user_roles", ["name", "context", "user_id"], schema="iam")
