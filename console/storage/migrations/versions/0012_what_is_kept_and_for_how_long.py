"""Indexes of the clients whose socket is open, and of events that nobody understood."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None

_LIVING = sa.text("worker != ''")


def upgrade() -> None:
    op.create_index("clients_living", "clients", ["agent_id"], sqlite_where=_LIVING, postgresql_where=_LIVING)
    op.create_index("unknown_events_by_agent", "unknown_events", ["organisation_id", "agent_id", "at"])


def downgrade() -> None:
    op.drop_index("unknown_events_by_agent", table_name="unknown_events")
    op.drop_index("clients_living", table_name="clients")
