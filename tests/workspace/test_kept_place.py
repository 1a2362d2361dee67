"""A push while an agent types moves nothing: the field keeps its place and text at every width."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests import pages
from tests.servers import wait_for
from tests.servers.scripted_phone import ScriptedPhone

SIZES = {320: 720, 768: 900, 1280: 800, 1920: 1080}
NAME = (
    "Công ty Cổ phần Thương mại Dịch vụ Xuất nhập khẩu Nguyễn Thị Thuỳ-Dương & " + "Cộng sự" * 9
)[:120]
REASON = "Họp với phòng kỹ thuật về sự cố tổng đài ở chi nhánh miền Trung, có thể kéo dài đến chiều"
SENTENCE = (
    "The phone system refused this availability because your extension is signed in at another desk"
    " of the branch office. Sign out there, or ask your administrator to release it, and then"
    " choose it again."
)
TYPED = "typed before"
STATE = (
    "field => [field === document.activeElement, field.selectionStart, field.selectionEnd,"
    " field.value]"
)
IN_SIGHT = """selector => {
  const button = document.querySelector(selector), {x, y, width, height} =
    button.getBoundingClientRect();
  return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""
NUMBER = "0912345678"
numbers = itertools.count(10)
calls = (f"call-{n}" for n in itertools.count())


@pytest.fixture
def phone(owner: ScriptedPhone) -> Iterator[ScriptedPhone]:
    sets_availability(owner, "available")
    yield owner
    owner.refuses = ""
    for call in list(owner.socket.calls):
        owner.ends(call)


@pytest.fixture(params=SIZES, ids=str)
def page(request: pytest.FixtureRequest, phone: ScriptedPhone, follower: Page) -> Page:
    follower.set_viewport_size({"width": request.param, "height": SIZES[request.param]})
    return follower


class Typing:
    """A field with typed text, partly selected, and its current appearance."""

    def __init__(self, page: Page, selector: str) -> None:
        self.page, self.field = page, page.locator(selector)
        self.field.click()
        page.keyboard.type(TYPED)
        self.field.evaluate("field => field.setSelectionRange(2, 5)")
        page.wait_for_timeout(
            900
        )  # the note is saved and the number is checked: that is the typing's own doing
        self.place = self.box()

    def box(self) -> dict[str, float]:
        box = self.field.bounding_box()
        assert box
        return dict(box)

    def is_untouched(self, after: str) -> None:
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        assert self.field.evaluate(STATE) == [True, 2, 5, TYPED], after
        moved = {side: self.box()[side] - self.place[side] for side in ("x", "y", "width")}
        assert all(abs(by) <= 1 for by in moved.values()), (after, moved)
        assert self.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), after


def sets_availability(phone: ScriptedPhone, availability: str, reason: str = "") -> None:
    sent = {
        "id": next(calls),
        "client": phone.client,
        "epoch": phone.epoch,
        "availability": availability,
        "reason": reason,
    }
    answer = phone.web.post("/commands/set_availability", **sent)
    assert answer.status_code == 204, answer.text


def rings(page: Page, phone: ScriptedPhone, name: str = NAME) -> str:
    call = phone.rings(next(calls), NUMBER, name=name, line=2)
    page.locator(f"#call-{call}[data-state=ringing]").wait_for()
    return call


def ends(page: Page, phone: ScriptedPhone, call: str) -> None:
    phone.ends(call, "missed")
    page.locator(f"#call-{call}").wait_for(state="detached")


def is_away(page: Page, phone: ScriptedPhone) -> None:
    sets_availability(phone, "away", REASON)
    page.locator("#calls[data-availability=away]").wait_for(state="attached")


def says(page: Page, sentence: str) -> None:
    """As the page's own scripts do it, when a command is refused."""
    page.evaluate(
        "words => { const [box, text] = [notice, document.getElementById('notice-text')];"
        "  text.textContent = words; box.hidden = !words; }",
        sentence,
    )


def talks(page: Page, phone: ScriptedPhone, number: str = NUMBER) -> str:
    call = phone.talks(next(calls), number)
    page.locator(f"#call-{call}[data-state=active]").wait_for()
    return call


Field = Callable[[Page, ScriptedPhone], str]


