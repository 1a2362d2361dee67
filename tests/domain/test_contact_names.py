"""Names of contacts: on one line, found without diacritics, joined for a shared number."""

from __future__ import annotations

import pytest

from console.domain.contacts import (
    LONGEST_NAME,
    clean_name,
    label,
    name_key,
    names_nobody,
    search_key,
)
from console.domain.numbers import BadNumber, NumberFault, public_number


def test_name_is_one_line_without_invisible_characters() -> None:
    assert clean_name("  Nguyễn \n\tVăn\u200b  An\x00 ") == "Nguyễn Văn An"
    assert clean_name("\u200b \u2066\n") == ""
    assert clean_name("Bi\u0300nh") == "Bình"
    assert (
        clean_name('<script>alert("1")</script>') == '<script>alert("1")</script>'
    )  # text, which pages escape


def test_names_compare_without_case() -> None:
    assert name_key("NGUYỄN văn  An") == name_key("Nguyễn Văn An")
    assert name_key("Hoa") != name_key("Hòa")


def test_search_ignores_diacritics() -> None:
    assert search_key("ĐẶNG Thị Ước") == "dang thi uoc"


def test_shared_number_shows_two_names_and_a_count() -> None:
    assert label([]) == ""
    assert label(["An"]) == "An"
    assert label(["An", "Hoa"]) == "An / Hoa"
    assert label(["An", "Hoa", "Tú", "Lan"]) == "An / Hoa +2"
    long = label(["A" * 190, "B" * 190, "C"])
    assert len(long) == LONGEST_NAME and long.endswith("… +1")


@pytest.mark.parametrize(
    "name", ["", " ", "+84912345200", "0912345200", "0912 345 200", "84912345200"]
)
def test_a_number_in_place_of_a_name_is_no_name(name: str) -> None:
    assert names_nobody(name, "+84912345200")


@pytest.mark.parametrize("name", ["An", "Viettel 18008098", "7-Eleven", "1002"])
def test_a_name_with_digits_is_a_name(name: str) -> None:
    assert not names_nobody(name, "+84912345200")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1002", NumberFault.extension),
        ("0912345", NumberFault.invalid),
        ("an", NumberFault.letters),
    ],
)
def test_contact_needs_a_public_number(text: str, fault: NumberFault) -> None:
    with pytest.raises(BadNumber) as refused:
        public_number(text, "VN")
    assert refused.value.code is fault
    assert public_number("0912 345 200", "VN") == "+84912345200"
