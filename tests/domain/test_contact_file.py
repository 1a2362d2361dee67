"""Contacts in CSV files: the accepted spellings, and the faults that refuse a row."""

from __future__ import annotations

import pytest

from console.domain.contact_fields import ContactFields, FieldFault
from console.domain.contact_file import BadRow, Row, RowFault, UnreadableFile, read
from console.domain.numbers import NumberFault

AN = Row(2, ContactFields("Nguyễn Văn An", ("+84912345200",)), "")


def only_row(text: str) -> Row:
    good, bad = read(text.encode(), "VN")
    assert bad == []
    assert len(good) == 1
    return good[0]


@pytest.mark.parametrize(
    "text",
    [
        "name,number\nNguyễn Văn An,0912345200\n",
        "Tên,Số điện thoại\nNguyễn Văn An,0912 345 200\n",
        "\ufeffHọ và tên;SĐT\r\nNguyễn Văn An;+84 912 345 200\r\n",
        "HỌ TÊN\tĐIỆN THOẠI\nNguyễn Văn An\t(0912) 345-200",
        "Khách hàng,Di động,Giờ gọi\nNguyễn Văn An,912345200,gọi buổi chiều\n",
        'phone,name\n"0912345200","Nguyễn  Văn\tAn"\n',
        "Tên,Số điện thoại\nNguyễn Văn An,0912345200\n",  # marks that stand by themselves
    ],
)
def test_row_is_read_in_any_spelling(text: str) -> None:
    assert only_row(text) == AN


def test_several_numbers_in_one_field_or_several() -> None:
    both = ("+84912345200", "+842838221234")
    assert only_row('Tên,SĐT,SĐT 2\nAn,0912345200,"(028) 3822 1234"\n').fields.numbers == both
    assert only_row('name,numbers\nAn,"0912345200; 028 3822 1234"\n').fields.numbers == both
    assert only_row('name,numbers\nAn,"0912345200\n028 3822 1234"\n').fields.numbers == both
    assert (
        only_row("name,phone 1,phone 2,phone 3\nAn,0912345200,,02838221234\n").fields.numbers
        == both
    )
    assert only_row("name,phone 1,phone 2\nAn,0912345200,+84912345200\n").fields.numbers == both[:1]


def test_national_number_has_the_organisations_country() -> None:
    good, _ = read(b"name,number\nKim,6123 4567\n", "SG")
    assert good[0].fields.numbers == ("+6561234567",)


def test_owner_is_read_and_other_columns_are_ignored() -> None:
    assert only_row("Mã,Tên,Số,Người phụ trách\n17,An,0912345200,alice\n").owner == "alice"


def test_each_bad_row_is_reported_with_its_line() -> None:
    text = (
        "name,number,owner\n"
        "An,0912345200,\n"
        ",0912345201,\n"
        "Bình,,\n"
        'Hà,"0938\n111200x",\n'
        "Minh,09123,\n"
        "Lan,0912345,\n"
        "Tú,0912345203,,more\n"
        "\n"
        f"{'A' * 201},0912345204,\n"
        "Sao,0977222486,\n"
    )
    good, bad = read(text.encode(), "VN")
    assert [(row.line, row.fields.name) for row in good] == [(2, "An"), (12, "Sao")]
    assert [(row.line, row.fault, row.about[:12]) for row in bad] == [
        (3, FieldFault.no_name, ""),
        (4, FieldFault.no_number, "Bình"),
        (5, NumberFault.extension, "0938"),
        (7, NumberFault.extension, "09123"),
        (8, NumberFault.invalid, "0912345"),
        (9, RowFault.too_many_fields, "Tú"),
        (11, FieldFault.long_name, "A" * 12),
    ]


@pytest.mark.parametrize(
    ("about", "fault"),
    [
        ("9.12E+08", NumberFault.letters),
        ("0912345200 ext 5", NumberFault.tail),
        ("-", NumberFault.empty),
        ("1" * 20, NumberFault.too_long),
    ],
)
def test_bad_number_is_reported_with_its_fault(about: str, fault: NumberFault) -> None:
    assert read(f"name,number\nAn,{about}\n".encode(), "VN") == ([], [BadRow(2, fault, about)])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no heading name"),
        (b"number\n0912345200\n", "no heading name"),
        ("Tên,Địa chỉ\nAn,Huế\n".encode(), "no heading number"),
        ("name,number\nAn,0912345200\nBình,0912345201\n".encode("utf-16"), "Line 1 is not UTF-8"),
        (b"name,number\nAn,0912345200\nB\xecnh,0912345201\n", "Line 3 is not UTF-8"),
        (b'name,number\nAn,0912345200\n"Binh,0912345201\nHa,0912345202\n', "Line 3 cannot be read"),
        (b'name,number\n"An" Van,0912345200\n', "Line 2 cannot be read"),
    ],
)
def test_unreadable_file_is_reported_with_line_and_reason(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read(data, "VN")
