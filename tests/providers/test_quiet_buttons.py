"""One declaration both refuses a command and disables its button on the cards."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from console.domain.enums import Command, Device
from console.providers import PROVIDERS, lacking
from console.realtime.fragments import Fragments
from console.storage.agents import AgentView, CallView
from console.storage.database import Database
from console.storage.day_numbers import DayNumbers
from tests.servers.server_process import ROOT

COMMANDS = "answer reject mute hangup hold dtmf transfer_blind consult mute_audio".split()
SHOWN = [
    (name, device)
    for name, provider in PROVIDERS.items()
    for device in provider.capabilities.offered
]


@pytest.fixture(scope="module")
def fragments() -> Fragments:
    return Fragments(Flask("console", root_path=str(ROOT)), Database("sqlite://"))


def card(fragments: Fragments, provider: str, device: Device) -> str:
    """The page's part with a call on this device."""
    call = CallView(
        id="1",
        client_call_id="1",
        conversation="1",
        agent="alice",
        direction="inbound",
        outgoing=False,
        number="+84901234567",
        shown="",
        name="",
        connection="PBX",
        provider=provider,
        line=1,
        state="active",
        started=0,
        answered=0,
        ended=None,
        held_since=None,
        held_by=None,
        hold_seconds=0,
        muted=False,
        missed=False,
        ended_by=None,
        cause=None,
        sip_code=None,
        provider_code=None,
        note="",
        note_at=None,
        outcome="",
        outcome_id="",
        wants_outcome=True,
        silent_since=None,
        calls_today=1,
        quality=None,
        consults="",
        hotline="",
    )
    agent = AgentView(
        id="alice",
        name="Alice",
        team="",
        team_id="",
        availability="available",
        reason="",
        since=0,
        device=device.value,
        reachable=True,
        unreachable="",
        lines_down=[],
        wrap_up_until=None,
        wrap_up_extendable=False,
        wrapped_up=None,
        limits=[],
        calls=[call],
    )
    today = DayNumbers(taken=0, missed=0, made=0, talk=0, average=0)
    return fragments.workspace(agent, [], "", today, None, "en")


@pytest.mark.parametrize(("provider", "device"), SHOWN)
def test_a_card_names_all_that_is_not_offered_and_nothing_else(
    fragments: Fragments, provider: str, device: Device
) -> None:
    named = re.search(r'class="call"[^>]* data-lacks="([^"]*)"', card(fragments, provider, device))
    assert named is not None
    assert {word for word in named[1].split() if word in COMMANDS} == {
        command
        for command in COMMANDS
        if not PROVIDERS[provider].capabilities.offers(device, Command(command))
    }


def test_each_button_of_a_card_names_its_command(fragments: Fragments) -> None:
    tags = re.findall(r"<(?:button|summary)[^>]*>", card(fragments, *SHOWN[0]))
    told = {
        name
        for tag in tags
        for name in re.findall(r'(?:data-needs|data-command|value)="(\w+)"', tag)
    }
    assert set(COMMANDS) <= told


def test_a_device_of_another_vendor_disables_no_button() -> None:
    assert lacking("sip", Device.gsm) == lacking("sip", Device.browser)
    assert "answer" not in lacking("sip", Device.gsm).split()
