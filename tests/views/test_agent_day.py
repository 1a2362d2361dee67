"""An agent's day on one page: what it shows, and to whom."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from console.storage import models
from console.storage.database import Database
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.supervisors import create_user
from tests.servers.web_client import WebClient

CALLER, OTHER = "0912345678", "0987654321"
EVIL = '<img src=x onerror="boom()">'


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    """Alice has been on a break, talked with a hold, missed a call, and is away at a meal."""
    with ConsoleServer() as console:
        create_user(console, "tom", ["Team Two"])
        with ScriptedPhone(WebClient(console, "alice"), keeps=True) as phone:
            is_away(phone, "break")
            phone.talks("talk", CALLER, name=EVIL)
            phone.tell("held", "talk", by="agent")
            phone.tell("resumed", "talk", by="agent")
            phone.tell("quality_alert", "talk", level="fair", cause="far_side", mos=3.21)
            phone.ends("talk")
            phone.rings("gone", OTHER)
            phone.ends("gone", "missed")
            sends(phone, "note", call="talk", text="Refund " + EVIL)
            is_away(phone, "meal")
        yield console


def sends(phone: ScriptedPhone, command: str, **args: str) -> None:
    about = {"id": uuid4().hex, "client": phone.client, "epoch": phone.epoch}
    answer = phone.web.post(f"/commands/{command}", **about, **args)
    assert answer.status_code == 204, answer.text


def is_away(phone: ScriptedPhone, reason: str) -> None:
    sends(phone, "set_availability", availability="away", reason=reason)


def id_of(server: ConsoleServer, name: str) -> str:
    database = Database(server.database_url)
    with database.read() as session:
        query = select(models.User.id).where(models.User.username == name)
        found = session.scalars(query).one()
    database.close()
    return found


def day(server: ConsoleServer, reader: str, of: str = "alice", query: str = "") -> httpx.Response:
    web = WebClient(server, reader)
    try:
        return web.http.get(f"/agents/{of}/day{query}")
    finally:
        web.close()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


@pytest.mark.parametrize("reader", ["sam", "ada", "alice"])
def test_agent_and_their_supervisors_read_the_day(server: ConsoleServer, reader: str) -> None:
    answer = day(server, reader)
    assert answer.status_code == 200
    text = words(answer.text)
    assert "912 345 678" in text
    assert "MOS 3.2" in text
    assert "Refund " in text


def test_day_is_found_by_the_agents_id_too(server: ConsoleServer) -> None:
    assert "912 345 678" in words(day(server, "sam", id_of(server, "alice")).text)


def test_numbers_are_those_of_the_day(server: ConsoleServer) -> None:
    numbers = re.findall(r'<dd class="number">(\d+)</dd>', day(server, "sam").text)
    assert numbers == ["1", "1", "0"]  # taken, missed, made
    earlier = day(server, "sam", query="?date=2020-02-29").text
    assert re.findall(r'<dd class="number">(\d+)</dd>', earlier) == ["0", "0", "0"]


def test_timeline_has_a_bar_and_a_row_for_each_span(server: ConsoleServer) -> None:
    html = day(server, "sam").text
    table = re.search(r'<details class="lane-table">.*?</table>', html, re.S)
    assert table
    rows = re.findall(r'class="span-state" data-status="(\w+)"', table[0])
    assert rows == ["away", "on_call", "away", "away"]
    assert len(re.findall(r"<rect x=", html)) == len(rows)


@pytest.mark.parametrize(("reader", "status"), [("bob", 403), ("tom", 403), ("olga", 404)])
def test_nobody_else_reads_the_day(server: ConsoleServer, reader: str, status: int) -> None:
    for of in ("alice", id_of(server, "alice")):
        answer = day(server, reader, of)
        assert answer.status_code == status
        assert "912" not in words(answer.text)
        assert "Refund" not in answer.text


@pytest.mark.parametrize("who", ["nobody", "%ED%A0%80", "%FF", "x" * 3000])
def test_unknown_agent_is_not_found(server: ConsoleServer, who: str) -> None:
    assert day(server, "sam", who).status_code == 404


@pytest.mark.parametrize("date", ["x", "2026-02-30", "9999-12-31", "0001-01-01", "2026-01-31x"])
def test_what_is_no_date_says_so(server: ConsoleServer, date: str) -> None:
    answer = day(server, "sam", query=f"?date={date}")
    assert answer.status_code == 400
    assert "2026-01-31" in answer.text


def test_hostile_texts_stay_text(server: ConsoleServer) -> None:
    html = day(server, "sam").text
    assert "<img" not in html
    assert html.count("&lt;img") == 2


def acts(server: ConsoleServer, who: str, act: str, **body: object) -> httpx.Response:
    web = WebClient(server, who)
    try:
        headers = {"X-CSRFToken": web.csrf, "Content-Type": "application/json"}
        return web.http.post(f"/agents/alice/{act}", content=json.dumps(body), headers=headers)
    finally:
        web.close()


SET = {"id": "s", "availability": "away", "reason": "break"}
WHISPER = {"id": "w", "call": "c", "text": "hello"}


@pytest.mark.parametrize(("act", "body"), [("availability", SET), ("whisper", WHISPER)])
@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("tom", 403), ("olga", 403)])
def test_nobody_else_acts_for_the_agent(
    server: ConsoleServer, act: str, body: dict[str, str], who: str, status: int
) -> None:
    answer = acts(server, who, act, **body)
    assert answer.status_code == status
    assert answer.json()["sentence"]


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("availability", {**SET, "availability": "wrap_up"}),
        ("availability", {**SET, "availability": "on_call"}),
        ("availability", {**SET, "id": "a b"}),
        ("availability", {**SET, "reason": None}),
        ("availability", {**SET, "reason": "\x00"}),
        ("availability", {"id": "s"}),
        ("whisper", {**WHISPER, "text": 5}),
        ("whisper", {**WHISPER, "text": "\ud800"}),
        ("whisper", {**WHISPER, "id": ""}),
        ("whisper", {**WHISPER, "call": None}),
    ],
)
def test_malformed_acts_are_refused(
    server: ConsoleServer, act: str, body: dict[str, object]
) -> None:
    assert acts(server, "sam", act, **body).status_code == 400


def test_whisper_without_a_call_says_why(server: ConsoleServer) -> None:
    answer = acts(server, "sam", "whisper", **WHISPER)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_call")


def test_whisper_of_ten_kilobytes_is_refused(server: ConsoleServer) -> None:
    assert acts(server, "sam", "whisper", **{**WHISPER, "text": "x" * 10_000}).status_code == 413


def test_only_supervisors_get_the_forms(server: ConsoleServer) -> None:
    for reader, forms in (("sam", 2), ("ada", 2), ("alice", 0)):
        assert day(server, reader).text.count('class="act"') == forms
    assert 'class="act"' not in day(server, "sam", query="?date=2020-01-31").text


def test_signed_out_is_led_to_the_sign_in(server: ConsoleServer) -> None:
    answer = httpx.get(f"{server.url}/agents/alice/day")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/agents/alice/day")
