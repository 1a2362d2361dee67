"""Numbers to call back have rows, filled from the calls of the last seven days."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_FILLED_FROM = 7 * 86_400_000  # ms
_CLAIMED = sa.text("claimed_by IS NOT NULL")

# Missed legs: of incoming customer calls that nobody answered, later than every answered call with
# the same number.
_MISSED = """
    FROM calls c WHERE c.direction = 'inbound' AND NOT c.outgoing AND length(c.number) > 6
    AND (c.number LIKE '+%' OR c.number BETWEEN '0' AND ':')
    AND c.state = 'ended' AND c.started_at >= :since
    AND NOT EXISTS (SELECT 1 FROM calls s WHERE s.conversation_id = c.conversation_id
        AND (s.answered_at IS NOT NULL OR s.state != 'ended'
             OR s.cause IN ('answered_elsewhere', 'completed', 'transferred')))
    AND NOT EXISTS (SELECT 1 FROM calls r WHERE r.organisation_id = c.organisation_id
        AND r.number = c.number AND r.direction != 'internal'
        AND (r.answered_at >= c.started_at
             OR (r.cause IN ('answered_elsewhere', 'completed') AND r.ended_at >= c.started_at)))
"""
_FILL = (
    f"""
    INSERT INTO callbacks (organisation_id, number, waiting, since, at, calls, tries, name,
                           dismissed_why)
    SELECT c.organisation_id, c.number, true, min(c.started_at), max(c.started_at),
           count(DISTINCT c.conversation_id), 0, '', '' {_MISSED}
    GROUP BY c.organisation_id, c.number
    """,
    f"""
    INSERT INTO callback_audiences (organisation_id, number, audience)
    SELECT DISTINCT m.organisation_id, m.number, coalesce(u.team_id, u.id)
    FROM (SELECT c.organisation_id, c.number, c.agent_id {_MISSED}) m
    JOIN users u ON u.id = m.agent_id
    """,  # noqa: S608
    """
    UPDATE callbacks SET connection_id = (SELECT max(c.connection_id) FROM calls c
        WHERE c.organisation_id = callbacks.organisation_id AND c.number = callbacks.number
        AND c.started_at = callbacks.at AND c.direction = 'inbound')
    """,
    """
    UPDATE callbacks SET name = coalesce((SELECT c.name FROM calls c
        WHERE c.organisation_id = callbacks.organisation_id AND c.number = callbacks.number
        AND c.name != '' AND c.state = 'ended' ORDER BY c.started_at DESC, c.name DESC LIMIT 1), '')
    """,
    """
    UPDATE callbacks SET
        tries = (SELECT count(*) FROM calls c
            WHERE c.organisation_id = callbacks.organisation_id AND c.number = callbacks.number
            AND c.outgoing AND c.direction = 'outbound' AND c.state = 'ended'
            AND c.answered_at IS NULL AND c.started_at > callbacks.since),
        tried_at = (SELECT max(c.started_at) FROM calls c
            WHERE c.organisation_id = callbacks.organisation_id AND c.number = callbacks.number
            AND c.outgoing AND c.direction = 'outbound' AND c.state = 'ended'
            AND c.answered_at IS NULL AND c.started_at > callbacks.since)
    """,
    """
    UPDATE callbacks SET tried_by = (SELECT max(c.agent_id) FROM calls c
        WHERE c.organisation_id = callbacks.organisation_id AND c.number = callbacks.number
        AND c.outgoing AND c.direction = 'outbound' AND c.started_at = callbacks.tried_at)
    WHERE tried_at IS NOT NULL
    """,
)


def upgrade() -> None:
    op.create_table(
        "callbacks",
        sa.Column("organisation_id", sa.String(36), sa.ForeignKey("organisations.id")),
        sa.Column("number", sa.String(64)),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("since", "at")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("calls", "tries")),
        sa.Column("tried_at", sa.BigInteger()),
        sa.Column("tried_by", sa.String(36), sa.ForeignKey("users.id")),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("connection_id", sa.String(36), sa.ForeignKey("connections.id")),
        sa.Column("claimed_by", sa.String(36), sa.ForeignKey("users.id")),
        sa.Column("claimed_at", sa.BigInteger()),
        sa.Column("dismissed_by", sa.String(36), sa.ForeignKey("users.id")),
        sa.Column("dismissed_at", sa.BigInteger()),
        sa.Column("dismissed_why", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "number"),
    )
    op.create_index(
        "callbacks_waiting",
        "callbacks",
        ["organisation_id", "at"],
        sqlite_where=sa.text("waiting = 1"),
        postgresql_where=sa.text("waiting"),
    )
    op.create_index(
        "callbacks_claimed",
        "callbacks",
        ["claimed_at"],
        sqlite_where=_CLAIMED,
        postgresql_where=_CLAIMED,
    )
    op.create_table(
        "callback_audiences",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("audience", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "number"], ["callbacks.organisation_id", "callbacks.number"]
        ),
        sa.PrimaryKeyConstraint("organisation_id", "number", "audience"),
    )
    op.create_index(
        "callback_audiences_by_audience",
        "callback_audiences",
        ["organisation_id", "audience", "number"],
    )
    for statement in _FILL:
        asked = {"since": time.time_ns() // 1_000_000 - _FILLED_FROM}
        text = sa.text(statement)
        op.get_bind().execute(text, asked if ":since" in statement else {})


def downgrade() -> None:
    op.drop_table("callback_audiences")
    op.drop_table("callbacks")
