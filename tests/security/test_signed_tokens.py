"""A signed value is valid only for its own purpose: tickets, and the cookie of a known browser."""

from __future__ import annotations

import time
from collections.abc import Callable

import jwt
import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from console.config import Settings
from console.security.sign_in_limits import PER_NAME
from console.security.tickets import redeem_ticket
from console.storage.models import new_id
from tests.application import Person
from tests.security.test_lock_out import MALLORY, guess

Sit = Callable[..., Person]
FORGERIES = {
    "no signature": lambda key, claims: jwt.encode(claims, None, algorithm="none"),
    "another algorithm": lambda key, claims: jwt.encode(claims, key, algorithm="HS512"),
    "another key": lambda key, claims: jwt.encode(claims, "x" * 64, algorithm="HS256"),
    "a key of its own": lambda key, claims: jwt.encode(
        claims,
        "x" * 64,
        algorithm="HS256",
        headers={"jku": "https://evil.example/keys", "jwk": {"kty": "oct", "k": "eHh4"}},
    ),
    "another purpose": lambda key, claims: jwt.encode(
        {**claims, "aud": "api"}, key, algorithm="HS256"
    ),
    "no purpose": lambda key, claims: jwt.encode(
        {k: v for k, v in claims.items() if k != "aud"}, key, algorithm="HS256"
    ),
    "no end": lambda key, claims: jwt.encode(
        {k: v for k, v in claims.items() if k != "exp"}, key, algorithm="HS256"
    ),
    "its end is over": lambda key, claims: jwt.encode(
        {**claims, "exp": int(time.time()) - 1}, key, algorithm="HS256"
    ),
    "not yet": lambda key, claims: jwt.encode(
        {**claims, "nbf": int(time.time()) + 600}, key, algorithm="HS256"
    ),
    "no id": lambda key, claims: jwt.encode(
        {k: v for k, v in claims.items() if k != "jti"}, key, algorithm="HS256"
    ),
}


def claims_of(alice: Person) -> dict[str, object]:
    """Those of a real ticket; its own id is not used up yet."""
    real = alice.post("/realtime/ticket").json["ticket"]
    found: dict[str, object] = jwt.decode(real, options={"verify_signature": False})
    return {**found, "jti": new_id()}


def test_a_ticket_made_with_consoles_own_key_is_good(
    app: Flask, settings: Settings, person: Sit
) -> None:
    """A control: each forgery below fails for its own reason."""
    good = jwt.encode(
        claims_of(person("alice")), f"ticket {settings.secret_key}", algorithm="HS256"
    )
    with app.test_request_context():
        found = redeem_ticket(good)
    assert found and found[0].username == "alice"


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_other_ticket_is_taken(
    app: Flask, settings: Settings, person: Sit, forgery: str
) -> None:
    forged = FORGERIES[forgery](f"ticket {settings.secret_key}", claims_of(person("alice")))
    with app.test_request_context():
        assert redeem_ticket(forged) is None


def test_a_known_browser_is_signed_with_sha_256(settings: Settings, person: Sit) -> None:
    """The weaker default signature of itsdangerous is no proof, even with the right key."""
    weak = URLSafeSerializer(settings.secret_key, salt="known-device")
    _, alices_browser = weak.loads_unsafe(person("alice").cookie("console-device") or "")
    mallory = person(address=MALLORY)
    mallory.client.set_cookie("console-device", str(weak.dumps(alices_browser)), domain="localhost")
    assert guess(mallory, "alice", PER_NAME.amount + 1)[-1] == 429
