"""Teams may have limits of their own for the wall's alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NUMBERS = ("alert_hold", "alert_ring", "alert_repeat")


def upgrade() -> None:
    with op.batch_alter_table("teams") as batch_op:
        for name in _NUMBERS:
            batch_op.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("alert_sound", sa.Boolean(), nullable=True))


def downgrade() -> None:
    # Without a batch, which would make SQLite copy a table that others refer to.
    for name in ("alert_sound", *_NUMBERS):
        op.drop_column("teams", name)
