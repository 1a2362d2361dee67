from __future__ import annotations

from collections.abc import Callable

import pytest

from console.errors import TooMany
from console.security.sign_in_limits import (
    PER_DEVICE,
    PER_NAME,
    PER_NETWORK,
    Attempt,
    SignInLimits,
    networks_of,
)
from tests.application import Person

Sit = Callable[..., Person]

OFFICE, MALLORY = "203.0.113.7", "198.51.100.66"


def guess(someone: Person, username: str, times: int) -> list[int]:
    form = {"csrf_token": someone.form_token(), "username": username, "password": "guess"}
    return [someone.bare_post("/sign-in", form).status_code for _ in range(times)]


def test_guessing_is_stopped_with_the_time_to_wait(person: Sit) -> None:
    mallory = person(address=MALLORY)
    assert guess(mallory, "alice", PER_NAME.amount + 1) == [401] * PER_NAME.amount + [429]
    refused = mallory.sign_in("alice")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert 'name="password"' in refused.text


def test_a_stranger_cannot_lock_alice_out(person: Sit) -> None:
    guess(person(address=MALLORY), "alice", 30)
    assert person(address=OFFICE).sign_in("alice").status_code == 303


def test_a_neighbour_cannot_lock_a_known_browser_out(person: Sit) -> None:
    alice = person("alice", address=OFFICE)
    alice.post("/sign-out")
    guess(person(address=OFFICE), "alice", 30)
    assert alice.sign_in("alice").status_code == 303


def test_a_full_network_bucket_does_not_stop_known_browsers(person: Sit) -> None:
    alice = person("alice", address=OFFICE)
    alice.post("/sign-out")
    neighbour = person(address=OFFICE)
    for name in range(PER_NETWORK.amount // PER_NAME.amount):
        guess(neighbour, f"name-{name}", PER_NAME.amount)
    assert neighbour.sign_in("bob").status_code == 429
    assert alice.sign_in("alice").status_code == 303


def test_guesses_in_a_known_browser_are_limited(person: Sit) -> None:
    alice = person("alice")
    alice.post("/sign-out")
    assert guess(alice, "alice", PER_DEVICE.amount + 1)[-1] == 429


def test_a_browser_known_for_alice_is_a_stranger_for_bob(person: Sit) -> None:
    alice = person("alice")
    alice.post("/sign-out")
    assert guess(alice, "bob", PER_NAME.amount + 1)[-1] == 429


def test_a_made_up_device_cookie_is_no_known_browser(person: Sit) -> None:
    mallory = person(address=MALLORY)
    mallory.client.set_cookie(
        "console-device", '{"id": "x", "users": []}.forged', domain="localhost"
    )
    assert guess(mallory, "alice", PER_NAME.amount + 1)[-1] == 429


def test_an_unknown_name_is_locked_like_a_known_one(person: Sit) -> None:
    assert guess(person(), "nobody", PER_NAME.amount + 1)[-1] == 429


def test_signing_in_resets_the_users_own_failures(person: Sit) -> None:
    alice = person()
    for _ in range(3):
        guess(alice, "alice", PER_NAME.amount - 1)
        assert alice.sign_in("alice").status_code == 303
        alice.post("/sign-out")


@pytest.mark.parametrize(
    ("addresses", "allowed"),
    [
        ("2001:db8:1:2::{:x}", PER_NAME.amount),  # one home
        ("2001:db8:1:2{:02x}::5", 2 * PER_NAME.amount),  # one customer with a /56
        ("2001:db8:1:{:x}00::5", 4 * PER_NAME.amount),  # one customer with a /48
        ("::ffff:203.0.113.7", PER_NAME.amount),
    ],
)
def test_other_addresses_of_one_network_are_no_new_tries(addresses: str, allowed: int) -> None:
    limits = SignInLimits("")
    with pytest.raises(TooMany):
        for number in range(allowed + 1):
            limits.admit(Attempt.of("alice", addresses.format(number), None))
    assert number == allowed
    limits.admit(Attempt.of("alice", "2001:db9::1", None))


def test_a_mapped_address_is_the_address_that_it_maps() -> None:
    assert networks_of("::ffff:203.0.113.7") == networks_of("203.0.113.7") == ["203.0.113.7"]
    assert networks_of("no address") == ["no address"]


def test_parallel_attempts_count_before_any_password_is_checked() -> None:
    limits = SignInLimits("")
    for number in range(PER_NETWORK.amount):
        limits.admit(Attempt.of(f"name-{number}", MALLORY, None))
    with pytest.raises(TooMany):
        limits.admit(Attempt.of("one more", MALLORY, None))


@pytest.fixture(params=["", "redis"])
def limits(request: pytest.FixtureRequest) -> SignInLimits:
    """Counted by one worker alone, and together with others."""
    return SignInLimits(request.param and request.getfixturevalue("redis_server").url)


def test_successful_sign_ins_do_not_use_up_the_networks_limit(limits: SignInLimits) -> None:
    for number in range(3 * PER_NETWORK.amount):
        attempt = Attempt.of(f"name-{number}", OFFICE, None)
        limits.admit(attempt)
        limits.succeeded(attempt)


def test_signing_in_resets_no_other_users_failures() -> None:
    limits = SignInLimits("")
    for number in range(PER_NETWORK.amount - 1):
        limits.admit(Attempt.of(f"name-{number}", MALLORY, None))
    own = Attempt.of("mallory", MALLORY, None)
    for _ in range(3):
        limits.admit(own)
        limits.succeeded(own)
    limits.admit(Attempt.of("the last", MALLORY, None))
    with pytest.raises(TooMany):
        limits.admit(Attempt.of("one more", MALLORY, None))


@pytest.mark.parametrize(
    ("neighbour", "allowed"),
    [("2001:db8:1:2{:02x}::5", 2 * PER_NAME.amount), ("2001:db8:1:{:x}00::5", 4 * PER_NAME.amount)],
)
def test_a_success_leaves_guesses_from_the_wider_network_counted(
    limits: SignInLimits, neighbour: str, allowed: int
) -> None:
    def guess_from(numbers: range) -> None:
        for number in numbers:
            limits.admit(Attempt.of("alice", neighbour.format(number), None))

    guess_from(range(1, allowed))
    alice = Attempt.of("alice", neighbour.format(0), None)
    for _ in range(3):
        limits.admit(alice)
        limits.succeeded(alice)
    guess_from(range(allowed, allowed + 1))
    with pytest.raises(TooMany):
        guess_from(range(allowed + 1, allowed + 2))


def test_a_try_that_is_refused_costs_nothing(limits: SignInLimits) -> None:
    waiting = [Attempt.of(f"name-{number}", OFFICE, None) for number in range(PER_NETWORK.amount)]
    for attempt in waiting:
        limits.admit(attempt)
    late = Attempt.of("alice", OFFICE, None)
    for _ in range(2 * PER_NAME.amount):
        with pytest.raises(TooMany):
            limits.admit(late)
    limits.succeeded(waiting[0])
    limits.admit(late)


def test_sign_in_limits_work_without_redis() -> None:
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
