"""The order of a client's sockets, the id it had before, when its page was sent, and calls that a
take-over ended.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("clients") as batch_op:
        batch_op.add_column(
            sa.Column("serial", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("formerly", sa.String(64), server_default="", nullable=False))
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.add_column(
            sa.Column("page_at", sa.BigInteger(), server_default="0", nullable=False)
        )
    with op.batch_alter_table("leases") as batch_op:
        batch_op.add_column(sa.Column("asked_call", sa.String(8)))
    with op.batch_alter_table("lease_epochs") as batch_op:
        batch_op.add_column(
            sa.Column("calls_over", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("lease_epochs") as batch_op:
        batch_op.drop_column("calls_over")
    with op.batch_alter_table("leases") as batch_op:
        batch_op.drop_column("asked_call")
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.drop_column("page_at")
    with op.batch_alter_table("clients") as batch_op:
        batch_op.drop_column("formerly")
        batch_op.drop_column("serial")
