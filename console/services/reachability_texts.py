"""Texts for the reasons why no call reaches an agent.

They are translated where they are shown, because a push has no request.
"""

from __future__ import annotations

from typing import NamedTuple

from ..domain.reachability import Unreachable


class ReachabilityText(NamedTuple):
    """`short` is for the wall and the menu; `sentence` names the agent's next step."""

    short: str
    sentence: str


def N_(sentence: str) -> str:  # noqa: N802 (the name that Babel extracts)
    return sentence


_TEXTS: dict[str, ReachabilityText] = {
    Unreachable.no_line: ReachabilityText(
        N_("No line"), N_("You do not have a line yet. Ask an administrator for one.")
    ),
    Unreachable.no_owner: ReachabilityText(
        N_("Phone not open in any tab"),
        N_("Your phone is not open in any tab. Take over here to use it."),
    ),
    Unreachable.owner_silent: ReachabilityText(
        N_("Phone tab not responding"),
        N_("The tab with your phone is not responding. Take over here to use it."),
    ),
    Unreachable.connecting: ReachabilityText(
        N_("Phone connecting"),
        N_("Your phone is still connecting to the phone system. Wait a moment, then try again."),
    ),
    Unreachable.not_registered: ReachabilityText(
        N_("Phone not registered"),
        N_(
            "Your phone is not registered with the phone system yet. Console retries automatically."
        ),
    ),
    Unreachable.disconnected: ReachabilityText(
        N_("Phone not connected"),
        N_("Your phone has no connection to the phone system. Console retries automatically."),
    ),
    Unreachable.device_unreachable: ReachabilityText(
        N_("Device cannot be reached"),
        N_(
            "Console has no connection to the phone system, so your device may not ring. Choose the"
            " browser, or wait."
        ),
    ),
    Unreachable.registration_refused: ReachabilityText(
        N_("Registration refused"),
        N_(
            "The phone system rejects your phone. Reload the page; if the problem persists, tell"
            " your administrator."
        ),
    ),
    Unreachable.voice_elsewhere: ReachabilityText(
        N_("Signed in elsewhere"),
        N_("You are signed in at the phone system from elsewhere. Press “Use it here” first."),
    ),
    Unreachable.microphone_denied: ReachabilityText(
        N_("Microphone not allowed"),
        N_(
            "This page is not allowed to use the microphone. Allow it in the browser's address"
            " bar, then try again."
        ),
    ),
    Unreachable.no_microphone: ReachabilityText(
        N_("No microphone"), N_("No microphone was found. Plug in a headset, then try again.")
    ),
    Unreachable.microphone_busy: ReachabilityText(
        N_("Microphone in use"),
        N_("Another program is using the microphone. Close it, then try again."),
    ),
}


def reachability_text(reason: str) -> ReachabilityText:
    return _TEXTS[reason]
