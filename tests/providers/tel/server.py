"""A phone that hands numbers to the machine's own telephone program, by `tel:` links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...domain.enums import Cause, Command, Device
from ..base import Account, Capabilities, Sources


class TelProvider:
    name = "tel"
    secrets: tuple[str, ...] = ()
    line_secrets: tuple[str, ...] = ()
    takes_ice_servers = False
    sentences: Mapping[str, tuple[str, ...]] = {}
    registration: Mapping[str, tuple[str, ...]] = {}
    page_texts: Mapping[str, str] = {}
    causes: Mapping[str, Mapping[str, Cause]] = {}
    capabilities = Capabilities(
        offered={
            Device.browser: frozenset(
                {
                    Command.dial,
                    Command.hangup,
                    Command.set_availability,
                    Command.note,
                    Command.register,
                    Command.unregister,
                }
            )
        },
        otherwise="The call is in another program: control it there.",
    )

    def sources(self, settings: Mapping[str, Any]) -> Sources:
        return Sources()

    def phone_session(self, account: Account) -> dict[str, Any]:
        return {}


PROVIDER = TelProvider()
