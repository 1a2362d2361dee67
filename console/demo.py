"""The demo: two agents who can call each other, their supervisor, an administrator, and an agent of
another organisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from .domain.enums import Role
from .providers.demo import DemoConnection, sip_server_connection
from .security.secrets_at_rest import Vault
from .storage import contacts, models, organisations
from .storage.outcome_lists import OutcomeList

WRAP_UP_SECONDS = 30
PASSWORD = "console-demo"  # noqa: S105
AGENTS = ("alice", "bob")
OUTCOMES = (
    "Đã giải quyết",
    "Hẹn gọi lại",
    "Chuyển bộ phận khác",
    "Khiếu nại",
    "Không có nhu cầu",
    "Nhầm số",
)
CUSTOMERS = {  # number → name, and who looks after them
    "+84912345200": ("Nguyễn Văn An", "alice"),
    "+84987654200": ("Trần Thị Bình", "bob"),
    "+84901234200": ("Lê Hoàng Minh", ""),
    "+84938111200": ("Phạm Thu Hà", "alice"),
    "+84977222486": ("Công ty Sao Mai", ""),
}


def create_demo(
    session: Session,
    vault: Vault,
    password_hash: str,
    sip_url: str,
    clouds: Sequence[DemoConnection] = (),
) -> None:
    add_user = partial(organisations.create_user, session, password_hash=password_hash)
    demo = organisations.create_organisation(session, "Demo")
    demo.wrap_up_seconds = WRAP_UP_SECONDS
    team = organisations.create_team(session, demo, "Team One")
    connections = (sip_server_connection(sip_url), *clouds)
    connected = [(each, _connect(session, vault, demo, each)) for each in connections]
    for username in AGENTS:
        agent = add_user(demo, username, name=username.title(), role=Role.agent, team=team)
        for given, connection in connected:
            _create_line(session, vault, agent, given, connection)
    add_user(demo, "sam", name="Sam", role=Role.supervisor, supervises=[team])
    add_user(demo, "ada", name="Ada", role=Role.admin)
    _create_contacts(session, demo.id)
    for outcome in OUTCOMES:
        OutcomeList(session, demo.name).add(outcome)
    other = organisations.create_organisation(session, "Other")
    their_team = organisations.create_team(session, other, "Team One")
    add_user(other, "olga", name="Olga", role=Role.agent, team=their_team)


def _connect(
    session: Session, vault: Vault, demo: models.Organisation, given: DemoConnection
) -> models.Connection:
    return organisations.create_connection(
        session,
        demo,
        given.provider,
        given.name,
        settings=dict(given.settings),
        secrets=vault.seal(dict(given.secrets)) if given.secrets else None,
    )


def _create_line(
    session: Session,
    vault: Vault,
    agent: models.User,
    given: DemoConnection,
    connection: models.Connection,
) -> None:
    secrets, extension = given.line_secrets.get(agent.username), given.extensions[agent.username]
    sealed = vault.seal(dict(secrets)) if secrets else None
    organisations.create_line(session, connection, agent, extension, secrets=sealed)


def _create_contacts(session: Session, organisation: str) -> None:
    owners = contacts.possible_owners(session, organisation)
    for number, (name, owner) in CUSTOMERS.items():
        contacts.add(session, organisation, name, [number], owners.get(owner))
