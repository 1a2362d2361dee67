"""Calls are found by their outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0016"
branch_labels = None
depends_on = None

_CHOSEN = sa.text("outcome_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "calls_by_outcome",
        "calls",
        ["outcome_id", "started_at"],
        sqlite_where=_CHOSEN,
        postgresql_where=_CHOSEN,
    )


def downgrade() -> None:
    op.drop_index("calls_by_outcome", "calls")
