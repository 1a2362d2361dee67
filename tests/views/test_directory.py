"""People found as somebody types: colleagues with their presence, and contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from console.domain.directory import DirectoryQuery, read_query
from console.storage import contacts, directory, models
from console.storage.database import Database
from tests.cast import Cast, assemble
from tests.servers import ConsoleServer
from tests.servers.agents import create_agent
from tests.servers.web_client import WebClient


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer() as console:
        create_agent(console, "hanh", "1044", name="Đỗ Thị Hạnh")
        yield console


def names(web: WebClient, typed: str) -> list[str]:
    answer = web.http.get("/directory", params={"q": typed, "list": "people-1"})
    assert answer.status_code == 200, answer.text
    return re.findall(r'person-name">([^<]*)<', answer.text)


@pytest.mark.parametrize(
    "typed",
    ["Nguyễn Văn An", "nguyen", "an ngu", "NGUYỄN", "van an", "0912 345", "+84912345", "345200"],
)
def test_contact_is_found_by_any_writing(server: ConsoleServer, typed: str) -> None:
    assert "Nguyễn Văn An" in names(WebClient(server, "alice"), typed)


@pytest.mark.parametrize("typed", ["bob", "BO", "1002", "10"])
def test_colleague_is_found_by_name_and_extension(server: ConsoleServer, typed: str) -> None:
    assert "Bob" in names(WebClient(server, "alice"), typed)


@pytest.mark.parametrize("typed", ["bob 1002", "1002 bob", "bo 10"])
def test_a_name_with_an_extension_finds_the_colleague(server: ConsoleServer, typed: str) -> None:
    assert names(WebClient(server, "alice"), typed) == ["Bob"]


@pytest.mark.parametrize("typed", ["an 0912 345", "nguyen +84912", "an 345200", "345200 văn an"])
def test_a_name_with_a_number_finds_the_contact(server: ConsoleServer, typed: str) -> None:
    assert names(WebClient(server, "alice"), typed) == ["Nguyễn Văn An"]


@pytest.mark.parametrize("typed", ["bob 1001", "zz 1002", "bob 0912345200", "nguyen 0999"])
def test_a_name_with_anothers_number_finds_nobody(server: ConsoleServer, typed: str) -> None:
    assert names(WebClient(server, "alice"), typed) == []


def test_letters_without_marks_find_those_with_marks(server: ConsoleServer) -> None:
    assert names(WebClient(server, "alice"), "do hanh") == ["Đỗ Thị Hạnh"]


@pytest.mark.parametrize("typed", ["", "a", "  ", "%", "__", "zz zz", "0000000000", "😀😀"])
def test_too_little_or_nothing_finds_nobody(server: ConsoleServer, typed: str) -> None:
    assert names(WebClient(server, "alice"), typed) == []


def test_nobody_finds_themselves(server: ConsoleServer) -> None:
    assert names(WebClient(server, "bob"), "bob") == []


@pytest.mark.parametrize("typed", ["alice", "bob", "nguyen", "0912345200", "1001", "an"])
def test_olga_finds_nobody_of_another_organisation(server: ConsoleServer, typed: str) -> None:
    assert names(WebClient(server, "olga"), typed) == []


def test_signed_out_reads_no_directory(server: ConsoleServer) -> None:
    web = WebClient(server, "alice")
    web.http.cookies.clear()
    assert web.http.get("/directory", params={"q": "bob", "list": "people-1"}).status_code in (
        302,
        303,
        401,
    )


def test_hostile_name_is_text(server: ConsoleServer) -> None:
    web = WebClient(server, "alice")
    name = '<img src=x onerror="boom()">'
    assert web.post("/customers", number="0912000777", name=name, mine=False).status_code == 204
    answer = web.http.get("/directory", params={"q": "0912000777", "list": "people-1"}).text
    assert "<img" not in answer
    assert "&lt;img" in answer


def test_presence_is_a_word_and_a_status(server: ConsoleServer) -> None:
    answer = (
        WebClient(server, "alice")
        .http.get("/directory", params={"q": "bob", "list": "people-1"})
        .text
    )
    assert 'data-status="offline"' in answer
    assert "Ngoại tuyến" in answer


@pytest.mark.parametrize("box", ["", "calls", "people-1'><script>", "people-", "people-1234567"])
def test_only_a_list_of_people_can_be_the_target(server: ConsoleServer, box: str) -> None:
    web = WebClient(server, "alice")
    assert web.http.get("/directory", params={"q": "bob", "list": box}).status_code == 400


def test_many_colleagues_leave_room_for_contacts(server: ConsoleServer) -> None:
    for n in range(13):
        create_agent(server, f"zoe{n}", f"10{60 + n}", name=f"Zoe {n:02}")
    web = WebClient(server, "alice")
    assert web.post("/customers", number="0912000778", name="Zoe Khách", mine=False).is_success
    found = names(web, "zoe")
    assert len(found) == 12
    assert found[-1] == "Zoe Khách"


def test_at_most_twelve_and_best_first(database: Database) -> None:
    cast: Cast = assemble(database)
    with cast.database.write() as session:
        for n in range(30):
            contacts.add(session, "home", f"Lan {n:02}", [f"+8490000{n:04}"])
        contacts.add(session, "home", "Mai Lan", ["+84900009999"])
    with cast.database.read() as session:
        found = directory.contacts(session, "home", read_query("lan", "VN"), 12)
    assert [one.name for one in found] == [f"Lan {n:02}" for n in range(12)]


def test_percent_signs_are_characters(database: Database) -> None:
    cast = assemble(database)
    with cast.database.write() as session:
        contacts.add(session, "home", "100% Cotton", ["+84900000001"])
        contacts.add(session, "home", "100 Cotton", ["+84900000002"])
    query = DirectoryQuery(words=("100%",))
    with cast.database.read() as session:
        assert [one.name for one in directory.contacts(session, "home", query, 12)] == [
            "100% Cotton"
        ]


def test_disabled_colleague_is_not_found(database: Database) -> None:
    cast = assemble(database)
    query = read_query("bob", "VN")
    with cast.database.write() as session:
        before = directory.colleagues(session, "home", query, "alice", 12)
        session.get_one(models.User, "bob").disabled = True
        after = directory.colleagues(session, "home", query, "alice", 12)
    assert [one.name for one in before] == ["Bob"]
    assert after == []


def test_number_is_read_in_the_region_of_the_organisation() -> None:
    assert read_query("0912", "VN").number == "+84912"
    assert read_query("0501", "UA").number == "+380501"
    assert read_query("00380 50", "VN").number == "+38050"
    assert read_query("912", "VN") == DirectoryQuery(digits="912")
