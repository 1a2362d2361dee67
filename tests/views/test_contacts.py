"""The customer panel from the server: organisations are apart, and hostile text stays text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

NOBODYS, AN, BINH = "0912000111", "0912345200", "0987654200"
HOSTILE = '<img src=x onerror="alert(1)">"\'&{{ 7*7 }}</template><script>alert(2)</script>'
PARTIAL = '<hx-partial hx-target="#customer-body" hx-swap="outerHTML">'


@pytest.fixture(scope="module")
def phone(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    """Carries Alice's calls. One with An is over, and has a note."""
    with ScriptedPhone(WebClient(server, "alice")) as far:
        far.talks("old", AN)
        far.ends("old")
        far.web.post(
            "/commands/note", id="n", client=far.client, epoch=far.epoch, call="old", text=HOSTILE
        )
        yield far


def ask(who: WebClient, **query: str) -> httpx.Response:
    return who.http.get(
        "/customers", params=query, headers={"HX-Request": "true", "Accept-Language": "en"}
    )


def panel(who: WebClient, **query: str) -> str:
    """The visible text."""
    answer = ask(who, **query)
    assert answer.status_code == 200 and answer.text.startswith(PARTIAL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def save(who: WebClient, number: str, name: str, **more: object) -> httpx.Response:
    return who.post("/customers", number=number, name=name, **more)


@pytest.fixture(autouse=True)
def in_english(people: dict[str, WebClient], phone: ScriptedPhone) -> None:
    for who in (*people.values(), phone.web):
        who.post("/preferences", locale="en")


def test_known_customer_shows_name_owner_number_and_calls(
    people: dict[str, WebClient], phone: ScriptedPhone
) -> None:
    words = panel(people["bob"], number=AN)
    for expected in (
        "Nguyễn Văn An",
        "Assigned to Alice",
        "0912 345 200",
        "Last calls",
        "Alice",
        "Ended",
    ):
        assert expected in words
    assert "First call" not in words


def test_open_call_is_not_among_the_last_ones(phone: ScriptedPhone) -> None:
    phone.rings("first", NOBODYS)
    words = panel(phone.web, call="first")
    assert "First call from this number" in words and "Last calls" not in words
    phone.ends("first", "missed")
    assert "First call from this number" in panel(phone.web, call="first")
    assert "Missed" in panel(phone.web, number=NOBODYS)


def test_an_outgoing_call_is_labelled_to(phone: ScriptedPhone) -> None:
    phone.tell("dialing", "out", direction="outbound", number="0912000222")
    assert "First call to this number" in panel(phone.web, call="out")
    phone.tell("ended", "out", ended_by="agent")


def test_a_shared_number_shows_that_two_were_found(people: dict[str, WebClient]) -> None:
    assert save(people["bob"], "0938111200", "Phạm Gia Bảo").status_code == 204
    words = panel(people["bob"], number="+84938111200")
    assert "2 found" in words and "Phạm Thu Hà" in words and "Phạm Gia Bảo" in words


def test_saved_name_reaches_the_call_on_every_page(
    server: ConsoleServer, people: dict[str, WebClient], phone: ScriptedPhone
) -> None:
    phone.talks("named", "0912000333")
    tab, wall = phone.web.hello("second-tab"), people["sam"].hello("wall-tab", view="wall")
    assert save(people["bob"], "0912 000 333", "Vũ Hải Yến").status_code == 204
    for socket in (tab, wall):
        socket.until("change", lambda message: "Vũ Hải Yến" in message.get("html", ""))
    phone.ends("named")
    assert "Vũ Hải Yến" in phone.web.http.get("/history?q=vu hai yen").text


def test_a_contact_is_renamed(people: dict[str, WebClient]) -> None:
    contact = re.search(r'data-contact="([^"]+)"', ask(people["bob"], number=BINH).text)
    assert contact
    assert (
        save(people["bob"], "", "Trần Thị Bích", contact=contact[1], mine=False).status_code == 204
    )
    words = panel(people["bob"], number=BINH)
    assert "Trần Thị Bích" in words and "Assigned to Bob" not in words
    assert '<h3 tabindex="-1">Trần Thị Bích</h3>' in ask(people["bob"], number=BINH).text


def test_audit_trail_is_shown_to_the_own_organisation_only(
    people: dict[str, WebClient], phone: ScriptedPhone
) -> None:
    number = "0912000555"
    assert save(phone.web, number, "Lê Thị Mới").status_code == 204
    contact = re.search(r'data-contact="([^"]+)"', ask(people["bob"], number=number).text)
    assert contact
    for name, mine in (
        ("Lê Thị Mới Hơn", None),
        ("Lê Thị Mới Hơn", True),
        ("Lê Thị Mới Hơn", True),
        ("Lê Thị Mới Hơn", False),
    ):
        assert save(people["bob"], "", name, contact=contact[1], mine=mine).status_code == 204
    text = ask(people["sam"], number=number).text
    assert re.findall(r'data-change="(\w+)"', text) == [
        "owner",
        "owner",
        "name",
    ]  # the last three, newest first
    words = panel(people["sam"], number=number)
    for expected in (
        "renamed by Bob, was “Lê Thị Mới”",
        "assigned to Bob by Bob",
        "no longer assigned to Bob",
    ):
        assert expected in words
    assert save(people["olga"], number, "Olga's own").status_code == 204
    theirs = ask(people["olga"], number=number).text
    assert (
        re.findall(r'data-change="(\w+)"', theirs) == ["added"]
        and "Bob" not in theirs
        and "Mới" not in theirs
    )


def test_colleague_is_named_and_cannot_be_saved(
    phone: ScriptedPhone, people: dict[str, WebClient]
) -> None:
    words = panel(phone.web, number="1002")
    assert "Bob" in words and "Colleague" in words and "Extension 1002" in words
    assert "<form" not in ask(phone.web, number="1002").text
    assert "Unknown extension" in panel(phone.web, number="1999")
    refused = save(phone.web, "1002", "Bobby")
    assert (
        refused.status_code == 422
        and refused.json()["code"] == "extension"
        and "colleague" in refused.json()["sentence"]
    )


def test_internal_calls_are_shown_to_both_sides_only(
    phone: ScriptedPhone, people: dict[str, WebClient]
) -> None:
    phone.tell("dialing", "inside", direction="outbound", number="1002")
    phone.tell("ended", "inside", ended_by="agent")
    assert "Last calls" in panel(phone.web, number="1002")
    assert "Last calls" not in panel(people["sam"], number="1002")


@pytest.mark.parametrize("number", ["", "anonymous", " ", "Unknown"])
def test_withheld_number_offers_nothing(phone: ScriptedPhone, number: str) -> None:
    assert "withheld" in panel(phone.web, number=number)
    assert "<form" not in ask(phone.web, number=number).text


def test_other_organisation_reads_and_changes_nothing(
    people: dict[str, WebClient], phone: ScriptedPhone
) -> None:
    olga = people["olga"]
    words = panel(olga, number=AN)
    assert (
        "First call from this number" in words
        and "An" not in words.split()
        and "Alice" not in words
    )
    assert "withheld" in panel(olga, call="old")
    assert "Unknown extension" in panel(olga, number="1002")
    contact = re.search(r'data-contact="([^"]+)"', ask(people["bob"], number=AN).text)
    assert contact
    assert save(olga, AN, "Stolen", contact=contact[1]).status_code == 404
    assert save(olga, AN, "Olga's An", mine=True).status_code == 204
    assert "Olga's An" in panel(olga, number=AN)
    assert "Olga" not in panel(people["bob"], number=AN)
    assert "Nguyễn Văn An" not in olga.http.get("/history?q=An").text


def test_agent_cannot_open_a_colleagues_call_by_id(
    people: dict[str, WebClient], phone: ScriptedPhone
) -> None:
    assert "withheld" in panel(people["bob"], call="old")


def test_hostile_names_and_notes_are_shown_as_text(
    people: dict[str, WebClient], phone: ScriptedPhone
) -> None:
    assert save(people["bob"], "0912000444", HOSTILE).status_code == 204
    phone.rings("hostile", "0912000444")
    for page in (
        ask(people["bob"], number="0912000444").text,
        ask(people["bob"], number=AN).text,
        phone.web.http.get("/").text,
    ):
        assert "<img" not in page and "<script>alert" not in page and "{{ 7*7 }}" in page
        assert "&lt;img src=x" in page
    phone.ends("hostile")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"number": NOBODYS, "name": ""}, 422, "no_name"),
        ({"number": NOBODYS, "name": " \u200b"}, 422, "no_name"),
        ({"number": NOBODYS, "name": "A" * 201}, 422, "long_name"),
        ({"number": AN, "name": "nguyễn văn an"}, 422, "known_name"),
        ({"number": "", "name": "An"}, 422, "empty"),
        ({"number": "0912345", "name": "An"}, 422, "invalid"),
        ({"number": AN, "name": "An", "contact": "nobody"}, 404, "not_found"),
        ({"number": AN, "name": ["An"]}, 400, "bad_request"),
        ({"number": AN, "name": "An", "mine": "yes"}, 400, "bad_request"),
        ({}, 422, "empty"),
    ],
)
def test_invalid_name_is_refused_with_a_message(
    people: dict[str, WebClient], body: dict[str, object], status: int, code: str
) -> None:
    answer = people["bob"].post("/customers", **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["sentence"]


def test_unsigned_and_forged_requests_are_refused(
    server: ConsoleServer, people: dict[str, WebClient]
) -> None:
    nobody = WebClient(server)
    assert ask(nobody, number=AN).status_code == 401
    assert nobody.post("/customers", number=NOBODYS, name="An").status_code in (400, 401)
    forged = people["bob"].http.post("/customers", json={"number": NOBODYS, "name": "Forged"})
    assert forged.status_code == 400
    assert "Forged" not in panel(people["bob"], number=NOBODYS)
    nobody.close()
