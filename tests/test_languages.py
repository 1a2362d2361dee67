"""Pages and pushes speak the reader's language, each its own, whichever was made first."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel, force_locale

from console.realtime.fragments import Fragments
from console.storage.database import Database

ROOT = Path(__file__).resolve().parents[1]
NOBODY_YET = {
    "en": "Your teams have no agents yet.",
    "vi": "Nhóm của bạn chưa có tổng đài viên nào.",
}


@pytest.fixture
def app() -> Flask:
    app = Flask("console", root_path=str(ROOT))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    Babel(app)
    return app


@pytest.mark.parametrize("language", NOBODY_YET)
def test_a_push_speaks_the_language_that_its_page_asked_for(app: Flask, language: str) -> None:
    assert NOBODY_YET[language] in Fragments(app, Database("sqlite://")).wall([], language)


@pytest.mark.parametrize("language", NOBODY_YET)
def test_a_page_keeps_its_language_beside_the_pushes(app: Flask, language: str) -> None:
    Fragments(app, Database("sqlite://"))
    with app.test_request_context(), force_locale(language):
        assert NOBODY_YET[language] == render_template_string(
            "{{ _(sentence) }}", sentence=NOBODY_YET["en"]
        )


VENDORS_WORDS = {  # what the vendor itself writes of its errors, without the full stop
    "Could not connect to the subscriber number.": "Không kết nối được đến số thuê bao",
    "The customer is busy.": "Khách hàng đang bận",
    "The customer did not answer, or an error occurred.": (
        "Khách hàng không nghe máy hoặc có lỗi xảy ra"
    ),
    "The charges for this hotline number have not been paid.": (
        "Đầu số này chưa được thanh toán cước"
    ),
    "The customer did not answer.": "Khách hàng không nghe máy",
    "The customer's number is temporarily unreachable.": (
        "Thuê bao khách hàng tạm thời không liên lạc được"
    ),
    "An error occurred.": "Có lỗi xảy ra",
    "Your calling device could not be reached: check the IP phone or softphone and the"
    " Internet connection.": (
        "Không thể kết nối được đến thiết bị nghe gọi của tư vấn viên, kiểm tra lại IP"
        " Phone/SoftPhone và đường truyền Internet"
    ),
    "Code 786 returned: Busy. Please sign out and sign in again to continue.": (
        "Mã trả về 786 - Busy. Vui lòng đăng xuất và đăng nhập lại để tiếp tục sử dụng"
    ),
    "No permission to call out.": "Không có quyền gọi ra",
    "Ask your administrator to set it up.": "Liên hệ Admin để cấu hình",
    "No kind of transfer was chosen.": "Chưa chọn loại chuyển cuộc gọi",
    "The transfer failed.": "Chuyển cuộc gọi thất bại",
    "You are not in a call.": "Không trong cuộc gọi",
    "The call's details could not be read.": "Không thể lấy thông tin cuộc gọi",
}


@pytest.mark.parametrize("sentence", VENDORS_WORDS)
def test_a_vendors_error_has_the_vendors_own_vietnamese(app: Flask, sentence: str) -> None:
    with app.test_request_context(), force_locale("vi"):
        assert (
            render_template_string("{{ _(sentence) }}", sentence=sentence)
            == VENDORS_WORDS[sentence] + "."
        )
