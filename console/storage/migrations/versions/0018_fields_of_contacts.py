"""Contacts have fields and an order, and calls are found by their outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_CHOSEN = sa.text("outcome_id IS NOT NULL")
_SHORT = {"company": 200, "email": 254, "link": 1000}


def upgrade() -> None:
    with op.batch_alter_table("contacts") as batch_op:
        for name, length in _SHORT.items():
            kind = sa.String(length=length)
            batch_op.add_column(sa.Column(name, kind, server_default="", nullable=False))
        batch_op.add_column(sa.Column("tags", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.create_index("contacts_in_order", "contacts", ["organisation_id", "search", "id"])
    op.create_index(
        "calls_by_outcome",
        "calls",
        ["outcome_id", "started_at"],
        sqlite_where=_CHOSEN,
        postgresql_where=_CHOSEN,
    )


def downgrade() -> None:
    op.drop_index("calls_by_outcome", "calls")
    op.drop_index("contacts_in_order", "contacts")
    # Without a batch, which would make SQLite copy a table that others refer to.
    for name in ("note", "tags", *_SHORT):
        op.drop_column("contacts", name)
