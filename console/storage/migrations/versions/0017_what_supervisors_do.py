"""Changes of availability are kept; supervisors set an agent's and write into a call."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# The history begins with the present availability of each agent.
_BEGIN = """
    INSERT INTO availability_changes (id, organisation_id, agent_id, at, availability, reason)
    SELECT s.agent_id, u.organisation_id, s.agent_id, s.since, s.availability, s.reason
    FROM agent_statuses s JOIN users u ON u.id = s.agent_id WHERE s.since > 0
"""


def upgrade() -> None:
    op.create_table(
        "availability_changes",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column(
            "organisation_id", sa.String(36), sa.ForeignKey("organisations.id"), nullable=False
        ),
        sa.Column("agent_id", sa.String(36), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("availability", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("author_id", sa.String(36), sa.ForeignKey("users.id")),
    )
    for name, first in (("by_agent", "agent_id"), ("by_organisation", "organisation_id")):
        op.create_index(f"availability_changes_{name}", "availability_changes", [first, "at"])
    op.create_table(
        "whispers",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("call_id", sa.String(36), sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("author_id", sa.String(36), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("sent_id", sa.String(64), nullable=False),
        sa.Column("text", sa.String(280), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("author_id", "sent_id"),
    )
    op.create_index("whispers_by_call", "whispers", ["call_id", "id"])
    op.add_column("agent_statuses", sa.Column("set_by", sa.String(36)))
    op.execute(_BEGIN)


def downgrade() -> None:
    # Without a batch, which would make SQLite copy tables that others refer to.
    op.drop_column("agent_statuses", "set_by")
    op.drop_table("whispers")
    op.drop_table("availability_changes")