def dial_field(page: Page, phone: ScriptedPhone) -> str:
    return "#dial-number"


def note_of_the_call(page: Page, phone: ScriptedPhone) -> str:
    return f"#note-{talks(page, phone)}"


def note_of_a_call_that_is_over(page: Page, phone: ScriptedPhone) -> str:
    call = talks(page, phone)
    phone.ends(call)
    page.locator(f"#call-{call}[data-state=ended]").wait_for()
    return f"#note-{call}"


@pytest.mark.parametrize(
    "field",
    [dial_field, note_of_the_call, note_of_a_call_that_is_over],
    ids=lambda field: field.__name__,
)
def test_a_push_does_not_move_a_field_in_use(
    page: Page, phone: ScriptedPhone, field: Field
) -> None:
    typing = Typing(page, field(page, phone))
    call = rings(page, phone)
    typing.is_untouched("a ring with a long name")
    if field is note_of_the_call and page.viewport_size == {
        "width": 320,
        "height": 720,
    }:  # it is below, and the header names it
        assert page.locator("#availability[data-status=ringing]").is_visible()
    else:
        assert page.evaluate(IN_SIGHT, f"#call-{call} [data-command=answer]"), (
            "the ring is not seen"
        )
    ends(page, phone, call)
    typing.is_untouched("the end of the ring")
    is_away(page, phone)
    typing.is_untouched("a long reason")
    says(page, SENTENCE)
    typing.is_untouched("a long sentence")
    says(page, "")
    typing.is_untouched("the end of the sentence")


def test_small_pushes_do_not_add_up(page: Page, phone: ScriptedPhone) -> None:
    typing = Typing(page, note_of_the_call(page, phone))
    says(page, SENTENCE)
    for tenths in range(0, 80, 4):
        page.evaluate("px => (notice.style.paddingBlockEnd = `${px}px`)", tenths / 10)
    typing.is_untouched("twenty sentences that grow by less than half a pixel")
    page.evaluate("notice.style.paddingBlockEnd = ''")
    says(page, "")


def test_updates_of_the_own_call_do_not_move_its_note(page: Page, phone: ScriptedPhone) -> None:
    number = f"09123456{next(numbers)}"
    call = talks(page, phone, number)
    typing = Typing(page, f"#note-{call}")
    phone.refuses = "mute_inbound_only"
    page.keyboard.press("Alt+m")
    page.locator(f"#call-{call} [data-field=problem]:visible").wait_for()
    typing.is_untouched("a sentence in the card")
    answer = phone.web.post("/customers", number=number, name=NAME, mine=False)
    assert answer.status_code == 204, answer.text
    page.locator(f"#call-{call} [data-field=name]", has_text=NAME).wait_for()
    typing.is_untouched("the customer's long name")
    phone.tell("held", call)
    page.locator(f"#call-{call}[data-state=held]").wait_for()
    typing.is_untouched("a hold")


def test_a_click_that_leaves_the_field_hits_its_target(page: Page, phone: ScriptedPhone) -> None:
    """Kept elements may move again later, but not between pointerdown and pointerup."""
    call = talks(page, phone)
    typing = Typing(page, f"#note-{call}")
    rings(page, phone)
    says(page, SENTENCE)
    typing.is_untouched("a ring and a sentence")
    button = page.locator(f"#call-{call} [data-toggle=mute]:visible")
    box = button.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(100)
    assert button.bounding_box() == box
    phone.commands.clear()
    page.mouse.up()
    pages.until(page, "!document.body.hasAttribute('data-typing')")
    wait_for(lambda: phone.commands, what="the click's command")
    assert phone.commands[-1]["name"] == "mute"


def test_a_resized_window_is_laid_out_again(page: Page, phone: ScriptedPhone) -> None:
    call = talks(page, phone)
    typing = Typing(page, f"#note-{call}")
    says(page, SENTENCE)
    typing.is_untouched("a long sentence")
    says(page, "")
    page.set_viewport_size({"width": 1440, "height": 860})
    pages.until(page, "!document.querySelector('[style*=padding]')")
    pages.until(page, f"({IN_SIGHT})('#call-{call} .call-head')")
    assert typing.field.evaluate(STATE) == [True, 2, 5, TYPED]
