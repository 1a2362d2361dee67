"""The pretend VCC cloud's REST side: the contract's tokens (section 8), logins (2.3, 5.2) and
scripts (3.1).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from console.simulator.clouds.vcc import init_app
from console.simulator.clouds.vcc.cloud import VccCloud
from console.simulator.clouds.vcc.codes import Id
from console.simulator.clouds.vcc.domain import ACCESS_KEY
from console.simulator.clouds.vcc.script_files import SCRIPTS
from console.simulator.clouds.vcc.tokens import BadToken, read_token
from tests.providers.vcc.simulator.simulation import ALICE, CHI, VccSimulation, signed

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC).timestamp()
SHORT_KEY = "console-test-access-key"
# The contract's test vectors, unchanged.
VECTORS = {
    1: (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpcHBob25lIjoiNTAwMCIsImV4cGlyZWQiOiIyMDE3LTA3"
        "LTMwIDAwOjAwOjAwIn0."
        "FymU3muNG2lSeGQtDwAzNTQoY_2OCf8NlMwv7hiaJFU"
    ),
    2: (
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpcHBob25lIjoiNTAwMCIsImV4cGlyZWQiOiIyMDE3LTA3"
        "LTMwIDAwOjAwOjAwIn0."
        "23m4Xc8TfTYI5M1_UBGsouiE32fL0JQGXYcVsiywyAw"
    ),
    3: (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpcHBob25lIjoiNTAwMCIsImV4cGlyZWQiOiIyMDE3LTA3"
        "LTMwIDAwOjAwOjAwIn0."
        "ZEnqSOCiMbwFZ_4D066QUEjEvfh-F7OCq0WsyRBIGJs"
    ),
    4: (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpcHBob25lIjoiNTAwMCJ9.zfuv0FL21RS6lcbhxG80teG"
        "LwXFN09X0O4MrAhZDgD8"
    ),
    5: (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpcHBob25lIjoiNTAwMCIsImV4cGlyZWQiOiIyMDMwLTAx"
        "LTAxIDAwOjAwOjAwIn0."
        "ZzRJgrrHNNHCuSxSjoP6SShM_XOLHuAAoi9FasVdjLE"
    ),
}


class Site:
    """The cloud's web application, without a network."""

    def __init__(self, simulation: VccSimulation) -> None:
        app = Flask("vcc")
        self.cloud: VccCloud = init_app(app, simulation.exchange, simulation.faults)
        self.client: FlaskClient = app.test_client()

    def login(self, token: str, domain: str = "demo", **how: Any) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(
            f"/vcc/{domain}/thirdParty/login", **(how or {"json": {"token": token}})
        )
        return answer.status_code, answer.get_json()

    def partner(
        self, token: str, domain: str = "demo", **headers: str
    ) -> tuple[dict[str, Any], dict[str, str]]:
        query = {"authToken": token, "domain": domain}
        answer = self.client.get(
            "/vcc/api/login/check-partner", query_string=query, headers=headers
        )
        return answer.get_json(), dict(answer.headers)


@pytest.fixture
def site(simulation: VccSimulation) -> Iterator[Site]:
    yield Site(simulation)


GOOD = signed({"ipphone": ALICE, "expired": "2030-01-01 00:00:00"})


@pytest.mark.parametrize("vector", [1, 2, 3])
def test_vectors_1_to_3_are_expired(vector: int) -> None:
    with pytest.raises(BadToken, match="expired"):
        read_token(VECTORS[vector], SHORT_KEY if vector == 3 else ACCESS_KEY, NOW)


@pytest.mark.parametrize("vector", [1, 2, 3])
def test_vectors_1_to_3_were_good_in_their_time(vector: int) -> None:
    then = datetime(2017, 7, 29, 12, tzinfo=UTC).timestamp()
    assert read_token(VECTORS[vector], SHORT_KEY if vector == 3 else ACCESS_KEY, then) == "5000"


@pytest.mark.parametrize("vector", [4, 5])
def test_vectors_4_and_5_are_valid(vector: int) -> None:
    assert read_token(VECTORS[vector], ACCESS_KEY, NOW) == "5000"


@pytest.mark.parametrize("vector", VECTORS)
def test_a_vector_read_with_another_key_is_refused(vector: int) -> None:
    with pytest.raises(BadToken, match="signature"):
        read_token(VECTORS[vector], "another-key", 0)


def test_expired_is_a_time_in_vietnam() -> None:
    token = signed({"ipphone": ALICE, "expired": "2026-11-20 15:00:00"})  # 08:00 UTC
    assert read_token(token, ACCESS_KEY, NOW - 1) == ALICE
    with pytest.raises(BadToken):
        read_token(token, ACCESS_KEY, NOW)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c",
        "....",
        "é.é.é",
        signed({"expired": "2030-01-01 00:00:00"}),
        signed({"ipphone": 5001}),
        signed({"ipphone": ALICE, "expired": "2030-01-01T00:00:00"}),
        signed({"ipphone": ALICE, "expired": 1893456000}),
        signed({"ipphone": ALICE}, header={"alg": "none", "typ": "JWT"}),
        signed({"ipphone": ALICE}, key="wrong"),
    ],
)
def test_a_malformed_token_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        read_token(token, ACCESS_KEY, NOW)


