"""When a client said hello: what its last page said before that is no longer about it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("clients") as batch_op:
        batch_op.add_column(
            sa.Column("arrived_at", sa.BigInteger(), nullable=False, server_default="0")
        )
    with op.batch_alter_table("clients") as batch_op:
        batch_op.alter_column(
            "arrived_at",
            server_default=None,
            existing_type=sa.BigInteger(),
            existing_nullable=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("clients") as batch_op:
        batch_op.drop_column("arrived_at")
