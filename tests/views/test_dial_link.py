"""A tel: link reaches the dial field; nothing that it holds is dialled or shown unchecked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.application import Person

Sit = Callable[..., Person]


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("tel:0912345678", "+84912345678"),
        ("tel:+84-912-345-678", "+84912345678"),
        ("tel:1002", "1002"),
    ],
)
def test_the_number_of_a_link_is_read(person: Sit, link: str, number: str) -> None:
    page = person("alice").get(f"/dial?number={quote(link, safe='')}")
    assert page.status_code == 200
    assert f"/?dial={quote(number, safe='')}" in page.text


@pytest.mark.parametrize(
    "link",
    [
        "",
        "tel:",
        "javascript:alert(1)",
        "tel:<script>alert(1)</script>",
        "tel:1002;ext=9",
        "tel:*21*0912345678#",
        "tel:" + "9" * 10_000,
        "tel:\x00",
        "tel:\u202e2001x",
    ],
)
def test_a_hostile_link_is_refused_with_a_sentence(person: Sit, link: str) -> None:
    page = person("alice").get("/dial", query_string={"number": link})
    assert page.status_code == 400
    assert "<script>alert" not in page.text and "/dial-link.js" not in page.text


def test_a_link_goes_on_after_the_sign_in(person: Sit) -> None:
    someone = person()
    asked = someone.get("/dial?number=tel%3A1002")
    assert asked.location == "/sign-in?next=/dial%3Fnumber%3Dtel%253A1002"
    entered = someone.sign_in("alice", next="/dial?number=tel%3A1002")
    assert entered.location == "/dial?number=tel%3A1002"