@pytest.mark.parametrize(
    "how",
    [
        {"json": {"token": GOOD}},
        {"data": {"token": GOOD}},
        {"data": {"token": GOOD}, "content_type": "multipart/form-data"},
    ],
)
def test_a_login_is_ok_with_a_user_in_every_form_of_body(site: Site, how: dict[str, Any]) -> None:
    status, body = site.login("", **how)
    assert (status, body["code"]) == (200, "ok")
    assert isinstance(body["user"]["user_id"], int) and isinstance(body["user"]["token"], str)
    assert body["user"]["token"] != GOOD


WRONG = {
    404: (GOOD, "nowhere"),
    405: (GOOD, "unpaid"),
    401: (VECTORS[1], "demo"),
    400: (VECTORS[5], "demo"),
}


@pytest.mark.parametrize("code", WRONG)
@pytest.mark.parametrize("style", ["mixed", "errors", "numbers", "http"])
def test_a_failed_login_has_the_chosen_form(site: Site, code: int, style: str) -> None:
    site.client.post("/vcc/switches", json={"login_style": style})
    status, body = site.login(*WRONG[code])
    word = style == "errors" or (style == "mixed" and code == 401)
    assert (status, body["code"]) == (code if style == "http" else 200, "errors" if word else code)
    assert body["message"]


def test_a_failing_server_answers_500(site: Site, simulation: VccSimulation) -> None:
    simulation.faults.set({"rest_fails": 1})
    assert site.login(GOOD)[1]["code"] == 500
    assert site.partner(GOOD)[0]["code"] == 500


def test_a_slow_server_takes_as_long_as_was_asked_for(
    site: Site, simulation: VccSimulation
) -> None:
    simulation.faults.set({"rest_slow": 0.2})
    before = time.monotonic()
    assert site.login(GOOD)[1]["code"] == "ok"
    assert time.monotonic() - before >= 0.2


def test_check_partner_returns_the_agent_and_the_sockets(site: Site) -> None:
    body, _ = site.partner(GOOD)
    assert body["code"] == 200
    assert {name: body["user"][name] for name in ("phone_no", "role", "agent_id")} == {
        "phone_no": ALICE,
        "role": 2,
        "agent_id": 5001,
    }
    assert body["account"] == {
        "sip_server_url": "sip.vcc.test",
        "sip_socket": "ws://localhost/vcc/sip",
        "agent_server_url": "localhost/vcc/agent",
    }


@pytest.mark.parametrize("code", WRONG)
def test_check_partner_refuses_with_the_same_numbers(site: Site, code: int) -> None:
    assert site.partner(*WRONG[code])[0]["code"] == code


def test_a_desk_phone_extension_has_role_6(site: Site) -> None:
    assert site.partner(signed({"ipphone": CHI}))[0]["user"]["role"] == 6


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://7f.phone.localhost:5000", True),
        ("http://localhost:5000", True),
        ("https://evil.example", False),
    ],
)
def test_only_phone_pages_of_this_machine_may_read_the_answers(
    site: Site, origin: str, allowed: bool
) -> None:
    _, headers = site.partner(GOOD, Origin=origin)
    assert headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_of_the_document_is_served(site: Site, name: str) -> None:
    answer = site.client.get(f"/vcc/js/embed/{name}")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert len(answer.get_data()) > 500


def test_a_script_may_be_missing_on_request(site: Site, simulation: VccSimulation) -> None:
    simulation.faults.set({"script_missing": 1})
    assert site.client.get("/vcc/js/embed/cs_voice.js").status_code == 404


@pytest.mark.parametrize("name", ["custom.js", "../vcc.py", "cs_voice_messages.js"])
def test_only_the_documents_scripts_are_served(site: Site, name: str) -> None:
    assert site.client.get(f"/vcc/js/embed/{name}").status_code == 404


def test_the_placeholder_is_there(site: Site) -> None:
    answer = site.client.get("/vcc/images/320x240.ogg")
    assert (answer.mimetype, answer.get_data()[:4]) == ("video/ogg", b"OggS")


def test_chosen_switches_are_served_with_the_constants(site: Site) -> None:
    assert site.client.post("/vcc/switches", json={"undocumented": False}).status_code == 200
    text = site.client.get("/vcc/js/embed/cs_const.js").get_data(as_text=True)
    assert 'Object.assign(csSwitches, {"undocumented":false});' in text
    assert site.client.post("/vcc/switches", json={}).get_json() == {"login_style": "mixed"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"no_such_switch": 1}, "no_such_switch: "),
        ({"retry_ms": "soon"}, "retry_ms: "),
        ({"login_style": "loud"}, "login_style: "),
        ([], "body: "),
    ],
)
def test_a_wrong_switch_is_refused_with_a_sentence(site: Site, given: object, named: str) -> None:
    answer = site.client.post("/vcc/switches", json=given)
    sentence = answer.get_json()["sentence"]
    assert (answer.status_code, sentence.startswith(named)) == (400, True)
    assert "undocumented" in sentence


def test_the_scripts_and_the_server_mean_the_same_numbers(site: Site) -> None:
    text = site.client.get("/vcc/js/embed/cs_const.js").get_data(as_text=True)
    numbers = {
        name: int(number)
        for name, number in re.findall(r"^var CS_(\w+) = (\d{8});$", text, re.MULTILINE)
    }
    assert numbers == {id.name: int(id) for id in Id}
    assert numbers["PING"] == 11111111
