"""Columns carry the names that the code uses."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_RENAMED = (
    ("calls", "placed", "outgoing"),
    ("calls", "nth", "calls_today"),
    ("calls", "key", "client_call_id"),
    ("calls", "alive_at", "last_seen_at"),
    ("leases", "alone", "no_peers"),
    ("clients", "formerly", "previous_id"),
)


def upgrade() -> None:
    for table, before, after in _RENAMED:
        op.execute(f'ALTER TABLE {table} RENAME COLUMN "{before}" TO "{after}"')


def downgrade() -> None:
    for table, before, after in _RENAMED:
        op.execute(f'ALTER TABLE {table} RENAME COLUMN "{after}" TO "{before}"')
