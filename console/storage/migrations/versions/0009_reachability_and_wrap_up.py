"""The last report of each line's phone, the wrap-up of a team, and the call that it follows."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_states",
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("connection_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["connection_id"], ["connections.id"]),
        sa.PrimaryKeyConstraint("agent_id", "client_id", "connection_id"),
    )
    with op.batch_alter_table("teams") as batch_op:
        batch_op.add_column(sa.Column("wrap_up_seconds", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("agent_statuses") as batch_op:
        batch_op.add_column(sa.Column("wrap_up_call", sa.String(length=36), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("agent_statuses") as batch_op:
        batch_op.drop_column("wrap_up_call")
    with op.batch_alter_table("teams") as batch_op:
        batch_op.drop_column("wrap_up_seconds")
    op.drop_table("line_states")
