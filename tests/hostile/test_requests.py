"""Hostile text in every path, query, form, header and JSON body: never answered with 500."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from console import create_app
from console.config import load_settings
from console.security.cookies import new_token, token_id
from console.storage import models
from console.storage.database import Database
from tests.cast import CONNECTION, assemble
from tests.hostile.texts import HALF, TEXTS, VALUES, nested
from tests.property_examples import examples
from tests.servers import Postgres

FIELDS = {
    "username",
    "password",
    "next",
    "client",
    "id",
    "epoch",
    "serial",
    "events",
    "n",
    "event",
    "availability",
    "reason",
    "call",
    "text",
    "number",
    "name",
    "contact",
    "mine",
    "after",
    "with",
    "seen",
    "numbers",
    "company",
    "email",
    "tags",
    "link",
    "locale",
    "theme",
    "audio",
    "connection",
    "device",
    "q",
    "before",
    "agent",
    "missed",
    "digits",
    "outcome",
    "at",
    "until",
}
HEADERS = (
    "Accept Accept-Language Content-Type Cookie HX-Request Host If-None-Match Origin Range Referer"
    " Sec-WebSocket-Protocol User-Agent X-CSRFToken X-Forwarded-For X-Forwarded-Proto"
).split()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    url = f"sqlite:///{folder}/console.db"
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.new_database()
    settings_ = {
        "CONSOLE_ENV": "development",
        "CONSOLE_INSTANCE": str(folder),
        "CONSOLE_DATABASE_URL": url,
        "CONSOLE_SIMULATOR": "off",
    }
    made = create_app(load_settings(settings_))
    assert made.test_cli_runner().invoke(args=["db-upgrade"]).exit_code == 0
    yield made


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    """Alice's program, which needs no form token; it holds the lease's epoch 1."""
    database: Database = app.extensions["console"].database
    cast_ = assemble(database)
    cast_.holds("alice", "tab", 1)
    token = new_token()
    with database.write() as session:
        now = database.now(session)
        session.add(
            models.SignInSession(id=token_id(token), user_id="alice", created_at=now, seen_at=now)
        )
    made = app.test_client()
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return made


def rules() -> list[tuple[Rule, str]]:
    place = tempfile.gettempdir()
    made = create_app(
        load_settings(
            {"CONSOLE_ENV": "development", "CONSOLE_SIMULATOR": "off", "CONSOLE_INSTANCE": place}
        )
    )
    found = [
        (rule, method)
        for rule in made.url_map.iter_rules()
        for method in sorted(rule.methods or ())
        if method in ("GET", "POST")
    ]
    return [
        each for each in found if each[0].rule not in ("/realtime", "/sign-out")
    ]  # a socket is another test; Alice stays signed in


RULES = rules()
FORMS = st.dictionaries(st.sampled_from(sorted(FIELDS)) | TEXTS, TEXTS, max_size=4)
BODIES = st.dictionaries(st.sampled_from(sorted(FIELDS)), VALUES, max_size=5)
ONE_LINE = st.text(
    st.characters(min_codepoint=1, max_codepoint=255, blacklist_characters="\r\n"), max_size=60
)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    rule, method = draw(st.sampled_from(RULES))
    values = {name: draw(TEXTS.filter(bool) | st.just(CONNECTION)) for name in rule.arguments}
    path = rule.rule
    for name, value in values.items():
        path = path.replace(f"<path:{name}>", f"<{name}>").replace(
            f"<{name}>", quote(value, safe="", errors="replace")
        )
    made: dict[str, Any] = {"path": path, "method": method, "headers": {}}
    made["query_string"] = {
        name: value.encode("utf-8", "replace").decode()
        for name, value in draw(FORMS).items()
        if _plain(name)
    }
    if method == "POST" and draw(st.booleans()):
        body = {"id": "1", "client": "tab", "epoch": 1, **draw(BODIES)}
        made["data"], made["content_type"] = json.dumps(body), "application/json"
    elif method == "POST":
        form = {
            name: value for name, value in draw(FORMS).items() if _plain(name) and _plain(value)
        }
        made["data"] = form
    for name in draw(st.lists(st.sampled_from(HEADERS), max_size=2, unique=True)):
        if not (name in ("Content-Type", "Cookie", "Host") and draw(st.booleans())):
            made["headers"][name] = draw(ONE_LINE)
    return made


def _plain(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


@settings(max_examples=examples(250), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=requests())
def test_no_request_is_answered_with_500(client: FlaskClient, request: dict[str, Any]) -> None:
    answer = client.open(**request, buffered=True)
    assert answer.status_code < 500, answer.get_data(as_text=True)[:300]


def post(client: FlaskClient, path: str, body: str | dict[str, Any]) -> int:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(
        path, data=text, content_type="application/json", headers={"Accept": "application/json"}
    ).status_code


ASKS = {"id": "1", "client": "tab", "epoch": 1}
BAD_COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("set_availability", {**ASKS, "availability": []}),
    ("set_availability", {**ASKS, "availability": {}}),
    ("set_availability", {**ASKS, "availability": "away", "reason": "\x00"}),
    ("note", {**ASKS, "call": "c", "text": HALF}),
    ("note", {**ASKS, "call": "c", "text": "a\x00b"}),
    ("note", {**ASKS, "call": "\x00", "text": "a"}),
    ("outcome", {**ASKS, "call": "c"}),
    ("outcome", {**ASKS, "call": "c", "outcome": None}),
    ("outcome", {**ASKS, "call": "c", "outcome": "\x00"}),
    ("outcome", {**ASKS, "call": "c", "outcome": "", "at": 10**30}),
    ("outcome", {**ASKS, "call": "c", "outcome": "", "at": -1}),
    ("outcome", {**ASKS, "call": "c", "outcome": "", "at": True}),
    ("outcome", {**ASKS, "call": ["c"], "outcome": ""}),
    ("extend_wrap_up", ASKS),
    ("extend_wrap_up", {**ASKS, "until": "soon"}),
    ("extend_wrap_up", {**ASKS, "until": 1.5}),
    ("dial", {**ASKS, "epoch": 10**30}),
    ("dial", {**ASKS, "client": HALF}),
    ("dial", {**ASKS, "id": "\x00"}),
    ("dial", {**ASKS, "call": ["x"]}),
    ("dial", {**ASKS, "connection": {}}),
    ("dtmf", {**ASKS, "digits": nested(60)}),
    ("dial", {**ASKS, "number": math.nan}),
    ("dial", {**ASKS, "number": math.inf}),
    ("leave", {"client": "tab", "epoch": 10**30}),
    ("leave", {"client": "tab", "epoch": 1, "serial": 10**30}),
    ("leave", {"client": "tab", "epoch": 1, "events": [{"n": 10**30, "event": {}}]}),
    ("leave", {"client": "tab", "epoch": 1, "events": [{"n": 1, "epoch": "one", "event": {}}]}),
    ("leave", {"client": HALF, "epoch": 1}),
    ("leave", {"client": "tab", "epoch": True}),
]


@pytest.mark.parametrize(("name", "body"), BAD_COMMANDS)
def test_a_malformed_command_answers_400(
    client: FlaskClient, name: str, body: dict[str, Any]
) -> None:
    assert post(client, f"/commands/{name}", body) == 400


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 50_000, "[1]", "1", "\x00", '{"epoch":' + "9" * 5_000 + "}"]
)
@pytest.mark.parametrize(
    "path",
    [
        "/commands/dial",
        "/commands/leave",
        f"/phone/{CONNECTION}/session",
        "/customers",
        "/preferences",
    ],
)
def test_json_that_is_no_request_answers_400(client: FlaskClient, path: str, text: str) -> None:
    """Commands are short: what is longer is not even read."""
    assert post(client, path, text) == (
        413 if path.startswith("/commands/") and len(text) > LONGEST[path] else 400
    )


LONGEST = {"/commands/dial": 4_096, "/commands/leave": 65_536}


@pytest.mark.parametrize(
    "path",
    [
        "/history?q=%00",
        "/history?before=%C2%B2.x",
        "/customers?call=%00",
        "/customers?number=%00",
        "/phone/%00",
        "/static/%00",
    ],
)
def test_an_unstorable_address_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (200, 400, 404)


def test_an_unstorable_form_answers_400(app: Flask) -> None:
    stranger = app.test_client()
    stranger.environ_base["HTTP_AUTHORIZATION"] = "Bearer nobody"
    assert stranger.post("/sign-in", data={"username": "a\x00", "password": "b"}).status_code == 400
    assert stranger.post("/sign-in", data={"username": "a", "password": "b"}).status_code == 401


def test_bad_event_of_a_leaving_page_holds_up_no_other(app: Flask, client: FlaskClient) -> None:
    told = {
        "type": "ringing",
        "at": 1_800_000_000_000,
        "call": "last-words",
        "connection": CONNECTION,
        "direction": "inbound",
        "number": "+84901234567",
    }
    events = [
        {"n": "x", "event": {}},
        {"n": 2, "epoch": 1, "event": {**told, "name": HALF}},
        {"n": 10**30, "event": {}},
        None,
    ]
    assert post(client, "/commands/leave", {"client": "tab", "epoch": 1, "events": events}) == 400
    database: Database = app.extensions["console"].database
    with database.read() as session:
        assert session.query(models.Call).filter_by(client_call_id="last-words").count() == 1
