"""The commands `outcome` and `extend_wrap_up`, and the pages that show outcomes."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from console.storage.database import Database
from console.storage.outcome_lists import OutcomeList
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

HOSTILE = '"><img src=x onerror=alert(1)>{{ 7*7 }}</script>'
SOLVED, BACK = "Đã giải quyết", "Hẹn gọi lại"


@pytest.fixture(scope="module")
def ids(server: ConsoleServer) -> dict[str, str]:
    """name → id of the demo's outcomes, one of them retired, and of one of Olga's organisation."""
    database = Database(server.database_url)
    with database.write() as session:
        home = OutcomeList(session, "Demo")
        home.add(HOSTILE)
        home.add("Gone")
        home.retire("Gone")
        far = OutcomeList(session, "Other")
        far.add("Olgas")
        found = {row.name: row.id for row in [*home.rows, *far.rows]}
    database.close()
    return found


@pytest.fixture(scope="module")
def alice(server: ConsoleServer, ids: dict[str, str]) -> Iterator[ScriptedPhone]:
    """Alice has talked with a customer in the call `over`."""
    with ScriptedPhone(WebClient(server, "alice")) as far:
        far.talks("over", "0912345200")
        far.ends("over")
        yield far


def send(who: WebClient, outcome: Any, **more: Any) -> httpx.Response:
    about = {"id": "o", "client": "page", "epoch": 0, "call": "over", "outcome": outcome}
    return who.post("/commands/outcome", **{**about, **more})


def page(who: WebClient, path: str = "/history") -> str:
    return html.unescape(who.http.get(path).text)


def test_an_outcome_is_set_changed_and_taken_back(
    alice: ScriptedPhone, ids: dict[str, str]
) -> None:
    marked = '<span class="outcome-name">'
    for name in (SOLVED, BACK):
        assert send(alice.web, ids[name]).status_code == 204
        row = page(alice.web).partition(marked)[2].partition("</span>\n")[0]
        assert name in row
    assert send(alice.web, "").status_code == 204
    assert marked not in page(alice.web)


def test_a_page_without_the_lease_sends_it_too(alice: ScriptedPhone, ids: dict[str, str]) -> None:
    for epoch in (0, alice.epoch, alice.epoch + 7):
        assert send(alice.web, ids[SOLVED], epoch=epoch, client=f"p{epoch}").status_code == 204


def test_refused_outcomes_get_a_sentence(alice: ScriptedPhone, ids: dict[str, str]) -> None:
    send(alice.web, ids[BACK])
    for outcome in ("nonsense", ids["Olgas"], ids["Gone"]):
        refused = send(alice.web, outcome)
        assert (refused.status_code, refused.json()["code"]) == (422, "outcome_gone")
        assert refused.json()["sentence"]
    assert BACK in page(alice.web)


def test_a_late_choice_is_answered_and_loses(alice: ScriptedPhone, ids: dict[str, str]) -> None:
    assert send(alice.web, ids[BACK]).status_code == 204
    assert send(alice.web, ids[SOLVED], at=1).status_code == 204
    text = page(alice.web)
    assert text.count(f"</span>{BACK}") == 1


def test_nobody_else_sets_or_learns_an_outcome(
    alice: ScriptedPhone, people: dict[str, WebClient], ids: dict[str, str]
) -> None:
    send(alice.web, ids[BACK])
    for who, outcome in (("bob", ids[SOLVED]), ("sam", ids[SOLVED]), ("olga", ids["Olgas"])):
        assert send(people[who], outcome).status_code == 404
    assert BACK in page(people["sam"])
    for path in ("/history", "/", "/customers?number=0912345200"):
        # the usual reasons to dismiss a callback have the same words
        text = re.sub(r"<datalist.*?</datalist>", "", page(people["olga"], path), flags=re.DOTALL)
        assert not [name for name in ids if name != "Olgas" and (name in text or ids[name] in text)]


def test_olgas_workspace_offers_her_own_list(people: dict[str, WebClient]) -> None:
    assert "Olgas" in page(people["olga"], "/")
    assert "Olgas" not in page(people["bob"], "/")


def test_hostile_names_stay_text(alice: ScriptedPhone, ids: dict[str, str]) -> None:
    assert send(alice.web, ids[HOSTILE]).status_code == 204
    for path in ("/", "/history", "/customers?number=0912345200"):
        text = alice.web.http.get(path).text
        assert "<img src=x" not in text and ">49<" not in text
        assert HOSTILE in html.unescape(text)


@pytest.mark.parametrize("until", [None, "1", -1, 1.5, True])
def test_longer_wrap_up_needs_the_end_it_means(alice: ScriptedPhone, until: Any) -> None:
    about = {"id": "w", "client": "page", "epoch": 0}
    answer = alice.web.post("/commands/extend_wrap_up", **about, until=until)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_longer_wrap_up_after_its_end_changes_nothing(alice: ScriptedPhone) -> None:
    answer = alice.web.post("/commands/extend_wrap_up", id="w", client="p", epoch=0, until=1)
    assert answer.status_code == 204


def test_a_flood_of_choices_is_refused(people: dict[str, WebClient], ids: dict[str, str]) -> None:
    answers = (send(people["bob"], ids[SOLVED]) for _ in range(300))
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert json.loads(refused.text)["code"] == "too_many"
