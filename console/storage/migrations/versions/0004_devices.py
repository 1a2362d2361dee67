"""The number of the mobile phone on which an agent takes calls."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agent_statuses") as batch_op:
        batch_op.add_column(
            sa.Column("device_number", sa.String(length=32), nullable=False, server_default="")
        )


def downgrade() -> None:
    with op.batch_alter_table("agent_statuses") as batch_op:
        batch_op.drop_column("device_number")
