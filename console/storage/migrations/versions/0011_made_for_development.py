"""A database knows that it was made for development; an earlier one is known by the people of its
demo.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_DEMO = ("ada", "alice", "bob", "olga", "sam")


def upgrade() -> None:
    marks = op.create_table(
        "database_marks",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    people = sa.table("users", sa.column("username"))
    demo = sa.select(sa.func.count()).select_from(people).where(people.c.username.in_(_DEMO))
    if op.get_bind().scalar(demo) == len(_DEMO):
        op.bulk_insert(marks, [{"name": "development"}])


def downgrade() -> None:
    op.drop_table("database_marks")
