"""The demo: two agents who can call each other, their supervisor, an administrator, and a stranger
of another organisation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from .domain.enums import Role
from .providers import demo_pbx
from .security.secrets_at_rest import Vault
from .storage import contacts, models, organisations

WRAP_UP_SECONDS = 30
PASSWORD = "console-demo"  # noqa: S105
EXTENSIONS = {"alice": "1001", "bob": "1002"}
CUSTOMERS = {  # number → name, and who looks after them
    "+84912345200": ("Nguyễn Văn An", "alice"),
    "+84987654200": ("Trần Thị Bình", "bob"),
    "+84901234200": ("Lê Hoàng Minh", ""),
    "+84938111200": ("Phạm Thu Hà", "alice"),
    "+84977222486": ("Công ty Sao Mai", ""),
}


class DemoConnection(NamedTuple):
    """A pretend cloud, on which the agents have a line beside the one on the SIP exchange.

    `extensions`: by username.
    """

    provider: str
    name: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    extensions: Mapping[str, str]


def create_demo(
    session: Session,
    vault: Vault,
    password_hash: str,
    sip_url: str,
    clouds: Sequence[DemoConnection] = (),
) -> None:
    demo = organisations.create_organisation(session, "Demo")
    demo.wrap_up_seconds = WRAP_UP_SECONDS
    team = organisations.create_team(session, demo, "Team One")
    pbx = demo_pbx(sip_url)
    connection = organisations.create_connection(
        session, demo, pbx.provider, pbx.name, settings=dict(pbx.settings)
    )
    connected = [(cloud, _connect(session, vault, demo, cloud)) for cloud in clouds]
    for username, extension in EXTENSIONS.items():
        agent = organisations.create_user(
            session,
            demo,
            username,
            name=username.title(),
            role=Role.agent,
            password_hash=password_hash,
            team=team,
        )
        sealed = vault.seal({"password": f"pw-{extension}"})
        organisations.create_line(session, connection, agent, extension, secrets=sealed)
        for cloud, there in connected:
            organisations.create_line(session, there, agent, cloud.extensions[username])
    organisations.create_user(
        session,
        demo,
        "sam",
        name="Sam",
        role=Role.supervisor,
        password_hash=password_hash,
        supervises=[team],
    )
    organisations.create_user(
        session, demo, "ada", name="Ada", role=Role.admin, password_hash=password_hash
    )
    _create_contacts(session, demo.id)
    other = organisations.create_organisation(session, "Other")
    their_team = organisations.create_team(session, other, "Team One")
    organisations.create_user(
        session,
        other,
        "olga",
        name="Olga",
        role=Role.agent,
        password_hash=password_hash,
        team=their_team,
    )


def _connect(
    session: Session, vault: Vault, demo: models.Organisation, cloud: DemoConnection
) -> models.Connection:
    sealed = vault.seal(dict(cloud.secrets))
    return organisations.create_connection(
        session, demo, cloud.provider, cloud.name, settings=dict(cloud.settings), secrets=sealed
    )


def _create_contacts(session: Session, organisation: str) -> None:
    owners = contacts.possible_owners(session, organisation)
    for number, (name, owner) in CUSTOMERS.items():
        contacts.add(session, organisation, name, [number], owners.get(owner))
