"""VCC's token and login by Console's server, and VCC's error codes."""

from __future__ import annotations

import http.server
import json
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from console.domain.enums import Device
from console.outgoing_http import OutgoingHttp
from console.providers.base import Account, BadSettings, LoginFailed, sentences_of
from console.providers.vcc import HOST, VccProvider, expiry, sign
from console.providers.vcc.texts import CALL_ERRORS, LOGIN_ERRORS

ROOT = Path(__file__).resolve().parents[3]
LONG, SHORT = "console-vcc-test-access-key-0123456789abcdef", "console-test-access-key"
HEAD = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
OLD = {"ipphone": "5000", "expired": "2017-07-30 00:00:00"}
VECTORS = [
    (
        LONG,
        OLD,
        "eyJpcHBob25lIjoiNTAwMCIsImV4cGlyZWQiOiIyMDE3LTA3LTMwIDAwOjAwOjAwIn0.FymU3muNG2lSeGQtDwAzNTQoY_2OCf8NlMwv7hiaJFU",
    ),
    (
        SHORT,
        OLD,
        "eyJpcHBob25lIjoiNTAwMCIsImV4cGlyZWQiOiIyMDE3LTA3LTMwIDAwOjAwOjAwIn0.ZEnqSOCiMbwFZ_4D066QUEjEvfh-F7OCq0WsyRBIGJs",
    ),
    (
        LONG,
        {"ipphone": "5000"},
        "eyJpcHBob25lIjoiNTAwMCJ9.zfuv0FL21RS6lcbhxG80teGLwXFN09X0O4MrAhZDgD8",
    ),
    (
        LONG,
        {"ipphone": "5000", "expired": "2030-01-01 00:00:00"},
        "eyJpcHBob25lIjoiNTAwMCIsImV4cGlyZWQiOiIyMDMwLTAxLTAxIDAwOjAwOjAwIn0.ZzRJgrrHNNHCuSxSjoP6SShM_XOLHuAAoi9FasVdjLE",
    ),
]


