"""The texts of the simulator's page: its log, its states, its faults, its errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from ..exchange import Device
from ..exchange.errors import InputError
from ..exchange.faults import SECONDS

STATES = {
    "queued": (_("Waiting in the queue"), "clock", "held"),
    "ringing": (_("Ringing"), "bell-ring", "ringing"),
    "dialing": (_("Being called"), "phone-outgoing", "ringing"),
    "active": (_("Active"), "phone-call", "on_call"),
    "held": (_("On hold"), "pause", "held"),
    "ended": (_("Over"), "phone-off", "off"),
}
CAUSES = {
    "completed": _("completed"),
    "missed": _("not answered"),
    "rejected": _("declined"),
    "cancelled": _("cancelled"),
    "busy": _("busy"),
    "no_answer": _("not answered"),
    "unreachable": _("cannot be reached"),
    "not_found": _("number not found"),
    "forbidden": _("not allowed"),
    "transferred": _("passed on"),
    "failed": _("failed"),
}
PRESENCES = {
    "online": (_("Available"), "circle-check", "available"),
    "offline": (_("Not available"), "circle-minus", "off"),
    "no_answer": (_("Did not answer"), "triangle-alert", "held"),
}
DEVICES: Mapping[int, Any] = {
    Device.BROWSER: _("Browser"),
    Device.IP_PHONE: _("IP phone"),
    Device.GSM: _("Mobile"),
    Device.DESK_PHONE: _("Desk phone"),
    Device.SOFTPHONE: _("Softphone"),
}
FAULTS = {
    "lost": _("A message is lost, and soon its connection too"),
    "lost_alone": _("A message is lost, and the connection stays"),
    "late": _("Messages are late"),
    "late_seconds": _("Late by up to"),
    "doubled": _("Messages arrive twice"),
    "reordered": _("Messages overtake each other"),
    "socket_drop": _("The connection breaks"),
    "socket_refused": _("New connections are refused"),
    "script_missing": _("The phone's script does not load"),
    "registration_refused": _("The phone cannot register"),
    "rest_slow": _("Requests take longer by"),
    "rest_fails": _("Requests fail"),
    "hold_refused": _("Hold is refused"),
    "device_refused": _("A change of device is refused"),
    "device_unanswered": _("A change of device is not answered"),
    "presence_refused": _("A change of availability is refused"),
    "login_refused": _("The phone's sign-in is refused when its connection is back"),
    "no_microphone": _("There is no microphone"),
}
CHANCES = {
    0.0: _("never"),
    0.1: _("one time in ten"),
    0.3: _("three times in ten"),
    0.5: _("half the time"),
    1.0: _("always"),
}
LENGTHS = {name: sorted({0.0, 1.0, 5.0, 15.0, SECONDS[name]}) for name in SECONDS}

_LOG = {
    "customer_calls": _("%(far)s calls %(to)s"),
    "queued": _("%(far)s waits in the queue"),
    "ringing": _("%(extension)s is rung for %(far)s"),
    "ring_stopped": _("%(extension)s stops ringing: %(cause)s"),
    "agent_answered": _("%(extension)s picks up"),
    "dialing": _("%(extension)s dials %(far)s"),
    "agent_ringing": _("%(extension)s: the agent's own phone is called first"),
    "customer_ringing": _("%(far)s is being rung for %(extension)s"),
    "customer_answered": _("%(far)s answers %(extension)s"),
    "held": _("%(extension)s puts %(far)s on hold"),
    "resumed": _("%(extension)s goes on talking to %(far)s"),
    "hold_refused": _("%(extension)s: hold was refused"),
    "failed": _("%(far)s is not connected to %(extension)s: %(cause)s %(sip_code)s"),
    "ended": _("The call %(extension)s – %(far)s is over: %(cause)s"),
    "presence": _("%(extension)s: %(value)s"),
    "device": _("%(extension)s takes calls on: %(value)s"),
    "dtmf": _("%(extension)s presses %(tones)s"),
    "connected": _("%(extension)s signs in"),
    "disconnected": _("%(extension)s is no longer connected"),
    "transfer_asked": _("%(extension)s is asked to take %(far)s"),
    "transfer_withdrawn": _("%(extension)s need not take %(far)s any more"),
    "transfer_accepted": _("A colleague agrees to take %(far)s from %(extension)s"),
    "transfer_refused": _("Nobody takes %(far)s from %(extension)s"),
    "transfer_done": _("%(extension)s has passed %(far)s on"),
    "transfer_failed": _("%(far)s was not passed on and stays with %(extension)s"),
    "faults": _("Faults: %(active)s"),
    "no_faults": _("Everything works again"),
    "scenario_started": _("Scenario begins: %(name)s"),
    "scenario_stopped": _("Scenario stops: %(name)s"),
    "restarted": _("Start with seed %(seed)s"),
}


def log_sentence(
    kind: str, extension: str | None, far: str | None, facts: Mapping[str, Any]
) -> str:
    """A log entry for a person; a kind without a sentence is shown as it is."""
    if kind.startswith("fault_"):
        about = FAULTS.get(kind.removeprefix("fault_"), kind)
        return f"{extension}: {about}"
    sentence = _LOG.get(kind)
    texts = _FactTexts(facts, extension=extension or "–", far=far or "–")
    return str(sentence) % texts if sentence else f"{kind} {extension or ''}"


def input_sentence(error: InputError) -> str:
    """The sentence of an error in the reader's language."""
    facts = {
        name: input_sentence(fact) if isinstance(fact, InputError) else fact
        for name, fact in error.facts.items()
    }
    return str(gettext(error.sentence)) % facts


class _FactTexts(dict[str, Any]):
    """The facts of an entry in the reader's language; a missing fact is left out."""

    def __init__(self, facts: Mapping[str, Any], **more: str) -> None:
        super().__init__(
            {name: _text(name, value) for name, value in facts.items() if value is not None} | more
        )

    def __missing__(self, name: str) -> str:
        return ""


def _text(name: str, value: Any) -> str:
    if name == "to" and value == "queue":
        return str(_("the queue"))
    if name == "active":
        return ", ".join(str(FAULTS.get(fault, fault)) for fault in value) or "–"
    if name == "cause":
        return str(CAUSES.get(value, value))
    if name == "value":
        return str(PRESENCES[value][0] if value in PRESENCES else DEVICES.get(value, value))
    return str(value)
