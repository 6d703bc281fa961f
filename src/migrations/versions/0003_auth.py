"""What replicas must agree on about logins: revocations, and refreshes that are under way."""

import sqlalchemy as sa
from alembic import op

revision = "0003_auth"
down_revision = "0002_products_catalog"


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE SCHEMA auth")
    op.execute("CREATE SEQUENCE auth.revocation_changes AS bigint")
    _create_revocations()
    _create_refreshes()


def downgrade() -> None:
    """Take back."""
    op.execute("DROP SCHEMA auth CASCADE")


def _create_revocations() -> None:
    """Times are seconds of the epoch, as tokens have them. `change` grows with every write, so that a reader can ask
    whether anything changed without reading it all."""
    op.create_table(
        "revocations",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("value", sa.String(128), primary_key=True),
        sa.Column("revoked_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column(
            "change", sa.BigInteger, nullable=False, server_default=sa.text("nextval('auth.revocation_changes')")
        ),
        sa.CheckConstraint("kind IN ('origin_jti', 'jti', 'sub')", name="kind_is_known"),
        schema="auth",
    )
    op.create_index("ix_revocations_expires_at", "revocations", ["expires_at", "change"], schema="auth")


def _create_refreshes() -> None:
    """One row per refresh token that was used lately, known by its hash alone. `sealed` can be decrypted only with
    that refresh token."""
    op.create_table(
        "refreshes",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=True),
        sa.Column("finished_at", sa.Double, nullable=True),
        sa.Column("expires_at", sa.Double, nullable=False),
        schema="auth",
    )
    op.create_index("ix_refreshes_expires_at", "refreshes", ["expires_at"], schema="auth")
