"""Merging and deleting contacts on their pages: who may, what is shown, and races."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient
from tests.views.contact_forms import create, get, post, stored, text_of


@pytest.fixture(scope="module")
def phone(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    with ScriptedPhone(WebClient(server, "alice")) as far:
        yield far


def hidden(answer: httpx.Response) -> dict[str, str]:
    form = answer.text.partition("<main")[2]
    found = re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found if name != "csrf_token"}


def pair(people: dict[str, WebClient], name: str, number: str) -> tuple[str, str]:
    """The pages of two contacts, and the address of the preview of their merge."""
    kept = create(people["alice"], name=name, numbers=f"0912000{number}", company="Sao Mai")
    other = create(people["alice"], name=f"{name} 2", numbers=f"0913000{number}", company="Other")
    return kept, other


def preview(kept: str, other: str) -> str:
    return f"{kept}/merge?with={other.rpartition('/')[2]}"


def test_a_merge_is_shown_before_it_is_done(people: dict[str, WebClient]) -> None:
    kept, other = pair(people, "Shown", "101")
    offered = get(people["sam"], f"{kept}/merge")
    assert preview(kept, other) in html.unescape(offered.text)
    shown = get(people["sam"], preview(kept, other))
    text = text_of(shown)
    assert "Numbers 0912 000 101 · 0913 000 101" in text
    assert "Not kept from “Shown 2” Name Shown 2 Company Other" in text
    answer = post(people["sam"], f"{kept}/merge", **hidden(shown))
    assert (answer.status_code, answer.headers["location"]) == (303, kept)
    assert "merged with “Shown 2” by Sam" in text_of(get(people["alice"], kept))
    gone = get(people["alice"], other)
    assert gone.status_code == 404
    assert "merged into another one" in text_of(gone)


def test_the_merged_name_is_pushed_to_open_pages(
    people: dict[str, WebClient], phone: ScriptedPhone
) -> None:
    kept, other = pair(people, "Pushed", "102")
    phone.talks("named", "0913000102")
    wall = people["ada"].hello("wall-tab", view="wall")
    merge = hidden(get(people["sam"], preview(kept, other)))
    assert post(people["sam"], f"{kept}/merge", **merge).status_code == 303
    named = wall.until("change", lambda message: "Pushed" in message.get("html", ""))
    assert "Pushed 2" not in named["html"]
    phone.ends("named")


def test_the_second_of_two_merges_is_refused_with_a_reason(people: dict[str, WebClient]) -> None:
    kept, other = pair(people, "Race", "103")
    forms = [hidden(get(people[who], preview(kept, other))) for who in ("sam", "ada")]
    assert post(people["sam"], f"{kept}/merge", **forms[0]).status_code == 303
    answer = post(people["ada"], f"{kept}/merge", **forms[1])
    assert answer.status_code == 409
    assert "The other contact does not exist any more." in text_of(answer)
    crossed = post(people["ada"], f"{other}/merge", **forms[1])
    assert crossed.status_code == 404


def test_a_merge_shows_again_what_was_changed_meanwhile(people: dict[str, WebClient]) -> None:
    kept, other = pair(people, "Again", "104")
    form = hidden(get(people["sam"], preview(kept, other)))
    edit = {**stored(people["alice"], other), "email": "new@saomai.vn"}
    assert post(people["alice"], f"{other}/edit", **edit).status_code == 303
    answer = post(people["sam"], f"{kept}/merge", **form)
    assert answer.status_code == 409
    assert "Somebody else has changed" in text_of(answer)
    assert "new@saomai.vn" in text_of(answer)
    assert post(people["sam"], f"{kept}/merge", **hidden(answer)).status_code == 303
    assert "new@saomai.vn" in text_of(get(people["sam"], kept))


@pytest.mark.parametrize("with_", ["", "nobody", "self", "x" * 500])
def test_a_merge_needs_another_contact(people: dict[str, WebClient], with_: str) -> None:
    [kept, *_] = re.findall(
        r'href="(/contacts/[0-9a-f-]{36})"', get(people["sam"], "/contacts").text
    )
    other = kept.rpartition("/")[2] if with_ == "self" else with_
    assert get(people["sam"], f"{kept}/merge?with={other}").status_code == 200
    form = {"with": other, "seen": stored(people["sam"], kept)["seen"], "seen_other": ""}
    form["seen_other"] = form["seen"]
    assert post(people["sam"], f"{kept}/merge", **form).status_code == 409
    assert get(people["sam"], kept).status_code == 200


def test_agents_are_told_who_merges_and_deletes(people: dict[str, WebClient]) -> None:
    kept, other = pair(people, "Rights", "105")
    text = get(people["alice"], kept).text
    assert "Supervisors and administrators merge and delete contacts." in text
    assert f"{kept}/delete" not in text
    assert f"{kept}/merge" not in text
    form = {"seen": stored(people["alice"], kept)["seen"], "with": other.rpartition("/")[2]}
    for path in ("delete", "merge"):
        assert post(people["alice"], f"{kept}/{path}", **form).status_code == 403
    assert get(people["alice"], f"{kept}/merge").status_code == 403
    assert get(people["alice"], kept).status_code == 200


@pytest.mark.parametrize("who", ["sam", "ada"])
def test_a_contact_is_deleted_and_its_calls_stay(
    people: dict[str, WebClient], phone: ScriptedPhone, who: str
) -> None:
    number = {"sam": "106", "ada": "107"}[who]
    page = create(people["alice"], name=f"Leaves {who}", numbers=f"0912000{number}")
    phone.talks(who, f"0912000{number}")
    phone.ends(who)
    form = hidden(get(people[who], page))
    answer = post(people[who], f"{page}/delete", **form)
    assert answer.status_code == 303
    assert "has been deleted" in text_of(get(people[who], answer.headers["location"]))
    history = people["alice"].http.get("/history").text
    assert f"0912 000 {number}" in history
    assert f"Leaves {who}" not in history
    assert post(people[who], f"{page}/delete", **form).status_code == 404


def test_a_contact_that_was_changed_is_not_deleted_unseen(people: dict[str, WebClient]) -> None:
    page, _other = pair(people, "Keeps", "108")
    form = hidden(get(people["sam"], page))
    edit = {**stored(people["alice"], page), "note": "Do not delete"}
    assert post(people["alice"], f"{page}/edit", **edit).status_code == 303
    answer = post(people["sam"], f"{page}/delete", **form)
    assert answer.status_code == 409
    assert "Do not delete" in text_of(answer)
    assert post(people["sam"], f"{page}/delete", **hidden(answer)).status_code == 303
