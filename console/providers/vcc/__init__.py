"""VCC (VNPT Vinaphone's cloud contact centre), whose scripts run in the phone frame.
docs/providers/vcc.md is written for the administrator.

Settings of a connection: `domain`, and optionally `base_url` (another host of the same product),
`hosts` (further origins that the vendor's scripts must reach, such as its SIP server), `scripts`
(the six addresses of a pinned copy, in order). Secret of a connection: `access_key`. A line has
none: its extension is the agent's `ipphone`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NotRequired
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from jwt import PyJWS
from jwt.algorithms import HMACAlgorithm
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from ...domain.enums import Cause, Command, Device
from ...outgoing_http import Answer, OutgoingError
from ..base import Account, BadSettings, Capabilities, LoginFailed, Sources, origin_of
from ..registration_texts import REGISTRATION
from ..settings import read_setting
from .texts import (
    CAUSES,
    FORBIDDEN_ADDRESS,
    INIT_ERRORS,
    LOGIN_ERRORS,
    LOGIN_REFUSED,
    PAGE_TEXTS,
    SENTENCES,
    UNREACHABLE,
)

HOST = "https://web.vcc-vinaphone.com.vn"
SCRIPTS = (
    "jquery.min.js",
    "jssip-3.2.10.js",
    "init-3.0.7.js",
    "web.push.js",
    "cs_const.js",
    "cs_voice.js",
)
# Only check-partner's answer to the browser names the hosts of the sockets; no document does.
_VENDOR_SOCKETS = ("wss://*.vcc-vinaphone.com.vn:*",)
_DOMAIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")


def _domain_name(text: str) -> str:
    if not _DOMAIN_NAME.fullmatch(text):
        raise ValueError("a domain has letters, digits, dots and hyphens only")
    return text


_DOMAIN = TypeAdapter(Annotated[str, AfterValidator(_domain_name)])
_KEY = TypeAdapter(Annotated[str, Field(min_length=1)])
_LISTED = TypeAdapter(
    Annotated[
        list[str],
        Field(max_length=20),
        BeforeValidator(
            lambda given: re.split(r"[\s,]+", given.strip()) if isinstance(given, str) else given
        ),
    ]
)
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# The zone of `expired` is not documented: a shift of 12 h fits into it whether it is read as
# Vietnam's time or as UTC.
_VALID_HOURS = 24
_LOGIN_SECONDS = 8.0
_WRONG_TOKEN = 401
_PASSING = frozenset({408, 429, 500, 502, 503, 504})

_ALWAYS = frozenset(
    Command(name)
    for name in (
        "dial reject hangup hold unhold mute unmute transfer_blind set_availability set_device"
        " choose_hotline note register unregister"
    ).split()
)
_BROWSER_ONLY = frozenset(map(Command, "answer dtmf mute_audio unmute_audio".split()))
_ON_THE_DEVICE = {
    Command.answer: _("Answer the call on the phone itself: VCC cannot answer it from here."),
    Command.dtmf: _("Send tones with the keys of the phone itself."),
    Command.mute_audio: _("The call's audio is on the phone, not in this browser."),
    Command.unmute_audio: _("The call's audio is on the phone, not in this browser."),
}
_NOWHERE = {
    Command.consult: _("VCC handles one call at a time, so you cannot consult before a transfer."),
    Command.transfer_attended: _(
        "VCC handles one call at a time, so you cannot consult before a transfer."
    ),
    Command.rate: _("VCC does not support call ratings."),
}


class _LoginAnswer(TypedDict):
    """VCC answers with `ok`, or with a number as a text or as a number."""

    code: NotRequired[Annotated[str, BeforeValidator(str)]]


_ANSWER = TypeAdapter(_LoginAnswer)


class _AnyKeyLength(HMACAlgorithm):
    """VCC issues short keys, and a warning with each sign-in would help nobody."""

    def check_key_length(self, key: bytes) -> str | None:
        return None


_JWS = PyJWS()
_JWS.unregister_algorithm("HS256")
_JWS.register_algorithm("HS256", _AnyKeyLength(HMACAlgorithm.SHA256))


class VccProvider:
    name = "vcc"
    secrets: tuple[str, ...] = ("access_key",)
    line_secrets: tuple[str, ...] = ()
    sentences: Mapping[str, tuple[str, ...]] = SENTENCES
    page_texts: Mapping[str, str] = PAGE_TEXTS
    causes: Mapping[str, Mapping[str, Cause]] = CAUSES
    takes_ice_servers = False
    registration: Mapping[str, tuple[str, ...]] = {**REGISTRATION, **INIT_ERRORS}
    capabilities = Capabilities(
        offered={
            Device.browser: _ALWAYS | _BROWSER_ONLY,
            Device.ip_phone: _ALWAYS,
            Device.gsm: _ALWAYS,
        },
        why_not={
            **{
                (device, command): why
                for device in (Device.ip_phone, Device.gsm)
                for command, why in _ON_THE_DEVICE.items()
            },
            **{(device, command): why for device in Device for command, why in _NOWHERE.items()},
        },
        otherwise=_("VCC does not support this."),
    )

    def sources(self, settings: Mapping[str, Any]) -> Sources:
        _domain(settings)
        base = _base_url(settings)
        own = origin_of(base, ("http", "https"))
        sockets = _VENDOR_SOCKETS if own == HOST else ()
        more = tuple(
            origin_of(host, ("https", "http", "wss", "ws")) for host in _listed(settings, "hosts")
        )
        scripts = tuple(
            dict.fromkeys(origin_of(script, ("http", "https")) for script in _scripts(settings))
        )
        return Sources(
            connect=(own, own.replace("http", "ws", 1), *sockets, *more),
            script=scripts,
            media=(own,),
        )

    def phone_session(self, account: Account) -> dict[str, Any]:
        key = read_setting("access_key", _KEY, account.secrets.get("access_key"))
        self.sources(account.settings)
        base, domain = _base_url(account.settings), _domain(account.settings)
        return {
            "vcc": {
                "token": _logged_in(account, f"{base}/{domain}/thirdParty/login", key),
                "domain": domain,
                "scripts": _scripts(account.settings),
                "video": f"{base}/images/320x240.ogg",
                "extension": account.extension,
                "device": account.device.value,
                "device_number": account.device_number,
            }
        }


def sign(key: str, claims: Mapping[str, str]) -> str:
    """The token that names an agent's extension, signed with the domain's access key."""
    return _JWS.encode(json.dumps(claims, separators=(",", ":")).encode(), key, algorithm="HS256")


def expiry(now: datetime, hours: int = _VALID_HOURS) -> str:
    return (now + timedelta(hours=hours)).astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _logged_in(account: Account, url: str, key: str) -> str:
    """A token that VCC has accepted.

    A rejected one gets one successor, as a token that was good once may be good no more.
    """
    if not re.fullmatch(r"[\w.@+-]{1,64}", account.extension):
        raise BadSettings(f"{account.extension!r} cannot be an extension")
    number: int | None = None
    for hours in (_VALID_HOURS, _VALID_HOURS + 1):
        token = sign(
            key, {"ipphone": account.extension, "expired": expiry(datetime.now(UTC), hours)}
        )
        answer = _ask(account, url, token)
        number = _refusal(answer)
        if number == 0:
            return token
        if number not in (None, _WRONG_TOKEN):
            break
    raise LoginFailed(
        f"login_{number or 'refused'}",
        LOGIN_ERRORS.get(number or 0, LOGIN_REFUSED),
        passing=number in _PASSING,
    )


def _ask(account: Account, url: str, token: str) -> Answer:
    try:
        return account.http.post_json(url, {"token": token}, seconds=_LOGIN_SECONDS, most=100_000)
    except OutgoingError as error:
        barred = error.code in ("forbidden_address", "bad_address")
        raise LoginFailed(
            f"login_{error.code}", FORBIDDEN_ADDRESS if barred else UNREACHABLE, passing=not barred
        ) from error


def _refusal(answer: Answer) -> int | None:
    """0 when VCC let the agent in; else the number that it gave, in the body or as the status, if
    any.
    """
    try:
        code = _ANSWER.validate_python(answer.json()).get("code", "")
    except ValidationError:
        code = ""
    if answer.ok and code == "ok":
        return 0
    if code.isdigit():
        return int(code)
    return None if answer.ok else answer.status


def _domain(settings: Mapping[str, Any]) -> str:
    return read_setting("domain", _DOMAIN, settings.get("domain"))


def _base_url(settings: Mapping[str, Any]) -> str:
    base = str(settings.get("base_url") or HOST).rstrip("/")
    parts = urlsplit(base)
    if not base.isprintable() or parts.query or parts.fragment or " " in base:
        raise BadSettings("`base_url` must be an address without spaces, ? and #")
    if parts.scheme != "https" and not _on_this_machine(parts.hostname or ""):
        raise BadSettings(
            "`base_url` must start with https://: the token of an agent is sent there"
        )
    return base


def _on_this_machine(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")


def _scripts(settings: Mapping[str, Any]) -> list[str]:
    given = _listed(settings, "scripts")
    if given and len(given) != len(SCRIPTS):
        raise BadSettings(
            f"`scripts` must name all {len(SCRIPTS)} scripts in VCC's order: {', '.join(SCRIPTS)}"
        )
    return given or [f"{_base_url(settings)}/js/embed/{script}" for script in SCRIPTS]


def _listed(settings: Mapping[str, Any], name: str) -> list[str]:
    """A list, or a text with spaces or commas between."""
    return read_setting(name, _LISTED, settings.get(name) or [])


PROVIDER = VccProvider()
