"""Which call of its day from one number a call is, and the missed calls of a day found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("calls") as batch_op:
        batch_op.add_column(sa.Column("nth", sa.BigInteger(), server_default="1", nullable=False))
    op.create_index(
        "calls_missed",
        "calls",
        ["organisation_id", "started_at"],
        sqlite_where=sa.text("missed = 1"),
        postgresql_where=sa.text("missed"),
    )


def downgrade() -> None:
    op.drop_index("calls_missed", "calls")
    with op.batch_alter_table("calls") as batch_op:
        batch_op.drop_column("nth")
