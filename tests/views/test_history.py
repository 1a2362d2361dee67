"""The history: filters in the address, what each person may see, and the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.domain.history_filter import FilterFault, presets, read_filter
from console.domain.spreadsheet_cells import marked_cell, safe_cell, unmarked_cell
from console.storage import models
from console.storage.database import Database
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALLER, OTHER = "0912345678", "0987654321"
EVIL = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer() as console:
        with ScriptedPhone(WebClient(console, "alice")) as phone:
            phone.rings("missed", CALLER, name="Mai")
            phone.ends("missed", "missed")
            phone.talks("talk", OTHER, name=EVIL)
            phone.ends("talk")
            phone.tell("dialing", "try", direction="outbound", number=CALLER)
            phone.tell("ended", "try", cause="no_answer", ended_by="remote")
        yield console


@pytest.fixture
def page(server: ConsoleServer) -> Any:
    clients: dict[str, WebClient] = {}

    def get(address: str = "", who: str = "alice") -> Any:
        client = clients.setdefault(who, WebClient(server, who))
        return client.http.get(f"/history{address}")

    return get


def listed(answer: Any) -> list[str]:
    """The numbers of the rows."""
    return re.findall(r'<a class="icon-button"\s+href="/\?dial=%2B(\d+)"', answer.text)


def agent_id(server: ConsoleServer, name: str) -> str:
    database = Database(server.database_url)
    try:
        with database.read() as session:
            return session.query(models.User.id).filter_by(username=name).scalar() or ""
    finally:
        database.close()


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ("", ["84912345678", "84987654321", "84912345678"]),
        ("?result=answered", ["84987654321"]),
        ("?result=missed", ["84912345678"]),
        ("?result=failed", ["84912345678"]),
        ("?result=waiting", ["84912345678"]),
        ("?direction=outbound", ["84912345678"]),
        ("?direction=internal", []),
        ("?q=Mai&direction=inbound", ["84912345678"]),
        ("?from=2001-01-01&to=2001-01-02", []),
        ("?from=2001-01-01", ["84912345678", "84987654321", "84912345678"]),
    ],
)
def test_each_filter_of_the_address_selects_calls(
    page: Any, address: str, numbers: list[str]
) -> None:
    answer = page(address)
    assert (answer.status_code, listed(answer)) == (200, numbers)


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("?from=yesterday", FilterFault.date),
        ("?to=2026-02-30", FilterFault.date),
        ("?to=9999-12-31", FilterFault.date),
        ("?from=2026-02-02&to=2026-02-01", FilterFault.order),
        ("?direction=up", FilterFault.direction),
        ("?result=%3Cscript%3E", FilterFault.result),
        ("?agent=nobody", FilterFault.agent),
    ],
)
def test_a_bad_value_is_named_and_nothing_typed_is_lost(
    page: Any, address: str, fault: FilterFault
) -> None:
    answer = page(f"{address}&q=M%C3%A0i")
    text = unescape(answer.text)
    assert answer.status_code == 400
    field = "to" if fault is FilterFault.order else address[1:].partition("=")[0]
    assert f'id="{field}-fault"' in text
    assert 'value="Mài"' in text
    assert "<script>" not in answer.text
    name, value = re.findall(r"(\w+)=([^&]+)", address)[-1]
    assert f'id="{name}"' in answer.text
    assert re.search(
        rf'value="{re.escape(value.replace("%3C", "&lt;").replace("%3E", "&gt;"))}"', answer.text
    )
    assert page(f".csv{address}").status_code == 400


def test_an_unanswered_call_has_no_duration(page: Any) -> None:
    rows = re.findall(r"<tr data-call.*?</tr>", page("?result=missed").text, re.DOTALL)
    assert len(rows) == 1
    assert 'class="duration"' not in rows[0]


def test_a_missed_call_says_that_it_waits(page: Any) -> None:
    assert "history-callback" in page("?result=missed").text


def test_olga_sees_and_downloads_no_call_of_others(server: ConsoleServer, page: Any) -> None:
    alice = agent_id(server, "alice")
    for address in ("", "?q=ai", "?result=waiting", ".csv", ".csv?q=0912"):
        text = page(address, "olga").text
        assert [word for word in ("Mai", "345 678", "Alice", "HYPERLINK") if word in text] == []
    assert page(f"?agent={alice}", "olga").status_code == 400
    assert page(f".csv?agent={alice}", "olga").status_code == 400


def test_a_colleague_sees_only_their_own_calls(server: ConsoleServer, page: Any) -> None:
    assert listed(page("", "bob")) == []
    assert page(f"?agent={agent_id(server, 'alice')}", "bob").status_code == 400


def test_a_supervisor_filters_by_agent(server: ConsoleServer, page: Any) -> None:
    assert len(listed(page(f"?agent={agent_id(server, 'alice')}", "sam"))) == 3
    assert listed(page(f"?agent={agent_id(server, 'bob')}", "sam")) == []


def test_a_person_who_is_not_signed_in_gets_no_file(server: ConsoleServer) -> None:
    answer = WebClient(server).http.get("/history.csv")
    assert (answer.status_code, "Mai" in answer.text) == (303, False)


def test_the_file_holds_the_filtered_calls_for_a_spreadsheet(page: Any) -> None:
    answer = page(".csv?result=answered")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[:3] == ["Time", "Direction", "Number"] or head[0] == "Thời gian"
    [row] = rows
    assert (row[2], row[3]) == ("0987 654 321", f"'{EVIL}")
    at = datetime.strptime(row[0], "%Y-%m-%d %H:%M:%S").replace(tzinfo=HANOI)
    assert abs((datetime.now(HANOI) - at).total_seconds()) < 600
    assert re.fullmatch(r"\d:\d\d:\d\d", row[6])


def test_the_file_has_no_duration_for_an_unanswered_call(page: Any) -> None:
    _head, *rows = csv.reader(io.StringIO(page(".csv?result=missed").content.decode("utf-8-sig")))
    assert [row[6] for row in rows] == [""]


@pytest.mark.parametrize(
    "text", ["=1+1", "+84912", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＠x"]
)
def test_a_cell_is_never_calculated(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    for written in (text, f"'{text}", f"''{text}"):
        assert safe_cell(marked_cell(written)) == marked_cell(written)
        assert unmarked_cell(marked_cell(written)) == written


@pytest.mark.parametrize("text", ["", "Mai", "0912 345 678", "a=1", "1-2", "2026-01-31"])
def test_a_plain_cell_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text
    assert unmarked_cell(marked_cell(text)) == text


def test_a_day_begins_and_ends_in_the_readers_zone() -> None:
    read = read_filter({"from": "2026-03-01", "to": "2026-03-01"}, HANOI, [])
    first = datetime(2026, 2, 28, 17, tzinfo=ZoneInfo("UTC")).timestamp() * 1000
    assert (read.filter.since, read.filter.until) == (first, first + 86_400_000)


def test_a_day_of_a_time_change_has_its_own_length() -> None:
    read = read_filter({"from": "2026-03-29", "to": "2026-03-29"}, ZoneInfo("Europe/Berlin"), [])
    assert read.filter.since and read.filter.until
    assert read.filter.until - read.filter.since == 23 * 3_600_000


def test_presets_name_days_of_the_readers_zone() -> None:
    late = int(datetime(2026, 3, 1, 18, tzinfo=ZoneInfo("UTC")).timestamp() * 1000)
    assert presets(late, HANOI) == {
        "today": ("2026-03-02", "2026-03-02"),
        "yesterday": ("2026-03-01", "2026-03-01"),
        "week": ("2026-02-24", "2026-03-02"),
    }
