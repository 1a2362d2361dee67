"""Every answer of a Console in production: cookie names, headers, and allowed methods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from console import create_app
from console.config import load_settings
from tests.config.test_config import PRODUCTION

ORIGIN = PRODUCTION["CONSOLE_ORIGIN"]
PAGES = ["/sign-in", "/nothing-here", "/", "/health/live", "/commands/dial"]
FILES = ["/static/js/workspace.js", "/static/css/base.css", "/static/icons/icons.svg"]


@pytest.fixture(scope="module")
def app(empty_sqlite: Path) -> Iterator[Flask]:
    made = create_app(
        load_settings({**PRODUCTION, "CONSOLE_DATABASE_URL": f"sqlite:///{empty_sqlite}"})
    )
    yield made
    made.extensions["console"].database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def get(client: FlaskClient, path: str) -> TestResponse:
    return client.get(path, base_url=ORIGIN)


def choose(client: FlaskClient, name: str, value: str) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', get(client, "/sign-in").text)
    assert token
    form = {"csrf_token": token[1], name: value}
    return client.post(
        "/preferences", data=form, base_url=ORIGIN, headers={"Referer": f"{ORIGIN}/sign-in"}
    )


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [("locale", "en", '<html lang="en"'), ("theme", "dark", 'data-theme="dark"')],
)
def test_a_choice_is_kept_in_a_cookie_that_no_other_host_can_set(
    client: FlaskClient, name: str, value: str, seen: str
) -> None:
    assert seen not in get(client, "/sign-in").text
    cookies = choose(client, name, value).headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == [f"__Host-console_{name}"]
    assert (
        all(mark in cookies[0] for mark in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Lax"))
        and "Domain" not in cookies[0]
    )
    assert seen in get(client, "/sign-in").text


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_every_answer_binds_its_name_and_those_below_it_to_https(
    client: FlaskClient, path: str
) -> None:
    assert (
        get(client, path).headers["Strict-Transport-Security"]
        == "max-age=31536000; includeSubDomains"
    )


@pytest.mark.parametrize("path", PAGES)
def test_other_sites_get_no_referrer_of_console(client: FlaskClient, path: str) -> None:
    assert get(client, path).headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_no_answer_can_be_framed_or_taken_for_another_kind(client: FlaskClient, path: str) -> None:
    headers = get(client, path).headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_a_text_answer_declares_utf_8(client: FlaskClient, path: str) -> None:
    """JSON is always UTF-8 (RFC 8259) and says no more."""
    kind = get(client, path).headers["Content-Type"]
    assert kind.endswith("; charset=utf-8") or kind == "application/json"


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_trace_is_answered_nowhere(client: FlaskClient, path: str) -> None:
    answer = client.open(path, method="TRACE", base_url=ORIGIN, headers={"X-Mark": "echo me"})
    assert answer.status_code in (404, 405) and "echo me" not in answer.text


def test_a_page_of_another_site_is_given_no_leave_to_ask(client: FlaskClient) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/commands/dial", base_url=ORIGIN, headers=asked)
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("path", ["/sign-in", "/preferences", "/commands/dial"])
def test_a_body_that_is_too_large_is_not_read(client: FlaskClient, path: str) -> None:
    """The limit applies to every content type; browsers never send more than 256 KB."""
    answer = client.post(path, base_url=ORIGIN, data={"csrf_token": "x" * 300_000})
    assert answer.status_code == 413