@pytest.mark.parametrize(("key", "claims", "token"), VECTORS)
def test_a_token_matches_its_vector_without_a_warning(
    key: str, claims: dict[str, str], token: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sign(key, claims) == HEAD + token


def test_a_token_lasts_a_shift_in_every_time_zone() -> None:
    now = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
    assert expiry(now) == "2026-03-06 05:30:00"
    read = datetime.fromisoformat(expiry(now))
    for zone in (timedelta(hours=7), timedelta(0)):
        assert (read - zone).replace(tzinfo=UTC) - now >= timedelta(hours=12)


class Cloud(http.server.BaseHTTPRequestHandler):
    """Answers each login with the next of `answers`: (status, body)."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, body))  # type: ignore[attr-defined]
        status, answer = self.server.answers.pop(0)  # type: ignore[attr-defined]
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        return


OK = {"code": "ok", "user": {"user_id": 35436, "token": "another"}}


@pytest.fixture
def cloud() -> Iterator[Any]:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cloud)
    server.seen, server.answers = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


LogIn = Callable[..., dict[str, Any]]


@pytest.fixture
def log_in(cloud: Any) -> LogIn:
    def ask(
        *answers: tuple[int, Any], extension: str = "5001", key: str = LONG, **settings: Any
    ) -> dict[str, Any]:
        cloud.answers = list(answers)
        given = {
            "domain": "demo",
            "base_url": f"http://127.0.0.1:{cloud.server_address[1]}/vcc",
            **settings,
        }
        http = OutgoingHttp(["127.0.0.0/8"])
        session = VccProvider().phone_session(
            Account(
                given, {"access_key": key}, extension, {}, "Alice", http, Device.gsm, "0912345678"
            )
        )
        return dict(session["vcc"])

    return ask


def test_the_browser_gets_the_token_of_the_servers_login(log_in: LogIn, cloud: Any) -> None:
    session = log_in((200, OK))
    ((path, body),) = cloud.seen
    assert path == "/vcc/demo/thirdParty/login"
    assert body == {"token": session["token"]}
    claims = jwt.decode(session["token"], LONG, algorithms=["HS256"])
    assert claims["ipphone"] == "5001" and set(claims) == {"ipphone", "expired"}
    assert LONG not in json.dumps(session)
    assert (session["device"], session["device_number"], session["domain"]) == (
        "gsm",
        "0912345678",
        "demo",
    )
    assert [script.rpartition("/")[2] for script in session["scripts"]] == [
        "jquery.min.js",
        "jssip-3.2.10.js",
        "init-3.0.7.js",
        "web.push.js",
        "cs_const.js",
        "cs_voice.js",
    ]


@pytest.mark.parametrize(
    "rejected",
    [
        (401, b""),
        (200, {"code": 401}),
        (200, {"code": "401"}),
        (200, {"code": "errors", "message": "no"}),
    ],
)
def test_a_rejected_token_is_followed_by_one_fresh_one(
    log_in: LogIn, cloud: Any, rejected: tuple[int, Any]
) -> None:
    session = log_in(rejected, (200, OK))
    first, second = (body["token"] for _path, body in cloud.seen)
    assert first != second == session["token"]


@pytest.mark.parametrize("number", [404, 405, 400, 500])
@pytest.mark.parametrize("how", ["status", "body"])
def test_each_login_error_has_a_message_and_is_not_retried(
    log_in: LogIn, cloud: Any, number: int, how: str
) -> None:
    with pytest.raises(LoginFailed) as caught:
        log_in((number, b"<html>") if how == "status" else (200, {"code": number}))
    assert caught.value.sentence is LOGIN_ERRORS[number]
    assert caught.value.passing is (number == 500)
    assert len(cloud.seen) == 1


def test_a_token_rejected_twice_refers_to_the_administrator(log_in: LogIn, cloud: Any) -> None:
    with pytest.raises(LoginFailed) as caught:
        log_in((401, b""), (401, b""))
    assert caught.value.sentence is LOGIN_ERRORS[401] and not caught.value.passing


@pytest.mark.parametrize("body", [b"", b"ok", b"[]", b'"ok"', b'{"user": 1}', b'{"code": null}'])
def test_an_answer_that_does_not_say_ok_is_no_success(log_in: LogIn, body: bytes) -> None:
    with pytest.raises(LoginFailed):
        log_in((200, body), (200, body))


def test_a_cloud_that_is_away_is_tried_again_later() -> None:
    given = {"domain": "demo", "base_url": "http://127.0.0.1:9"}
    with pytest.raises(LoginFailed) as caught:
        VccProvider().phone_session(
            Account(given, {"access_key": LONG}, "5001", {}, "Alice", OutgoingHttp(["127.0.0.0/8"]))
        )
    assert caught.value.passing


def test_a_private_address_gets_no_login_request(cloud: Any) -> None:
    given = {"domain": "demo", "base_url": f"http://127.0.0.1:{cloud.server_address[1]}"}
    with pytest.raises(LoginFailed) as caught:
        VccProvider().phone_session(
            Account(given, {"access_key": LONG}, "5001", {}, "Alice", OutgoingHttp())
        )
    assert (caught.value.code, caught.value.passing, cloud.seen) == (
        "login_forbidden_address",
        False,
        [],
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"domain": ""},
        {"domain": "a/b"},
        {"domain": "a b"},
        {"domain": ".."},
        {"domain": "demo", "base_url": "http://vcc.example"},
        {"domain": "demo", "base_url": "https://vcc.example/?a"},
        {"domain": "demo", "base_url": "https://vcc.example; script-src *"},
        {"domain": "demo", "hosts": "wss://a.example;"},
        {"domain": "demo", "scripts": ["https://a.example/one.js"]},
        {"domain": "demo", "hosts": 7},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(BadSettings):
        VccProvider().sources(settings)


def test_an_access_key_and_a_plain_extension_are_needed(log_in: LogIn) -> None:
    for wrong in ({"key": ""}, {"extension": '5"'}, {"extension": ""}):
        with pytest.raises(BadSettings):
            log_in(**wrong)
    assert log_in((200, OK), extension="401_202")["extension"] == "401_202"


def test_a_phone_frame_may_reach_its_vendor_and_added_hosts() -> None:
    sources = VccProvider().sources(
        {"domain": "demo", "hosts": "wss://sip.example:8443, https://more.example"}
    )
    assert sources.script == (HOST,) == sources.media
    assert sources.connect == (
        HOST,
        HOST.replace("https", "wss"),
        "wss://*.vcc-vinaphone.com.vn:*",
        "wss://sip.example:8443",
        "https://more.example",
    )
    own = VccProvider().sources({"domain": "demo", "base_url": "http://localhost:5001/vcc"})
    assert own.connect == ("http://localhost:5001", "ws://localhost:5001") and own.script == (
        "http://localhost:5001",
    )


def test_any_spelling_of_the_vendors_host_adds_its_sockets() -> None:
    usual = VccProvider().sources({"domain": "demo"})
    assert (
        VccProvider().sources(
            {"domain": "demo", "base_url": "https://WEB.vcc-vinaphone.com.vn:443/"}
        )
        == usual
    )


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("https://MORE.example:443/path", "https://more.example"),
        ("wss://gọi.example:8443", "wss://xn--gi-68s.example:8443"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
    ],
)
def test_an_address_is_normalised_in_the_content_policy(typed: str, sent: str) -> None:
    assert VccProvider().sources({"domain": "demo", "hosts": typed}).connect[-1] == sent


def test_each_call_error_has_a_meaning_and_a_next_step() -> None:
    provider = VccProvider()
    for row in CALL_ERRORS:
        assert provider.sentences[row.key] == (row.means, row.next_step)
    assert len(CALL_ERRORS) == 11 and len({row.key for row in CALL_ERRORS}) == 11


def test_an_error_is_found_by_its_sip_code_and_else_by_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider = VccProvider()
    monkeypatch.setattr(provider, "sentences", {"A;404": ("one",), "A": ("other",)})
    assert [
        sentences_of(provider, *codes)
        for codes in (("A", 404), ("A", 500), ("A", None), ("B", 404), (None, 404))
    ] == [("one",), ("other",), ("other",), (), ()]
    assert sentences_of(None, "A", 404) == ()
