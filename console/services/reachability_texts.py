"""Why no call reaches an agent, in words.

Translated where they are shown: pushes have no request.
"""

from __future__ import annotations

from typing import NamedTuple

from ..domain.reachability import Unreachable


class Words(NamedTuple):
    """`short` is for the wall and the menu; `sentence` tells the agent what to do next."""

    short: str
    sentence: str


def N_(sentence: str) -> str:  # noqa: N802 (the name that Babel looks for)
    return sentence


_WORDS: dict[str, Words] = {
    Unreachable.no_line: Words(
        N_("No line"),
        N_("You do not have a line yet. Ask an administrator for one."),
    ),
    Unreachable.no_owner: Words(
        N_("Phone not open in any tab"),
        N_("Your phone is not open in any tab. Take over here to use it."),
    ),
    Unreachable.owner_silent: Words(
        N_("Phone tab not responding"),
        N_("The tab with your phone is not responding. Take over here to use it."),
    ),
    Unreachable.connecting: Words(
        N_("Phone connecting"),
        N_("Your phone is still connecting to the phone system. Wait a moment, then try again."),
    ),
    Unreachable.not_registered: Words(
        N_("Phone not registered"),
        N_(
            "Your phone is not registered with the phone system yet. Console retries automatically."
        ),
    ),
    Unreachable.disconnected: Words(
        N_("Phone not connected"),
        N_("Your phone has no connection to the phone system. Console retries automatically."),
    ),
    Unreachable.device_unreachable: Words(
        N_("Device cannot be reached"),
        N_(
            "Console has no connection to the phone system, so your device may not ring. Choose the"
            " browser, or wait."
        ),
    ),
    Unreachable.registration_refused: Words(
        N_("Registration refused"),
        N_(
            "The phone system rejects your phone. Reload the page; if the problem persists, tell"
            " your administrator."
        ),
    ),
    Unreachable.voice_elsewhere: Words(
        N_("Signed in elsewhere"),
        N_("You are signed in at the phone system from elsewhere. Press “Use it here” first."),
    ),
    Unreachable.microphone_denied: Words(
        N_("Microphone not allowed"),
        N_(
            "This page is not allowed to use the microphone. Allow it in the browser's address"
            " bar, then try again."
        ),
    ),
    Unreachable.no_microphone: Words(
        N_("No microphone"),
        N_("No microphone was found. Plug in a headset, then try again."),
    ),
    Unreachable.microphone_busy: Words(
        N_("Microphone in use"),
        N_("Another program is using the microphone. Close it, then try again."),
    ),
}


def reach_words(reason: str) -> Words:
    return _WORDS[reason]
