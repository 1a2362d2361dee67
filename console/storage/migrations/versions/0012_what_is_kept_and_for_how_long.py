"""Arguments of commands leave the journal; indexes of living clients and of events that nobody understood."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_LIVING = sa.text("worker != ''")
_JOURNAL = sa.table(
    "journal",
    sa.column("organisation_id", sa.String),
    sa.column("seq", sa.BigInteger),
    sa.column("type", sa.String),
    sa.column("payload", sa.JSON),
)


def upgrade() -> None:
    op.create_table(
        "command_args",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_command_args_expires_at"), "command_args", ["expires_at"])
    op.create_index("clients_living", "clients", ["agent_id"], sqlite_where=_LIVING, postgresql_where=_LIVING)
    op.create_index("unknown_events_by_agent", "unknown_events", ["organisation_id", "agent_id", "at"])
    _empty_the_commands()


def _empty_the_commands() -> None:
    """Keypad tones were kept with them. Row by row: what PostgreSQL's own JSON functions refuse may be in some."""
    connection, column = op.get_bind(), _JOURNAL.c
    commands = sa.select(column.organisation_id, column.seq, column.payload).where(
        column.type == "signal", sa.cast(column.payload, sa.Text).like('%"command"%')
    )
    of_line = sa.and_(column.organisation_id == sa.bindparam("organisation"), column.seq == sa.bindparam("number"))
    emptied = _JOURNAL.update().where(of_line).values(payload=sa.bindparam("emptied", type_=sa.JSON))
    for organisation, number, payload in connection.execute(commands).all():
        message = payload.get("message", {})
        if message.get("type") == "command" and message.get("args"):
            without = {**payload, "message": {**message, "args": {}}}
            connection.execute(emptied, {"organisation": organisation, "number": number, "emptied": without})


def downgrade() -> None:
    op.drop_index("unknown_events_by_agent", table_name="unknown_events")
    op.drop_index("clients_living", table_name="clients")
    op.drop_table("command_args")
