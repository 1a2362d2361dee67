"""The interface of a provider: its abilities, its texts and its phone sessions.

A provider stores nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask_babel import LazyString

from ..config.origin_spelling import spelled
from ..domain.enums import Cause, Command, Device
from ..outgoing_http import OutgoingHttp

ICE_CREDENTIAL = "ice_credential"  # the secret of a connection for its TURN servers


# The server's own commands, the same on every phone system.
WITHOUT_PHONE = frozenset(
    {
        Command.callback_claim,
        Command.callback_release,
        Command.callback_dismiss,
        Command.outcome,
        Command.extend_wrap_up,
    }
)


class BadSettings(ValueError):
    """A connection's settings cannot be used. The text says what to correct."""


class LoginFailed(Exception):
    """The phone system refused the login of this line's phone.

    `passing`: a later attempt may succeed without a correction.
    """

    def __init__(self, code: str, sentence: LazyString, *, passing: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The commands that are offered on each device, and a sentence for each other command."""

    offered: Mapping[Device, frozenset[Command]]
    why_not: Mapping[tuple[Device, Command], LazyString] = field(default_factory=dict)
    otherwise: LazyString | str = ""

    def offers(self, device: Device, command: Command) -> bool:
        return command in WITHOUT_PHONE or command in self.offered.get(device, frozenset())

    def reason(self, device: Device, command: Command) -> str:
        """The reason why the command is not offered, as a sentence."""
        return str(self.why_not.get((device, command), self.otherwise))

    def refusals(self) -> dict[str, dict[str, str]]:
        """device → command → reason, for every command that is not offered there."""
        return {
            device.value: {
                command.value: self.reason(device, command)
                for command in Command
                if not self.offers(device, command)
            }
            for device in self.offered
        }


@dataclass(frozen=True, slots=True)
class Sources:
    """Hosts that a phone frame of this provider may reach, each an origin."""

    connect: tuple[str, ...] = ()
    script: tuple[str, ...] = ()
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """One agent's line on a connection, from which a phone session is made.

    It holds secrets: never log it.
    """

    settings: Mapping[str, Any]
    secrets: Mapping[str, Any] = field(repr=False)
    extension: str
    line_secrets: Mapping[str, Any] = field(repr=False)
    agent_name: str
    http: OutgoingHttp
    device: Device = Device.browser
    device_number: str = ""


class Provider(Protocol):
    name: str
    capabilities: Capabilities
    secrets: tuple[str, ...]  # of a connection, which an administrator is asked for
    line_secrets: tuple[str, ...]  # of a line
    takes_ice_servers: bool  # an organisation names them; else they are the vendor's own
    sentences: Mapping[str, tuple[str, ...]]
    """The provider's own codes as sentences with the agent's next step, to be translated: by
    "code;sip", and by "code" for any SIP code.
    """

    registration: Mapping[str, tuple[str, ...]]
    """The reasons why a phone is not registered, to be translated: those of
    `registration_texts.py` and those that the vendor documents.
    """

    page_texts: Mapping[str, str]
    """Texts of the workspace in the vendor's sense, by the page's key, to be translated:
    `result.<code>` for a refusal that its phone alone gives. A vendor that gives an agent's voice
    to one page declares `owner.elsewhere`, which the page shows while its phone reports
    `elsewhere`."""

    causes: Mapping[str, Mapping[str, Cause]]
    """The causes of the provider's codes, by table. A phone frame receives them with its page."""

    def sources(self, settings: Mapping[str, Any]) -> Sources:
        """The origins for the phone frame's content security policy. Raises BadSettings."""

    def phone_session(self, account: Account) -> dict[str, Any]:
        """The data with which a browser starts this line's phone, and nothing more. It holds
        credentials: never log it.

        It may ask the provider's server, so no transaction is open around it. Raises BadSettings
        and LoginFailed.
        """


def N_(sentence: str) -> str:  # noqa: N802 (the name that Babel looks for)
    """A sentence that is translated where it is shown: pushes are made outside of any request, in
    the languages of their readers.
    """
    return sentence


def sentences_of(provider: Provider | None, code: str | None, sip: int | None) -> tuple[str, ...]:
    """The meaning of the provider's own code and the next step; empty if the provider declares
    none.
    """
    if provider is None or not code:
        return ()
    return provider.sentences.get(f"{code};{sip}") or provider.sentences.get(code) or ()


def origin_of(address: str, schemes: tuple[str, ...]) -> str:
    """scheme://host[:port] of an address that an organisation typed. Raises BadSettings when it is
    none.

    Only parsed parts go into a header: a stray ";" or space must not become another directive.
    """
    try:
        parts = urlsplit(address)
        origin = spelled(parts) if parts.scheme in schemes else ""
    except ValueError as error:
        raise BadSettings(f"{address!r} is not an address") from error
    if not origin or "*" in origin:
        raise BadSettings(
            f"{address!r} must start with {' or '.join(s + '://' for s in schemes)} and a host name"
        )
    return origin
