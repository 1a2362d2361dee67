"""The workspace of an agent with a line on the pretend VCC cloud, and the customers who call."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from tests import pages
from tests.pages.agent_page import AgentPage
from tests.servers import ConsoleServer
from tests.servers.server_process import LOCAL
from tests.servers.simulator import Refused, Simulator

EXTENSIONS = {"alice": "5001", "bob": "5002", "kim": "5003"}
MOBILE = "0912345200"
QUICK_RETRIES = {"retry_ms": 300, "ping_ms": 1000}


class VccAgentPage(AgentPage):
    """`build`: the switches of the vendor's scripts on a kept page; None: the frame is changed."""

    build: dict[str, Any] | None = None

    def __init__(
        self, context: BrowserContext, console: ConsoleServer, username: str, exchange: Simulator
    ) -> None:
        self.exchange = exchange
        self.extension = EXTENSIONS[username]
        super().__init__(context, console, username)

    @property
    def phone(self) -> Any:
        return next(
            frame
            for frame in self.page.frames
            if ".phone.localhost" in frame.url and frame.locator("[data-provider=vcc]").count()
        )

    def ready(self) -> VccAgentPage:
        self.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
        self.available()
        self.exchange.wait_for_agent(self.extension)
        return self

    def called_by(self, number: str = MOBILE, **lengths: float) -> str:
        """A customer calls the agent; returns the exchange's id of the call, once it is shown."""
        call = self.exchange.place(number, self.extension, **lengths)
        self.call("ringing")
        return call

    def answers(self, number: str = MOBILE) -> str:
        call = self.called_by(number)
        self.press("answer")
        self.call("active")
        return call

    def device(self, device: str, number: str = "") -> None:
        """Chooses where calls come to, in the phone's menu."""
        self.open_menu()
        self.page.locator("#device label", has=self.page.locator(f"input[value={device}]")).click()
        if number:
            self.page.fill("#device-number", number)
            self.page.locator("#device-gsm button").click()

    def open_menu(self) -> None:
        if not self.page.locator("#phone-menu:popover-open").count():
            self.page.locator("#phone-chip").click()
        self.page.locator("#device input[aria-disabled]").first.wait_for()

    def is_on(self, device: str) -> None:
        self.wait(f"document.querySelector('#availability').dataset.device === '{device}'")

    def device_words(self, words: str) -> None:
        self.page.locator("#device-words", has_text=words).wait_for()

    def shows(self, selector: str, words: str) -> None:
        self.page.locator(selector, has_text=words).first.wait_for()

    def vendor(self, expression: str) -> Any:
        """The value of an expression in the frame, among the vendor's scripts."""
        return self.phone.evaluate(expression)

    def vendor_if_loaded(self, expression: str) -> Any:
        """The value of an expression in the frame; False while the frame reloads."""
        try:
            return self.vendor(expression)
        except Exception:
            return False

    def sent_track_enabled(self) -> list[bool]:
        found: list[bool] = self.vendor(
            "state.session.connection.getSenders().map(({ track }) => track.enabled)"
        )
        return found

    def truth(self, call: str) -> dict[str, Any]:
        return self.exchange.call(call)

    def presence(self) -> str:
        return str(self.exchange.agent(self.extension)["presence"])


OpenAgentPage = Callable[..., VccAgentPage]


def sessions(alice: VccAgentPage) -> list[str]:
    """Tokens that Console's server has been asked for from now on."""
    asked: list[str] = []
    alice.page.on(
        "response",
        lambda answer: asked.append(answer.url) if answer.url.endswith("/session") else None,
    )
    return asked


def comes_sooner(alice: VccAgentPage, module: str, limit: str, seconds: float) -> None:
    """Shortens a long wait of the phone's. (Its length has its tests under node.)"""
    alice.build = None
    pages.shorten(alice.context, f"providers/{module}", limit, seconds)


def switches(exchange: Simulator, **given: Any) -> None:
    """Sets the behaviour of the scripts of the next page."""
    assert (
        httpx.post(
            f"http://{LOCAL}:{exchange.port}/vcc/switches", json=given, timeout=5
        ).status_code
        == 200
    )


def end_calls(exchange: Simulator) -> None:
    for call in exchange.truth():
        if call["state"] != "ended":
            with contextlib.suppress(Refused):  # it has just ended
                exchange.customer_hangs_up(call["id"])


def outside_console(
    browser: Browser, exchange: Simulator, extension: str, *, sip: bool = True
) -> Page:
    """The agent signs in at VCC on another machine, on a page that is not Console's, and takes the
    voice.

    `sip=False` starts no SIP client there; the pretend exchange would end calls that an agent's
    newest client does not carry.
    """
    from console.providers.vcc import SCRIPTS, sign
    from console.simulator.clouds.vcc.domain import ACCESS_KEY

    page = browser.new_context(permissions=["microphone"]).new_page()
    page.goto(f"{exchange.url}/vcc/images/320x240.ogg")
    token = sign(ACCESS_KEY, {"ipphone": extension, "expired": "2099-01-01 00:00:00"})
    page.evaluate(
        """async ([base, scripts, token, callbacks, sip]) => {
            localStorage.csDebug = "off";
            for (const name of callbacks) window[name] = () => {};
            for (const id of ["my-video", "peer-video"])
                document.body.append(Object.assign(document.createElement("video"), { id }));
            const ready = new Promise((resolve) => { window.csInitComplete = resolve; });
            for (const file of scripts) await new Promise((done) => document.body.append(
                Object.assign(document.createElement("script"), { src: `${base}/js/embed/${file}`,
                  onload: done, async: false })));
            if (!sip) window.register = () => {};
            csInit(token, "demo");
            await ready;
            csEnableCall();
        }""",
        [f"{exchange.url}/vcc", list(SCRIPTS), token, CALLBACKS, sip],
    )
    page.wait_for_function("csVoice.enableVoice === true")
    return page


CALLBACKS = """
    csCallRinging csAcceptCall csEndCall csMuteCall csUnMuteCall csHoldCall csUnHoldCall
    showCalloutInfo showCalloutError csShowEnableVoice csShowCallStatus csCustomerAccept
    csShowDeviceType csCurrentCallId csInitComplete csInitError csCallRingingAgent
    csListTransferAgent csTransferCallError csTransferCallSuccess csNewCallTransferRequest
    csTransferCallResponse csTransferSurveyResponse csNotifyReconnecting csOndisconnected
""".split()
