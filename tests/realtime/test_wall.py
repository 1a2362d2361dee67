"""The wall over real sockets: teams, missed calls, and how soon twenty walls show a change."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.stalls import Stalls
from tests.servers.supervisors import Watchers, create_user, signed_in
from tests.servers.web_client import Socket, WebClient

Web = Callable[..., WebClient]

NUMBER, OTHER = "0912345678", "0987654321"
A_SECOND, WATCHING, MARKS = 50, 20, 10


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    """Adds two supervisors to the demo: Tess of Carol's team, and Oscar of Olga's organisation."""
    with ConsoleServer(simulator="off") as console:
        create_user(console, "carol", ["Team Two"], role="agent")
        create_user(console, "tess", ["Team Two"])
        create_user(console, "oscar", ["Team One"], organisation="Other")
        yield console


@pytest.fixture(scope="module")
def alice(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    with ScriptedPhone(WebClient(server, "alice")) as phone:
        yield phone


@pytest.fixture(scope="module")
def bob(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    with ScriptedPhone(WebClient(server, "bob"), "bobs-phone") as phone:
        yield phone


def last_change(socket: Socket) -> str:
    return json.dumps(socket.seen, ensure_ascii=False)


def waiting(html: str) -> list[tuple[str, int]]:
    """The numbers that wait, newest first, each with its number of conversations."""
    found = re.findall(r'<li id="callback-[^>]*data-number="([^"]*)"[^>]*data-calls="(\d+)"', html)
    return [(number, int(calls)) for number, calls in found]


def listed(web: WebClient) -> list[tuple[str, int]]:
    return waiting(web.http.get("/wall").text)


def test_supervisors_see_only_their_organisation_and_teams(
    server: ConsoleServer, alice: ScriptedPhone, web: Web
) -> None:
    strangers = {name: web(server, name) for name in ("tess", "oscar")}
    walls = {name: one.hello(f"wall-{name}", "wall") for name, one in strangers.items()}
    own = web(server, "sam").hello("wall-own", "wall")
    alice.talks("private", NUMBER, name="Trần Thị Kín")
    alice.ends("private")
    alice.rings("private-missed", OTHER, name="Lê Văn Kín")
    alice.ends("private-missed", "missed")
    own.until(
        "change",
        lambda message: (
            "Lê Văn Kín" in message["html"] and 'hx-target="#callback-rows"' in message["html"]
        ),
    )
    for name, wall in walls.items():
        wall.quiet(0.5)
        for seen in (
            last_change(wall),
            strangers[name].http.get("/wall").text,
            strangers[name].http.get("/wall/tv").text,
        ):
            assert [
                word
                for word in ("Alice", "Bob", "Kín", "345 678", "654 321", "Demo PBX")
                if word in seen
            ] == []
        assert listed(strangers[name]) == []
    assert "Carol" in last_change(walls["tess"])
    assert "Carol" not in last_change(own)
    assert "Olga" in last_change(walls["oscar"])


def test_a_team_in_the_address_opens_no_foreign_team(server: ConsoleServer, web: Web) -> None:
    sams = web(server, "sam").http.get("/wall").text
    team = re.search(r'data-team="([^"]+)"', sams)
    assert team
    for path in ("/wall", "/wall/tv"):
        assert "Alice" not in web(server, "tess").http.get(f"{path}?team={team[1]}").text


@pytest.mark.parametrize("path", ["/wall", "/wall/tv"])
def test_no_agent_of_any_organisation_may_open_the_wall(
    server: ConsoleServer, web: Web, path: str
) -> None:
    for name in ("olga", "alice", "carol"):
        assert web(server, name).http.get(path).status_code == 403
    assert web(server).http.get(path).status_code == 303


def test_a_tv_has_the_language_and_look_of_its_address(server: ConsoleServer, web: Web) -> None:
    sam = web(server, "sam")
    for locale, word in (("vi", "Đang đổ chuông"), ("en", "Ringing")):
        html = sam.http.get(f"/wall/tv?locale={locale}&theme=dark").text
        assert f'<html lang="{locale}"' in html
        assert 'data-theme="dark"' in html
        assert word in html
    plain = sam.http.get("/wall/tv?locale=klingon&theme=neon").text
    assert "klingon" not in plain
    assert "neon" not in plain


def test_missed_calls_wait_until_an_agent_reaches_the_number(
    server: ConsoleServer, alice: ScriptedPhone, bob: ScriptedPhone, web: Web
) -> None:
    sam = web(server, "sam")
    before = listed(sam)
    for n in range(2):
        alice.rings(f"waits-{n}", "0901000001")
        alice.ends(f"waits-{n}", "missed")
    bob.rings("waits-too", "0901000002")
    bob.ends("waits-too", "missed")
    assert listed(sam) == [("+84901000002", 1), ("+84901000001", 2), *before]
    bob.tell("dialing", "back", direction="outbound", number="0901000001")
    bob.tell("ended", "back", ended_by="remote", cause="no_answer")
    assert listed(sam) == [("+84901000002", 1), ("+84901000001", 2), *before]
    bob.tell("dialing", "reached", direction="outbound", number="0901000001")
    bob.tell("answered", "reached")
    assert listed(sam) == [("+84901000002", 1), *before]
    bob.tell("ended", "reached", ended_by="agent", cause="completed")
    alice.talks("again", "0901000002")
    assert listed(sam) == before
    alice.ends("again")


def test_a_ring_group_call_answered_once_is_not_missed(
    server: ConsoleServer, alice: ScriptedPhone, bob: ScriptedPhone, web: Web
) -> None:
    sam = web(server, "sam")
    before = listed(sam)
    for phone, name in ((alice, "group-a"), (bob, "group-b")):
        phone.rings(name, "0901000003", external=[["sip", "group-1"]])
    for phone, name in ((alice, "group-a"), (bob, "group-b")):
        phone.ends(name, "missed")
    assert listed(sam) == [("+84901000003", 1), *before]
    for phone, name in ((alice, "group-c"), (bob, "group-d")):
        phone.rings(name, "0901000004", external=[["sip", "group-2"]])
    alice.tell("answered", "group-c")
    bob.ends("group-d", "missed")
    assert listed(sam) == [("+84901000003", 1), *before]
    alice.ends("group-c")


def test_the_third_call_of_a_number_is_marked_for_every_agent(
    server: ConsoleServer, alice: ScriptedPhone, bob: ScriptedPhone, web: Web
) -> None:
    wall = web(server, "sam").hello("third", "wall")
    for n, phone in enumerate((alice, bob)):
        phone.talks(f"nth-{n}", "0901000005")
        phone.ends(f"nth-{n}")
    alice.rings("nth-2", "0901000005")
    wall.until("change", lambda message: "3rd call from this number today" in message["html"])
    alice.tell("answered", "nth-2")
    wall.until(
        "change",
        lambda message: (
            'data-nth="3"' in message["html"] and 'data-state="active"' in message["html"]
        ),
    )
    alice.ends("nth-2")


def test_twenty_walls_show_a_change_within_a_second_under_load(
    server: ConsoleServer, alice: ScriptedPhone, bob: ScriptedPhone, web: Web
) -> None:
    """Half of the walls show one team, half two: two audiences, each in two languages."""
    names = [f"watcher-{n}" for n in range(WATCHING)]
    for n, name in enumerate(names):
        create_user(server, name, ["Team One", "Team Two"] if n % 2 else ["Team One"])
    browsers = signed_in(server, names)
    with ExitStack() as stack:
        for browser in browsers:
            stack.callback(browser.close)
        walls = [
            browser.hello(f"w-{n}", "wall", locale="vi" if n % 4 < 2 else "en")
            for n, browser in enumerate(browsers)
        ]
        alice.talks("storm", "0901000006")
        watchers, stalls = stack.enter_context(Watchers(walls)), stack.enter_context(Stalls())
        stack.enter_context(alice.storm("storm", A_SECOND))
        said, slowest = alice.n, list[float]()
        for n in range(MARKS):
            since = watchers.expect(f"Mark {n}.")
            bob.rings(f"mark-{n}", "0901000007", name=f"Mark {n}.")
            waited = max(watchers.waits(f"Mark {n}.", since))
            slowest.append(waited - stalls.since(since))
            bob.ends(f"mark-{n}", "answered_elsewhere")
        assert alice.n - said > MARKS  # changes went on meanwhile
    alice.ends("storm")
    assert max(slowest) < 1.0, slowest  # the slowest of the twenty, for each mark
