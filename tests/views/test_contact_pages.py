"""The contacts' pages: list, fields, edits at the same time, and what each person may do."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient
from tests.views.contact_forms import FULL, create, get, post, stored, text_of, values

HOSTILE = '<img src=x onerror="alert(1)">{{ 7*7 }}</textarea><script>alert(2)</script>'


def test_all_fields_are_kept_and_shown(people: dict[str, WebClient]) -> None:
    page = create(people["alice"], **FULL, offers_mine="1", mine="on")
    shown, text = get(people["bob"], page), text_of(get(people["bob"], page))
    for word in ("Đặng Thu Thảo", "0912 000 701", "028 3822 1234", "Công ty Sao Mai", "VIP"):
        assert word in text
    assert "Assigned to Alice" in text
    assert "Speaks English" in text
    assert re.search(
        r'href="https://crm.example.com/c/7\?x=1&amp;y=2"\s+target="_blank"'
        r' rel="noopener noreferrer"',
        shown.text,
    )
    kept = stored(people["bob"], page)
    assert {name: kept[name] for name in FULL} == {**FULL, "tags": "VIP, Huế"}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Enter a name."),
        ("name", "\u202e\u200b", "Enter a name."),
        ("name", "x" * 10_000, "This name is too long."),
        ("numbers", "", "Enter at least one number."),
        ("numbers", "1002", "1002: "),
        ("numbers", "0912 000 702\nhello", "hello: "),
        ("numbers", "\n".join(f"09120{n:05}" for n in range(21)), "at most 20 numbers"),
        ("company", "x" * 10_000, "too long"),
        ("email", "nobody", "no e-mail address"),
        ("email", "a@b.vn?bcc=c@d.vn,e", "no e-mail address"),
        ("tags", ",".join(map(str, range(11))), "at most 10 tags"),
        ("tags", "x" * 31, "at most 30 characters"),
        ("link", "http://crm.example.com", "begins with https://"),
        ("link", "javascript:alert(1)", "begins with https://"),
        ("link", "https://user@crm.example.com", "begins with https://"),
        ("link", "https://[", "begins with https://"),
        ("link", "https://crm.example.com:x/", "begins with https://"),
        ("link", "https://crm.example.com/\u202egpj", "begins with https://"),
        ("link", "https:///path", "begins with https://"),
        ("note", "x" * 10_000, "more than 4000 characters"),
    ],
)
def test_a_bad_field_is_named_and_nothing_typed_is_lost(
    people: dict[str, WebClient], field: str, typed: str, sentence: str
) -> None:
    given = {**FULL, "name": "Never Saved", "numbers": "0912000703", field: typed}
    answer = post(people["ada"], "/contacts/new", **given)
    assert answer.status_code == 422
    fault = re.search(rf'id="{field}-fault">(.*?)</p>', answer.text, re.DOTALL)
    assert fault
    assert sentence in unescape(fault[1])
    assert values(answer) == {**given, "seen": ""}
    assert "Never Saved" not in text_of(get(people["ada"], "/contacts?q=never"))


def test_hostile_text_stays_text_on_every_page(people: dict[str, WebClient]) -> None:
    hostile = {**dict.fromkeys(("name", "company", "note"), HOSTILE), "tags": "<b>&\"'"}
    page = create(people["alice"], numbers="0912000704", **hostile)
    for path in (page, f"{page}/edit", "/contacts?q=img", f"{page}/merge"):
        answer = get(people["sam"], path)
        assert answer.status_code == 200
        assert "<img src=x" not in answer.text
        assert "<script>alert" not in answer.text
    assert HOSTILE in unescape(get(people["sam"], page).text)
    panel = people["bob"].http.get("/customers?number=0912000704", headers={"HX-Request": "true"})
    assert "<img src=x" not in panel.text
    assert HOSTILE in unescape(panel.text)


@pytest.mark.parametrize("typed", ["a%00b", "%ED%A0%BD", "%FF"])
def test_what_no_database_can_keep_is_no_server_error(
    people: dict[str, WebClient], typed: str
) -> None:
    who = people["bob"]
    body = f"csrf_token={who.csrf}&name=Odd&numbers=0912000705&note={typed}"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert who.http.post("/contacts/new", content=body, headers=form).status_code in (303, 400, 422)
    for path in (f"/contacts?q={typed}", f"/contacts/{typed}", f"/contacts?after={typed}"):
        assert get(who, path).status_code in (200, 400, 404)


@pytest.mark.parametrize(
    "typed", ["dang thu", "SAO MAI", "hue", "thao@sao", "0912000701", "+84 912 000 701"]
)
def test_a_contact_is_found_by_each_of_its_fields(people: dict[str, WebClient], typed: str) -> None:
    text = text_of(people["bob"].http.get("/contacts", params={"q": typed}))
    assert "Đặng Thu Thảo" in text
    assert "Nguyễn Văn An" not in text


def test_one_letter_finds_nobody_and_says_why(people: dict[str, WebClient]) -> None:
    assert "Type at least two letters" in text_of(get(people["bob"], "/contacts?q=a"))


def test_an_edit_is_kept_in_the_trail(people: dict[str, WebClient]) -> None:
    page = create(people["alice"], **{**FULL, "name": "Trail", "numbers": "0912000706"})
    changed = {**stored(people["bob"], page), "company": "Other", "note": "Secret", "tags": ""}
    changed["numbers"] = "0912000707"
    assert post(people["bob"], f"{page}/edit", **changed).status_code == 303
    text = text_of(get(people["sam"], page))
    for line in (
        "Company changed by Bob, was “Công ty Sao Mai”",
        "note changed by Bob",
        "0912 000 707 added by Bob",
        "0912 000 706 removed by Bob",
        "Tags changed by Bob, was “VIP, Huế”",
    ):
        assert line in text


def test_a_second_edit_learns_of_the_first_and_loses_nothing(people: dict[str, WebClient]) -> None:
    page = create(people["alice"], **{**FULL, "name": "Twice", "numbers": "0912000708"})
    first, second = stored(people["alice"], page), stored(people["bob"], page)
    first |= {"company": "Alices", "email": "a@b.vn"}
    assert post(people["alice"], f"{page}/edit", **first).status_code == 303
    answer = post(people["bob"], f"{page}/edit", **{**second, "note": "Bobs", "email": "b@b.vn"})
    assert answer.status_code == 409
    text, again = text_of(answer), values(answer)
    assert "Somebody else has changed this contact" in text
    assert "Stored now: a@b.vn" in text
    assert text.count("Stored now:") == 1
    assert (again["company"], again["email"], again["note"]) == ("Alices", "b@b.vn", "Bobs")
    assert "Bobs" not in text_of(get(people["bob"], page))
    assert post(people["bob"], f"{page}/edit", **again).status_code == 303
    kept = stored(people["alice"], page)
    assert (kept["company"], kept["email"], kept["note"]) == ("Alices", "b@b.vn", "Bobs")


def test_a_rename_beside_a_call_is_noticed_by_the_form(people: dict[str, WebClient]) -> None:
    page = create(people["alice"], **{**FULL, "name": "Panel", "numbers": "0912000709"})
    seen = stored(people["bob"], page)
    contact = page.rpartition("/")[2]
    assert people["sam"].post("/customers", name="Renamed", contact=contact).status_code == 204
    assert post(people["bob"], f"{page}/edit", **seen).status_code == 409


def test_a_fault_does_not_hide_a_change_of_others(people: dict[str, WebClient]) -> None:
    page = create(people["alice"], **{**FULL, "name": "Faulty", "numbers": "0912000710"})
    seen = stored(people["bob"], page)
    post(people["alice"], f"{page}/edit", **{**seen, "company": "Alices"})
    answer = post(people["bob"], f"{page}/edit", **{**seen, "email": "nobody"})
    assert answer.status_code == 422
    again = {**values(answer), "email": ""}
    assert post(people["bob"], f"{page}/edit", **again).status_code == 409


def test_an_edit_of_a_deleted_contact_can_be_kept_as_new(people: dict[str, WebClient]) -> None:
    page = create(people["alice"], **{**FULL, "name": "Gone", "numbers": "0912000711"})
    typed = {**stored(people["bob"], page), "note": "Typed meanwhile"}
    delete = {"seen": typed["seen"]}
    assert post(people["sam"], f"{page}/delete", **delete).status_code == 303
    answer = post(people["bob"], f"{page}/edit", **typed)
    assert answer.status_code == 409
    assert 'action="/contacts/new"' in answer.text
    page = create(people["bob"], **values(answer))
    assert "Typed meanwhile" in text_of(get(people["bob"], page))


def test_one_number_has_each_name_once(people: dict[str, WebClient]) -> None:
    given = {**FULL, "name": "Once", "numbers": "0912000712"}
    create(people["alice"], **given)
    answer = post(people["bob"], "/contacts/new", **{**given, "name": "ONCE"})
    assert answer.status_code == 422
    assert "already exists" in text_of(answer)


def test_the_timeline_has_the_calls_of_all_numbers(
    server: ConsoleServer, people: dict[str, WebClient]
) -> None:
    page = create(people["alice"], name="Busy", numbers="0912000713\n0912000714")
    with ScriptedPhone(WebClient(server, "alice")) as phone:
        for n in range(52):
            phone.talks(f"t{n}", ("0912000713", "0912000714")[n % 2])
            phone.ends(f"t{n}")
        phone.rings("missed", "0912000714")
        phone.ends("missed", "missed")
    first = get(people["bob"], page)
    assert len(re.findall("<tr data-call", first.text)) == 50
    assert "To call back" in text_of(first)
    assert {"0912 000 713", "0912 000 714", "Alice"} <= set(
        re.findall(r"0912 000 71\d|Alice", text_of(first))
    )
    earlier = re.search(r'href="(/contacts/[^"]+before=[^"]+)"', first.text)
    assert earlier
    second = get(people["bob"], unescape(earlier[1]))
    ids = [re.findall(r'data-call="([^"]+)"', each.text) for each in (first, second)]
    assert len(ids[1]) == 3
    assert len({*ids[0], *ids[1]}) == 53
    assert "before=" not in second.text


def test_the_list_continues_where_a_page_ends(people: dict[str, WebClient]) -> None:
    for n in range(52):
        if n % 25 == 0:  # more than a person writes in a minute: each has a part
            writer = people[("alice", "bob", "ada")[n // 25]]
        writer.post("/customers", number=f"0912001{n:03}", name=f"Zeta {n:02}")
    first = get(people["sam"], "/contacts?q=zeta")
    more = re.search(r'href="(/contacts\?q=zeta&amp;after=[^"]+)"', first.text)
    assert more
    second = get(people["sam"], unescape(more[1]))
    found = [re.findall(r"Zeta \d\d</b>", each.text) for each in (first, second)]
    assert [len(each) for each in found] == [50, 2]
    assert found[0] + found[1] == sorted(found[0] + found[1])


def test_olga_finds_and_changes_no_contact_of_others(people: dict[str, WebClient]) -> None:
    olga = people["olga"]
    given = {**FULL, "name": "Apart", "numbers": "0912000715"}
    page, other = (create(people["alice"], **{**given, "name": name}) for name in ("Apart", "Two"))
    seen = stored(people["alice"], page)
    for path in (
        "/contacts",
        "/contacts?q=apart",
        "/contacts?q=0912000715",
        f"/contacts?after={page[10:]}",
    ):
        answer = get(olga, path)
        assert answer.status_code == 200
        assert "Apart" not in answer.text
    assert get(olga, page).status_code == 404
    assert get(olga, f"{page}/edit").status_code == 404
    assert get(olga, f"{page}/merge").status_code in (403, 404)
    for path in ("delete", "merge"):
        form = {"seen": seen["seen"], "with": other.rpartition("/")[2]}
        assert post(olga, f"{page}/{path}", **form).status_code in (403, 404)
    answer = post(olga, f"{page}/edit", **{**seen, "name": "Hers"})
    assert answer.status_code == 409  # her text as a new contact of her own
    assert "Apart" not in answer.text
    assert "Sao Mai" not in answer.text.replace(seen["company"], "")
    hers = create(olga, **given)
    assert "Alice" not in text_of(get(olga, hers))
    assert stored(people["alice"], page) == seen


@pytest.mark.parametrize("path", ["", "/new", "/x", "/x/edit", "/x/merge"])
def test_a_person_who_is_not_signed_in_sees_nothing(server: ConsoleServer, path: str) -> None:
    nobody = WebClient(server)
    answer = nobody.http.get(f"/contacts{path}")
    assert answer.status_code == 303
    assert nobody.http.post("/contacts/new", data=FULL).status_code == 400
    nobody.close()


def test_a_flood_of_edits_is_refused(people: dict[str, WebClient]) -> None:
    bad: Any = {"name": ""}
    assert any(post(people["olga"], "/contacts/new", **bad).status_code == 429 for _ in range(300))
