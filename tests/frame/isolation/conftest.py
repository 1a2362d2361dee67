"""Console and its phone frames on hosts of one site, and agents at work there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.pages.agent_page import AgentPage
from tests.pages.two_lines import Site, at_work
from tests.servers import ConsoleServer, Kamailio, free_port


@pytest.fixture(scope="module")
def site(kamailio: Kamailio) -> Iterator[Site]:
    port = free_port()
    origin = f"http://desk.phone.localhost:{port}"
    places = {"origin": origin, "phone_origin": f"http://*.line.phone.localhost:{port}"}
    with ConsoleServer(port=port, sip_url=kamailio.ws_url, **places) as server:
        yield Site(server, origin)


@pytest.fixture(scope="module")
def alice(browser: Browser, site: Site) -> Iterator[AgentPage]:
    context = browser.new_context(permissions=["microphone"], locale="en-GB")
    yield at_work(AgentPage(context, site.server, "alice"), 2)
    context.close()
