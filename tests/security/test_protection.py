"""Form tokens, cookies, headers, origins, proxies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g

from console import create_app
from console.config import load_settings
from console.domain.enums import Role
from console.security.guards import signed_in
from console.security.trusted_proxies import TrustedProxies
from console.storage import models
from tests.application import PHONE_HOST, Person
from tests.config.test_config import PRODUCTION

Sit = Callable[..., Person]

FORMS = ["/sign-in", "/sign-out", "/preferences", "/sessions/x/end", "/password"]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("token", [None, "made-up"])
def test_no_form_is_taken_without_its_token(person: Sit, path: str, token: str | None) -> None:
    answer = person("alice").bare_post(
        path,
        {"username": "bob", "password": "console-demo", **({"csrf_token": token} if token else {})},
    )
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_every_view_that_changes_something_asks_for_the_token(app: Flask, person: Sit) -> None:
    alice = person("alice")
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            path = rule.rule.replace("<", "").replace(">", "")
            answer = alice.client.open(
                path, method=method, base_url="http://localhost:5000", json={}
            )
            assert answer.status_code == 400, rule
            assert rule.rule == "/sign-in" or answer.json["code"] == "form_expired"


def test_bobs_form_token_is_refused_in_alices_browser(person: Sit) -> None:
    token = person("bob").form_token()
    assert person("alice").bare_post("/sign-out", {"csrf_token": token}).status_code == 400


def test_a_form_token_ends_with_its_session(person: Sit) -> None:
    alice = person("alice")
    token = alice.form_token()
    alice.post("/sign-out")
    alice.sign_in("alice")
    assert alice.bare_post("/sign-out", {"csrf_token": token}).status_code == 400


def test_a_form_token_in_the_header_is_as_good(person: Sit) -> None:
    alice = person("alice")
    assert (
        alice.bare_post("/sign-out", headers={"X-CSRFToken": alice.form_token()}).status_code == 303
    )


def test_a_stale_sign_in_page_is_shown_again(person: Sit) -> None:
    answer = person().bare_post(
        "/sign-in", {"csrf_token": "old", "username": "alice", "password": "console-demo"}
    )
    assert answer.status_code == 400
    assert 'value="alice"' in answer.text
    assert "console-demo" not in answer.text


def cookies_of(answer: Any) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}


def test_cookies_are_out_of_scripts_reach(person: Sit) -> None:
    someone = person()
    made = cookies_of(someone.get("/sign-in")) | cookies_of(someone.sign_in("alice"))
    assert set(made) == {"console", "console-form", "console-device"}
    assert all(
        "HttpOnly" in line and "SameSite=Lax" in line and "Domain" not in line
        for line in made.values()
    )


def test_production_cookies_are_secure_and_host_only(sqlite_url: str) -> None:
    app = create_app(load_settings({**PRODUCTION, "CONSOLE_DATABASE_URL": sqlite_url}))
    answer = app.test_client().get("/sign-in", base_url="https://console.example.com")
    assert "; Secure; HttpOnly; Path=/; SameSite=Lax" in cookies_of(answer)["__Host-console-form"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    app.extensions["console"].database.close()


@pytest.mark.parametrize(
    "path", ["/sign-in", "/nothing-here", "/static/js/none.js", "/health/live"]
)
def test_every_answer_has_a_strict_policy(person: Sit, path: str) -> None:
    headers = person().get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert (
        policy["default-src"]
        == policy["frame-ancestors"]
        == policy["frame-src"]
        == policy["base-uri"]
        == "'none'"
    )
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "microphone=()" in headers["Permissions-Policy"]


def test_only_pages_with_phones_frame_and_lend_the_microphone(app: Flask, person: Sit) -> None:
    def page() -> str:
        g.phone_origins = ["http://a.phone.localhost:5000"]
        return ""

    app.add_url_rule("/with-phone", view_func=page)
    headers = person().get("/with-phone").headers
    assert "frame-src http://a.phone.localhost:5000" in headers["Content-Security-Policy"]
    assert 'microphone=(self "http://a.phone.localhost:5000")' in headers["Permissions-Policy"]


def test_pages_of_a_signed_in_person_are_not_kept_by_the_browser(person: Sit) -> None:
    assert person("alice").get("/sessions").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/sessions", "/wall", "/history", "/realtime", "/health/live"]
)
def test_the_phone_origin_serves_no_page_of_consoles(app: Flask, path: str) -> None:
    assert app.test_client().get(path, base_url=PHONE_HOST).status_code == 404


def test_the_phone_origin_serves_no_session(app: Flask) -> None:
    assert (
        app.test_client().post("/phone/0192/session", base_url=PHONE_HOST, json={}).status_code
        == 404
    )


def test_development_redirects_loopback_addresses_to_its_origin(app: Flask) -> None:
    answer = app.test_client().get("/sign-in?next=/history", base_url="http://127.0.0.1:5000")
    assert answer.location == "http://localhost:5000/sign-in?next=/history"


def test_consoles_own_origin_serves_no_phone_page(person: Sit) -> None:
    assert person("alice").get("/phone/0192").status_code == 404


def test_a_phone_page_is_served_under_its_own_name_only(app: Flask) -> None:
    client = app.test_client()
    with app.extensions["console"].database.read() as session:
        connection = (
            session.query(models.Connection.id).order_by(models.Connection.id).limit(1).scalar()
        )
    page = f"/phone/{connection}"
    assert client.get(page, base_url=f"http://{connection}.phone.localhost:5000").status_code == 200
    assert client.get(page, base_url=PHONE_HOST).status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "console.example.com.evil.example",
        "console.example.com:444",
        "127.0.0.1",
        "a.b.phones.example.net",
    ],
)
def test_production_answers_to_its_own_names_only(sqlite_url: str, host: str) -> None:
    client = create_app(
        load_settings({**PRODUCTION, "CONSOLE_DATABASE_URL": sqlite_url})
    ).test_client()
    answer = client.get("/sign-in", base_url=f"https://{host}")
    assert answer.status_code == 400
    assert "https://console.example.com" in answer.text
    assert client.get("/realtime", base_url=f"https://{host}").status_code == 400
    assert (
        client.get("/health/live", base_url=f"https://{host}").status_code == 200
    )  # a reader of the log learns no name
    assert client.get("/sign-in", base_url="https://Console.example.com").status_code == 200


def test_each_origin_has_an_agent_of_its_own(person: Sit, app: Flask) -> None:
    pages = person().get("/sign-in"), app.test_client().get("/phone/0192", base_url=PHONE_HOST)
    assert {page.headers["Origin-Agent-Cluster"] for page in pages} == {"?1"}


def test_roles_are_kept_apart(app: Flask, person: Sit) -> None:
    app.add_url_rule("/for-sam", view_func=signed_in(Role.supervisor)(lambda: "yes"))
    assert [
        person(name).get("/for-sam").status_code for name in ("sam", "alice", "olga", "ada")
    ] == [200, 403, 403, 403]
    assert person().get("/for-sam").status_code == 303


def test_htmx_requests_without_a_session_load_the_sign_in_page(person: Sit) -> None:
    answer = person().get("/sessions", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_programs_get_json_and_people_a_page(person: Sit) -> None:
    someone = person()
    token = someone.form_token()
    answer = someone.bare_post("/commands/dial", headers={"X-CSRFToken": token}, json=None)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
    assert someone.get("/nothing-here").mimetype == "text/html"
    assert (
        someone.get("/nothing-here", headers={"Accept": "application/json"}).json["code"]
        == "not_found"
    )


def test_a_crash_is_reported_without_its_details(
    app: Flask, person: Sit, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    app.add_url_rule("/broken", view_func=broken)
    answer = person().get("/broken?token=in-url")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "in-url" not in caplog.text


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("198.51.100.9", "6.6.6.6", "198.51.100.9"),
        ("10.0.0.1", "198.51.100.1:51234", "198.51.100.1"),
        ("10.0.0.1", '"[2001:db8::1]:443", 10.0.0.2:80', "2001:db8::1"),
        ("10.0.0.1", "[2001:db8::1]", "2001:db8::1"),
        ("10.0.0.1", "::ffff:198.51.100.1, ::ffff:10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "fe80::1%forged", "fe80::1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:198.51.100.9", "6.6.6.6", "198.51.100.9"),
        ("10.0.0.1", "6.6.6.6, forged, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6 10.0.0.2", "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6,,10.0.0.2,", "6.6.6.6"),
        ("", "6.6.6.6", ""),
    ],
)
def test_only_known_proxies_are_trusted(peer: str, forwarded: str, caller: str) -> None:
    seen: dict[str, str] = {}
    environ = {
        "REMOTE_ADDR": peer,
        "HTTP_X_FORWARDED_FOR": forwarded,
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.url_scheme": "http",
    }
    TrustedProxies(lambda env, _start: seen.update(env) or [], ["10.0.0.0/24"])(
        environ, lambda *_: None
    )  # type: ignore[arg-type, func-returns-value, misc]
    assert seen["REMOTE_ADDR"] == caller
    assert seen["wsgi.url_scheme"] == ("https" if "10.0.0.1" in peer else "http")
