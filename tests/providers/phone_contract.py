"""The browser half of the contract: the module runs in a page, and an imitated vendor rings and
refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from console.domain.enums import Cause, Command, Direction, EndedBy, EventType
from console.providers.base import Provider
from tests.frame.site import PhoneSite
from tests.providers.phone_module import PhoneModule, read

CUSTOMER = "0912345678"
METHODS = ("start", "stop", "leave", "command", "fenced", "status")
# no commands of a phone: Console's server handles them
FOREIGN = {"note", "make_coffee", "constructor", "toString"}
ON_CALL = {
    Command.answer,
    Command.reject,
    Command.hangup,
    Command.mute,
    Command.unmute,
    Command.mute_audio,
    Command.unmute_audio,
    Command.hold,
    Command.unhold,
    Command.dtmf,
    Command.transfer_blind,
    Command.consult,
    Command.transfer_attended,
}
ARGUMENTS = {
    "call": "none",
    "number": CUSTOMER,
    "tones": "1",
    "device": "browser",
    "availability": "available",
    "hotline": "",
}
CODE = re.compile(r"[a-z_]+")


class PhoneContract:
    @pytest.fixture(scope="class")
    @classmethod
    def phone_site(cls) -> Iterator[str]:
        with PhoneSite() as site:
            yield site.origin

    @pytest.fixture
    def session(self) -> dict[str, Any]:
        """The session that the server half gives the phone."""
        raise NotImplementedError

    @pytest.fixture
    def module(
        self, provider: Provider, phone_site: str, new_page: Callable[..., Page]
    ) -> PhoneModule:
        """A phone that is created and not started."""
        return PhoneModule(new_page(), phone_site, provider.name)

    @pytest.fixture
    def started(self, module: PhoneModule, session: dict[str, Any]) -> PhoneModule:
        module.start(session)
        return module

    @pytest.fixture
    def ringing(self, started: PhoneModule) -> PhoneModule:
        started.vendor("rings", CUSTOMER)
        started.expect("ringing")
        return started

    def test_phone_has_the_methods_of_the_interface(self, module: PhoneModule) -> None:
        kinds = module.page.evaluate("names => names.map((name) => typeof phone[name])", METHODS)
        assert set(kinds) == {"function"}
        assert (module.status["registered"], module.status["calls"]) == (False, [])

    def test_phone_knows_every_offered_command(
        self, module: PhoneModule, provider: Provider
    ) -> None:
        offered = set().union(*provider.capabilities.offered.values())
        for command in sorted(offered - {Command.note}):
            result = module.command(command.value, **ARGUMENTS)
            assert result == {"ok": True} or CODE.fullmatch(result["code"]), command
            assert result.get("code") != "unsupported", command

    def test_command_that_is_not_offered_is_unsupported(
        self, module: PhoneModule, provider: Provider
    ) -> None:
        offered = set().union(*provider.capabilities.offered.values())
        for command in FOREIGN | {command.value for command in set(Command) - offered}:
            assert module.command(command, **ARGUMENTS) == {"ok": False, "code": "unsupported"}

    def test_command_without_its_call_is_refused(
        self, started: PhoneModule, provider: Provider
    ) -> None:
        offered = set().union(*provider.capabilities.offered.values())
        codes = {
            started.command(command.value, **ARGUMENTS)["code"] for command in ON_CALL & offered
        }
        assert codes == {"no_call"}

    def test_registration_is_reported(self, started: PhoneModule) -> None:
        assert started.status["registered"]
        assert started.command("unregister") == {"ok": True}
        started.expect("unregistered")
        assert not started.status["registered"]

    def test_ringing_call_is_reported_with_its_facts(self, ringing: PhoneModule) -> None:
        event = ringing.expect("ringing")
        assert (event.direction, event.number, event.line) == (Direction.inbound, CUSTOMER, 1)
        assert ringing.status["calls"] == [event.call]
        refused = ringing.command("mute", call=event.call)
        assert refused == {"ok": False, "code": "not_allowed_now"}

    def test_caller_who_gives_up_is_a_missed_call(self, ringing: PhoneModule) -> None:
        ringing.vendor("callerLeaves")
        event = ringing.expect("missed")
        assert (event.ended_by, event.cause) == (EndedBy.remote, Cause.missed)
        assert ringing.status["calls"] == []

    def test_rejected_call_is_ended_by_the_agent(self, ringing: PhoneModule) -> None:
        call = ringing.expect("ringing").call
        assert ringing.command("reject", call=call) == {"ok": True}
        event = ringing.expect("ended")
        assert (event.call, event.ended_by, event.cause) == (call, EndedBy.agent, Cause.rejected)

    def test_busy_number_fails_with_its_cause(self, started: PhoneModule) -> None:
        started.command("dial", number=CUSTOMER)
        dialing, failed = started.expect("dialing"), started.expect("failed")
        assert (dialing.direction, dialing.number) == (Direction.outbound, CUSTOMER)
        assert failed.call == dialing.call
        assert (failed.ended_by, failed.cause) == (EndedBy.remote, Cause.busy)
        assert failed.sip_code == 486

    def test_fence_ends_a_ringing_call(self, ringing: PhoneModule) -> None:
        ringing.page.evaluate("void ((frame.microphone.fenced = true), phone.fenced())")
        assert ringing.expect("missed").ended_by is EndedBy.system
        assert ringing.status["calls"] == []

    def test_stop_ends_calls_and_registration(self, ringing: PhoneModule) -> None:
        seconds = ringing.page.evaluate(
            "async () => { const at = performance.now(); await phone.stop('signed_out');"
            " return (performance.now() - at) / 1000; }"
        )
        assert seconds < 2.5
        assert (ringing.status["registered"], ringing.status["calls"]) == (False, [])

    def test_page_that_leaves_ends_its_calls(self, ringing: PhoneModule) -> None:
        ringing.page.evaluate("phone.leave()")
        ringing.page.wait_for_function("phone.status().calls.length === 0")

    def test_server_reads_every_event(self, ringing: PhoneModule) -> None:
        ringing.vendor("callerLeaves")
        ringing.expect("missed")
        for event in ringing.events:
            assert read(event).type is EventType(event["type"])
