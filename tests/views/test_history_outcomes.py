"""The history's filter by outcome: what a person may choose, and what it selects."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from console.storage.database import Database
from console.storage.outcome_lists import OutcomeList
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

HOSTILE = '=1"><script>alert(1)</script>'
SOLVED, GONE, UNUSED, OLGAS = "Đã giải quyết", "Gone", "Unused", "Olgas"
NUMBERS = {SOLVED: "0912345001", GONE: "0912345002", HOSTILE: "0912345003", "": "0912345004"}


@pytest.fixture(scope="module")
def ids() -> dict[str, str]:
    """name → id of outcomes of both organisations."""
    return {}


@pytest.fixture(scope="module")
def server(ids: dict[str, str]) -> Iterator[ConsoleServer]:
    """Alice has one ended call with each of these outcomes, and one without."""
    with ConsoleServer() as console:
        database = Database(console.database_url)
        with database.write() as session:
            home, far = OutcomeList(session, "Demo"), OutcomeList(session, "Other")
            for name in (GONE, UNUSED, HOSTILE):
                home.add(name)
            far.add(OLGAS)
            ids |= {row.name: row.id for row in [*home.rows, *far.rows]}
        with ScriptedPhone(WebClient(console, "alice")) as phone:
            for name, number in NUMBERS.items():
                phone.talks(number, number)
                phone.ends(number)
                about = {"id": number, "client": "page", "epoch": 0, "call": number}
                phone.web.post("/commands/outcome", **about, outcome=ids.get(name, ""))
        with database.write() as session:
            home = OutcomeList(session, "Demo")
            for name in (GONE, UNUSED):
                home.retire(name)
        database.close()
        yield console


@pytest.fixture
def page(server: ConsoleServer) -> Iterator[Any]:
    clients: dict[str, WebClient] = {}

    def get(address: str = "", who: str = "alice") -> Any:
        if who not in clients:
            clients[who] = WebClient(server, who)
            clients[who].post("/preferences", locale="en")
        return clients[who].http.get(f"/history{address}")

    yield get
    for client in clients.values():
        client.close()


def listed(answer: Any) -> list[str]:
    return [f"0{number}" for number in re.findall(r'href="/\?dial=%2B84(\d+)"', answer.text)]


def options(answer: Any) -> list[str]:
    select = re.search(r'<select id="outcome".*?</select>', answer.text, re.DOTALL)
    return (
        [unescape(word) for word in re.findall(r">([^<]+)</option>", select[0])] if select else []
    )


@pytest.mark.parametrize("who", ["alice", "sam", "ada"])
@pytest.mark.parametrize("name", [SOLVED, GONE, HOSTILE])
def test_an_outcome_selects_its_calls(page: Any, ids: dict[str, str], who: str, name: str) -> None:
    answer = page(f"?outcome={ids[name]}", who)
    assert (answer.status_code, listed(answer)) == (200, [NUMBERS[name]])
    assert f'<option value="{ids[name]}" selected>' in " ".join(answer.text.split())


def test_none_given_selects_the_calls_without_one(page: Any) -> None:
    assert listed(page("?outcome=none")) == [NUMBERS[""]]


def test_retired_outcomes_are_offered_where_a_call_has_one(page: Any) -> None:
    words = options(page())
    assert words[:3] == ["All outcomes", "None given", SOLVED]
    assert words[-1] == "Gone (no longer offered)"
    assert HOSTILE in words
    assert not any("Unused" in word for word in words)
    assert not any("Gone" in word for word in options(page("", "bob")))


def test_the_choice_is_kept_in_every_address_of_the_page(page: Any, ids: dict[str, str]) -> None:
    text = unescape(page(f"?outcome={ids[SOLVED]}&direction=inbound").text)
    kept = f"direction=inbound&outcome={ids[SOLVED]}"
    assert f'href="/history.csv?{kept}"' in text
    assert len(re.findall(rf'href="/history\?from=[-\d]+&to=[-\d]+&{kept}"', text)) == 3


def test_the_file_has_the_outcome_beside_the_result(page: Any, ids: dict[str, str]) -> None:
    for name, shown in ((SOLVED, SOLVED), (HOSTILE, f"'{HOSTILE}")):
        text = page(f".csv?outcome={ids[name]}").content.decode("utf-8-sig")
        [row] = csv.DictReader(io.StringIO(text))
        assert (row["Outcome"], row["Result"]) == (shown, "Ended")


@pytest.mark.parametrize("path", ["", ".csv"])
def test_an_outcome_that_cannot_be_chosen_is_refused(
    page: Any, ids: dict[str, str], path: str
) -> None:
    for outcome in ("nonsense", ids[OLGAS], ids[UNUSED], "%F0%9F", "x" * 300):
        assert page(f"{path}?outcome={outcome}").status_code == 400
    text = page(f"?outcome={ids[OLGAS]}").text
    assert 'id="outcome-fault"' in text
    assert OLGAS not in text


def test_olga_neither_chooses_nor_learns_an_outcome(page: Any, ids: dict[str, str]) -> None:
    assert options(page("", "olga")) == ["All outcomes", "None given", OLGAS]
    assert listed(page("?outcome=none", "olga")) == []
    for name in (SOLVED, GONE, HOSTILE):
        for path in ("", ".csv"):
            answer = page(f"{path}?outcome={ids[name]}", "olga")
            assert answer.status_code == 400
            assert SOLVED not in answer.text
