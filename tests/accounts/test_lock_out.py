from __future__ import annotations

from collections.abc import Callable

import pytest

from console.errors import TooMany
from console.security.sign_in_limits import PER_DEVICE, PER_NAME, PER_NETWORK, Attempt, SignInLimits, network_of
from tests.accounts.conftest import Person

Sit = Callable[..., Person]

OFFICE, MALLORY = "203.0.113.7", "198.51.100.66"


def guess(someone: Person, username: str, times: int) -> list[int]:
    form = {"csrf_token": someone.form_token(), "username": username, "password": "guess"}
    return [someone.bare_post("/sign-in", form).status_code for _ in range(times)]


def test_guessing_is_stopped_and_the_wait_is_told(person: Sit) -> None:
    mallory = person(address=MALLORY)
    assert guess(mallory, "alice", PER_NAME.amount + 1) == [401] * PER_NAME.amount + [429]
    refused = mallory.sign_in("alice")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert 'name="password"' in refused.text


def test_a_stranger_cannot_shut_alice_out(person: Sit) -> None:
    guess(person(address=MALLORY), "alice", 30)
    assert person(address=OFFICE).sign_in("alice").status_code == 303


def test_a_neighbour_in_the_same_network_cannot_shut_alice_out_of_her_browser(person: Sit) -> None:
    alice = person("alice", address=OFFICE)
    alice.post("/sign-out")
    guess(person(address=OFFICE), "alice", 30)
    assert alice.sign_in("alice").status_code == 303


def test_filling_the_networks_bucket_does_not_stop_known_browsers(person: Sit) -> None:
    alice = person("alice", address=OFFICE)
    alice.post("/sign-out")
    neighbour = person(address=OFFICE)
    for name in range(PER_NETWORK.amount // PER_NAME.amount):
        guess(neighbour, f"name-{name}", PER_NAME.amount)
    assert neighbour.sign_in("bob").status_code == 429
    assert alice.sign_in("alice").status_code == 303


def test_a_known_browser_is_no_licence_to_guess(person: Sit) -> None:
    alice = person("alice")
    alice.post("/sign-out")
    assert guess(alice, "alice", PER_DEVICE.amount + 1)[-1] == 429


def test_a_browser_known_for_alice_is_a_stranger_for_bob(person: Sit) -> None:
    alice = person("alice")
    alice.post("/sign-out")
    assert guess(alice, "bob", PER_NAME.amount + 1)[-1] == 429


def test_a_made_up_device_cookie_is_no_known_browser(person: Sit) -> None:
    mallory = person(address=MALLORY)
    mallory.client.set_cookie("console-device", '{"id": "x", "users": []}.forged', domain="localhost")
    assert guess(mallory, "alice", PER_NAME.amount + 1)[-1] == 429


def test_an_unknown_name_is_locked_like_a_known_one(person: Sit) -> None:
    assert guess(person(), "nobody", PER_NAME.amount + 1)[-1] == 429


def test_ones_own_slips_are_forgotten_after_signing_in(person: Sit) -> None:
    alice = person()
    for _ in range(3):
        guess(alice, "alice", PER_NAME.amount - 1)
        assert alice.sign_in("alice").status_code == 303
        alice.post("/sign-out")


def test_a_whole_ipv6_network_counts_as_one() -> None:
    assert network_of("2001:db8:1:2::5") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::5")
    assert network_of("::ffff:203.0.113.7") == network_of("203.0.113.7")


def test_a_lost_redis_neither_opens_nor_closes_the_door() -> None:
    limits = SignInLimits("redis://127.0.0.1:1")
    attempt = Attempt.of("alice", MALLORY, None)
    for _ in range(PER_NAME.amount):
        limits.admit(attempt)
    with pytest.raises(TooMany):
        limits.admit(attempt)


def test_workers_count_together_through_redis(redis_server: object) -> None:
    url = redis_server.url  # type: ignore[attr-defined]
    one, other = SignInLimits(url), SignInLimits(url)
    attempt = Attempt.of("alice", MALLORY, None)
    for _ in range(PER_NAME.amount):
        one.admit(attempt)
    with pytest.raises(TooMany):
        other.admit(attempt)
    other.succeeded(attempt)
    one.admit(attempt)
