"""Alice with two lines at two phone systems: two phone frames in one page."""

from __future__ import annotations

from playwright.sync_api import Frame

from console.storage import organisations
from console.storage.database import Database
from tests.pages.agent_page import AgentPage
from tests.servers import ConsoleServer
from tests.servers.agents import vault_of


class Site:
    """Console at desk.phone.localhost, the frames below line.phone.localhost;

    Alice has two lines on two connections.
    """

    def __init__(self, server: ConsoleServer, origin: str) -> None:
        self.server, self.origin = server, origin
        server.url = origin
        database = Database(server.database_url)
        vault = vault_of(server)
        with database.write() as session:
            demo, alice = (
                organisations.organisation_named(session, "Demo"),
                organisations.user_named(session, "alice"),
            )
            first = organisations.connection_named(session, demo, "Demo PBX")
            second = organisations.create_connection(
                session, demo, "sip", "Second PBX", settings=first.settings
            )
            organisations.create_line(
                session, second, alice, "1003", secrets=vault.seal({"password": "pw-1003"})
            )
            self.connections = [first.id, second.id]
        database.close()

    def host(self, connection: str) -> str:
        return f"{connection}.line.phone.localhost:{self.server.port}"


def frames(person: AgentPage) -> list[Frame]:
    return [frame for frame in person.page.frames if ".line.phone.localhost" in frame.url]


def at_work(person: AgentPage, phones: int) -> AgentPage:
    person.wait_until(lambda: len(frames(person)) == phones)
    return person.available()
