"""Outcomes of calls, whether a call needs one, and wrap-up that an agent has made longer."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("team_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("outcomes") as batch_op:
        batch_op.create_index("outcomes_by_organisation", ["organisation_id"], unique=False)
    with op.batch_alter_table("organisations") as batch_op:
        batch_op.add_column(
            sa.Column("outcome_required", sa.Boolean(), server_default="0", nullable=False)
        )
    with op.batch_alter_table("teams") as batch_op:
        batch_op.add_column(sa.Column("outcome_required", sa.Boolean(), nullable=True))
    with op.batch_alter_table("agent_statuses") as batch_op:
        batch_op.add_column(
            sa.Column("wrap_up_extra", sa.BigInteger(), server_default="0", nullable=False)
        )
    with op.batch_alter_table("calls") as batch_op:
        batch_op.add_column(sa.Column("outcome_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("outcome_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    # Without a batch, which would make SQLite copy tables that others refer to.
    for table, column in (
        ("calls", "outcome_at"),
        ("calls", "outcome_id"),
        ("agent_statuses", "wrap_up_extra"),
        ("teams", "outcome_required"),
        ("organisations", "outcome_required"),
    ):
        op.drop_column(table, column)
    op.drop_table("outcomes")
