"""Arguments of commands leave the journal; indexes of living clients and of events that nobody
understood.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# PostgreSQL ends a transaction of ours that asks for nothing for some seconds: no piece takes so
# long to be read.
_AT_ONCE = 1_000
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
    _empty_the_commands()
    op.create_index(
        "clients_living", "clients", ["agent_id"], sqlite_where=_LIVING, postgresql_where=_LIVING
    )
    op.create_index(
        "unknown_events_by_agent", "unknown_events", ["organisation_id", "agent_id", "at"]
    )


def _empty_the_commands() -> None:
    """Keypad tones were kept with them.

    Line by line: what PostgreSQL's own JSON functions refuse may be in some.
    """
    connection, column = op.get_bind(), _JOURNAL.c
    place = sa.tuple_(column.organisation_id, column.seq)
    lines = sa.select(column.organisation_id, column.seq, column.payload).order_by(
        column.organisation_id, column.seq
    )
    commands = lines.where(
        column.type == "signal", sa.cast(column.payload, sa.Text).like('%"command"%')
    ).limit(_AT_ONCE)
    of_line = sa.and_(
        column.organisation_id == sa.bindparam("organisation"), column.seq == sa.bindparam("number")
    )
    emptied = (
        _JOURNAL.update().where(of_line).values(payload=sa.bindparam("emptied", type_=sa.JSON))
    )
    found = connection.execute(commands).all()
    while found:
        if without := [row for row in map(_emptied, found) if row]:
            connection.execute(emptied, without)
        found = connection.execute(
            commands.where(place > sa.tuple_(found[-1][0], found[-1][1]))
        ).all()


def _emptied(line: Any) -> dict[str, Any] | None:
    organisation, number, payload = line
    message = payload.get("message", {})
    if message.get("type") != "command" or not message.get("args"):
        return None
    return {
        "organisation": organisation,
        "number": number,
        "emptied": {**payload, "message": {**message, "args": {}}},
    }


def downgrade() -> None:
    op.drop_index("unknown_events_by_agent", table_name="unknown_events")
    op.drop_index("clients_living", table_name="clients")
    op.drop_table("command_args")
