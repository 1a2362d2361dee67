"""Any PBX that speaks SIP over WebSocket (RFC 7118): Asterisk, FreeSWITCH, Kamailio, 3CX and
others.

Settings of a connection: `url` (one WebSocket address, or several in a list: tried in turn),
`domain` (the SIP domain), and optionally `ice_servers` (STUN and TURN, as RTCPeerConnection takes
them; the secret `ice_credential` of the connection is for those that have a `username` alone),
`headers` (name to value, sent with each call that is placed), `registrar`, `register_expires`
(seconds), `dial_plan` (`as_given`, `without_plus`, `double_zero`), `dtmf` (`rfc2833`, `info`),
`reject_code` (603; 486 where a refusal must not end a ring group), `call_waiting` (true) and
`follow_transfers` (false; true: an agent's phone dials where the far side hands it on to). Secrets
of a line: `password`, and `authorization_user` where it differs from the extension.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NotRequired

from flask_babel import lazy_gettext as _
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter
from typing_extensions import TypedDict

from ...domain.enums import Cause, Command, Device
from ...domain.sip_causes import REASON_CAUSES, SIP_CAUSES
from ...domain.validation import PRINTABLE
from ..base import ICE_CREDENTIAL, Account, BadSettings, Capabilities, Sources, origin_of
from ..registration_texts import REGISTRATION
from ..settings import Addresses, read_setting

_PASSED_ON = (
    "registrar",
    "register_expires",
    "dial_plan",
    "dtmf",
    "reject_code",
    "call_waiting",
    "follow_transfers",
)
_BROWSER = frozenset(
    Command(name)
    for name in (
        "dial answer reject hangup mute unmute mute_audio unmute_audio hold unhold dtmf"
        " transfer_blind consult transfer_attended set_availability note register unregister"
    ).split()
)
# Headers that the phone writes itself. A second one would make another call, or none.
_OWN_HEADERS = frozenset(
    "allow authorization call-id c contact content-encoding content-length content-type cseq e"
    " event expires f from i k l m max-forwards min-se o proxy-authorization proxy-require r"
    " record-route refer-to replaces require route rseq s session-expires supported t to user-agent"
    " v via www-authenticate x".split()
)
_ICE_SCHEMES = ("stun:", "stuns:", "turn:", "turns:")


class SipProvider:
    name = "sip"
    secrets: tuple[str, ...] = ()
    line_secrets: tuple[str, ...] = ("password",)
    sentences: Mapping[
        str, tuple[str, ...]
    ] = {}  # the codes of SIP are the neutral vocabulary's own
    registration = REGISTRATION
    page_texts: Mapping[str, str] = {}
    causes: Mapping[str, Mapping[str, Cause]] = {"status": SIP_CAUSES, "reason": REASON_CAUSES}
    takes_ice_servers = True
    capabilities = Capabilities(
        offered={Device.browser: _BROWSER},
        otherwise=_("A plain SIP exchange does not support this. Take calls in the browser."),
    )

    def sources(self, settings: Mapping[str, Any]) -> Sources:
        _ice_servers(settings.get("ice_servers", []), "kept apart")
        return Sources(connect=tuple(origin_of(url, ("ws", "wss")) for url in _urls(settings)))

    def phone_session(self, account: Account) -> dict[str, Any]:
        settings, secrets, extension = account.settings, account.line_secrets, account.extension
        domain = read_setting("domain", _DOMAIN, settings.get("domain"))
        return {
            "sip": {
                "uri": f"sip:{extension}@{domain}",
                "sockets": _urls(settings),
                "authorization_user": secrets.get("authorization_user", extension),
                "password": secrets.get("password", ""),
                "display_name": account.agent_name,
                "headers": read_setting("headers", _HEADERS, settings.get("headers", {})),
                **{name: settings[name] for name in _PASSED_ON if name in settings},
            },
            "ice_servers": _ice_servers(
                settings.get("ice_servers", []), account.secrets.get(ICE_CREDENTIAL, "")
            ),
        }


def _urls(settings: Mapping[str, Any]) -> list[str]:
    return read_setting("url", _URLS, settings.get("url"))


def _not_own(name: str) -> str:
    if name.lower() in _OWN_HEADERS:
        raise ValueError(f"{name} is a header of the phone's own")
    return name


class _IceServer(TypedDict):
    urls: Annotated[Addresses, Field(min_length=1)]
    username: NotRequired[Any]
    credential: NotRequired[Any]


# Headers are written into the message as they are: nothing in them may begin a line of its own.
_HeaderName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9!%*_+`'~.-]{1,64}$"), AfterValidator(_not_own)
]
_HeaderValue = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PRINTABLE)]
_URLS = TypeAdapter(Annotated[Addresses, Field(min_length=1)])
_DOMAIN = TypeAdapter(Annotated[str, Field(min_length=1)])
_HEADERS = TypeAdapter(Annotated[dict[_HeaderName, _HeaderValue], Field(max_length=20)])
_ICE_SERVERS = TypeAdapter(Annotated[list[_IceServer], Field(max_length=10)])


def _ice_servers(servers: Any, credential: str) -> list[dict[str, Any]]:
    """One unreadable address makes a browser refuse the whole call."""
    return [
        _ice_server(server, credential)
        for server in read_setting("ice_servers", _ICE_SERVERS, servers)
    ]


def _ice_server(server: _IceServer, credential: str) -> dict[str, Any]:
    urls = server["urls"]
    if not all(url.startswith(_ICE_SCHEMES) for url in urls):
        raise BadSettings(
            f"the `urls` of an ICE server must start with {' or '.join(_ICE_SCHEMES)}"
        )
    known = {"credential": credential, **server} if server.get("username") else {**server}
    login = {name: known[name] for name in ("username", "credential") if known.get(name)}
    if any(url.startswith("turn") for url in urls) and len(login) < 2:
        raise BadSettings("a TURN server needs `username` and `credential`")
    return {"urls": urls, **login}


PROVIDER = SipProvider()
