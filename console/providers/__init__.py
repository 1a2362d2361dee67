"""The registry: one row per provider. Nothing outside this package names one."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final

from ..domain.enums import Command, Device
from .base import Provider, sentences_of

# The folder of each provider, here and in static/js/providers.
FOLDERS: Final = ("sip", "vcc")
PROVIDERS: Mapping[str, Provider] = {
    name: import_module(f".{name}", __package__).PROVIDER for name in FOLDERS
}


@cache
def lacking(provider: str | None, device: str | None) -> str:
    """The commands that this phone system does not offer on this device, for a card. Their buttons
    look disabled, and still give the reason.

    An unknown device belongs to another phone system: calls of this one ring in the browser.
    """
    known = PROVIDERS.get(provider or "")
    if known is None:
        return ""
    on = Device(device or Device.browser)
    on = on if on in known.capabilities.offered else Device.browser
    return " ".join(word.value for word in Command if not known.capabilities.offers(on, word))


@cache
def takes_calls_on(provider: str, device: Device) -> bool:
    """Whether calls of this phone system ring on that device, not in the browser."""
    known = PROVIDERS.get(provider)
    return (
        device is not Device.browser and known is not None and device in known.capabilities.offered
    )


def call_sentences(call: Mapping[str, Any]) -> tuple[str, ...]:
    """The reason why a call (CallView) failed and the next step, in the phone system's own words,
    not translated yet.
    """
    return sentences_of(
        PROVIDERS.get(call.get("provider") or ""), call.get("provider_code"), call.get("sip_code")
    )
