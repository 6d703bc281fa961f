"""Onboarding forms and the responses to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005_client_onboarding"
down_revision = "0004_recipes_catalog"

_SCHEMA = "client_onboarding"
_ALIVE = sa.text("NOT discarded")


def upgrade() -> None:
    """Apply."""
    op.execute(f"CREATE SCHEMA {_SCHEMA}")
    op.execute(f"CREATE SEQUENCE {_SCHEMA}.onboarding_form_ids AS integer")
    _create_forms()
    _create_responses()


def downgrade() -> None:
    """Take back."""
    op.execute(f"DROP SCHEMA {_SCHEMA} CASCADE")


def _create_forms() -> None:
    op.create_table(
        "onboarding_forms",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        *_history(),
        sa.Column("user_id", sa.String(128), nullable=False),
        sa.Column("typeform_id", sa.String(100), nullable=False),
        sa.Column("webhook_url", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.CheckConstraint("(status = 'deleted') = discarded", name="ck_onboarding_forms_deleted"),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'paused', 'completed', 'deleted')", name="ck_onboarding_forms_status"
        ),
        schema=_SCHEMA,
    )
    # A deleted form gives its Typeform id free.
    op.create_index(
        "uq_onboarding_forms_typeform_id",
        "onboarding_forms",
        ["typeform_id"],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=_ALIVE,
    )
    for columns in (["user_id", "id"], ["user_id", "created_at", "id"], ["user_id", "updated_at", "id"]):
        _create_index("onboarding_forms", columns)


def _create_responses() -> None:
    op.create_table(
        "form_responses",
        sa.Column("id", sa.String(36), primary_key=True),
        *_history(),
        sa.Column(
            "form_id",
            sa.Integer,
            sa.ForeignKey(f"{_SCHEMA}.onboarding_forms.id", name="fk_form_responses_form_id"),
            nullable=False,
        ),
        sa.Column("user_id", sa.String(128), nullable=False),
        sa.Column("response_id", sa.String(100), nullable=False),
        sa.Column("submission_id", sa.String(100), nullable=False),
        sa.Column("response_data", JSONB, nullable=False),
        sa.Column("data_size", sa.Integer, nullable=False),
        sa.Column("client_identifiers", JSONB, nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("response_id", name="uq_form_responses_response_id"),
        schema=_SCHEMA,
    )
    for columns in (["form_id", "submitted_at", "id"], ["user_id", "submitted_at", "id"]):
        _create_index("form_responses", columns)


def _history() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("discarded", sa.Boolean, nullable=False, server_default=sa.false()),
    ]


def _create_index(table: str, columns: list[str]) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns, schema=_SCHEMA, postgresql_where=_ALIVE)
