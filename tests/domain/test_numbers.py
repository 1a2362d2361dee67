from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.numbers import BadNumber, Dialled, NumberFault, parse, remote_number, shown

MOBILE = Dialled("+84912345678", None, "0912 345 678")


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "(091) 234-5678",
        "<0912345678>",
        "+84912345678",
        "84912345678",
        "0084 912 345 678",
        "+84 (0)912 345 678",
        "tel:+84-912-345-678",
        "tel:%2B84912345678",
        "SĐT: 0912 345 678",
        "Phone: 0912.345.678",
        "\u202a+84 912 345 678\u202c",
        "０９１２３４５６７８",
        "0912\u00a0345\u00a0678",
    ],
)
def test_typed_and_pasted_forms_give_one_number(text: str) -> None:
    assert parse(text, "VN") == MOBILE


@pytest.mark.parametrize(
    "text", ["1002", "0", "113", "*97", "#21#", "*21*1002#", "123456", "1234567"]
)
def test_an_extension_stays_an_extension(text: str) -> None:
    assert parse(text, "VN") == Dialled(None, text, text)
    assert parse(text, "VN").number == text


def test_own_country_is_shown_nationally_others_internationally() -> None:
    assert shown("+84912345678", "VN") == "0912 345 678"
    assert shown("+84912345678", "US") == "+84 912 345 678"
    assert shown("+442079460000", "VN") == "+44 20 7946 0000"
    assert shown("1002", "VN") == "1002"
    assert shown("", "VN") == ""
    assert shown("+", "VN") == "+"


def test_region_decides_on_national_numbers() -> None:
    assert parse("020 7946 0000", "GB").e164 == "+442079460000"
    assert parse("1900 1234", "VN").e164 == "+8419001234"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", NumberFault.empty),
        ("  + ", NumberFault.empty),
        ("alice", NumberFault.letters),
        ("1-800-FLOWERS", NumberFault.letters),
        ("1002@pbx.test", NumberFault.letters),
        ("0912345678,12", NumberFault.tail),
        ("0912345678;ext=5", NumberFault.tail),
        ("0912345678 ext. 5", NumberFault.tail),
        ("0912345678 x5", NumberFault.tail),
        ("0912345678p12", NumberFault.tail),
        ("0912345678#12", NumberFault.tail),
        ("0912345678 máy lẻ 12", NumberFault.tail),
        ("+84123", NumberFault.invalid),
        ("++84912345678", NumberFault.invalid),
        ("0912345678+", NumberFault.invalid),
        ("0912$345678", NumberFault.invalid),
        ("0912345678 / 0913345678", NumberFault.too_long),
    ],
)
def test_undiallable_text_is_refused_with_its_fault(text: str, code: NumberFault) -> None:
    with pytest.raises(BadNumber) as refused:
        parse(text, "VN")
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("84912345678", "+84912345678"),
        ("1002", "1002"),
        (" alice ", "alice"),
        ("Anonymous", ""),
        ("", ""),
        ("+84123", "+84123"),
    ],
)
def test_reported_number_has_one_form(text: str, number: str) -> None:
    assert remote_number(text, "VN") == number


@given(
    st.text(alphabet="0123456789+*#.,;()- xtel:/%A\u0130\u00b2", max_size=40) | st.text(max_size=40)
)
def test_any_text_is_refused_or_read_stably(text: str) -> None:
    try:
        dialled = parse(text, "VN")
    except BadNumber:
        return
    assert (dialled.e164 is None) != (dialled.extension is None)
    assert parse(dialled.number, "VN") == dialled
    assert parse(dialled.shown, "VN") == dialled
