"""VCC's codes in words, with the agent's next step, and their causes. The Vietnamese of the first
sentence is the vendor's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from ...domain.enums import NO_NEWS, Cause
from ..base import N_


class Row(NamedTuple):
    code: str
    sip: str  # "": any other, or none
    cause: Cause
    means: str
    next_step: str

    @property
    def key(self) -> str:
        return f"{self.code};{self.sip}" if self.sip else self.code


_NO_CUSTOMER = "IPCC_NOT_CONNECT_CUSTOMER"
_AGAIN_SOON = N_("Try again in a few minutes.")
_AGAIN_LATER = N_("Try again later, or leave a note.")
_THEN_TRY_AGAIN = N_("Then press “Try again”.")
_AGAIN = N_("Dial again. If it happens again, tell your administrator.")

CALL_ERRORS: tuple[Row, ...] = (
    Row(
        _NO_CUSTOMER,
        "404",
        Cause.not_found,
        N_("Could not connect to the subscriber number."),
        N_("Check the number and dial it again."),
    ),
    Row(_NO_CUSTOMER, "486", Cause.busy, N_("The customer is busy."), _AGAIN_SOON),
    Row(
        _NO_CUSTOMER,
        "408",
        Cause.no_answer,
        N_("The customer did not answer, or an error occurred."),
        _AGAIN_LATER,
    ),
    Row(
        _NO_CUSTOMER,
        "403",
        Cause.forbidden,
        N_("The charges for this hotline number have not been paid."),
        N_("Ask your administrator to pay them."),
    ),
    Row(_NO_CUSTOMER, "487", Cause.no_answer, N_("The customer did not answer."), _AGAIN_LATER),
    Row(
        _NO_CUSTOMER,
        "480",
        Cause.unreachable,
        N_("The customer's number is temporarily unreachable."),
        _AGAIN_SOON,
    ),
    Row(_NO_CUSTOMER, "", Cause.failed, N_("An error occurred."), _AGAIN),
    Row(
        "IPCC_NOT_CONNECT_AGENT_ID",
        "",
        Cause.failed,
        N_(
            "Your calling device could not be reached: check the IP phone or softphone and the"
            " Internet connection."
        ),
        N_("Then dial again, or choose another device."),
    ),
    Row(
        "CALLOUT_AGENT_BUSY",
        "",
        Cause.failed,
        N_("Code 786 returned: Busy. Please sign out and sign in again to continue."),
        N_("If it happens again, tell your administrator."),
    ),
    Row(
        "CALLOUT_PERMISSION_DENY",
        "",
        Cause.forbidden,
        N_("No permission to call out."),
        N_("Ask your administrator to set it up."),
    ),
    Row("ERROR_CALLOUT_CONNECT", "", Cause.failed, N_("An error occurred."), _AGAIN),
)

# Console's own texts for calls about which VCC reported nothing.
OWN_ERRORS: tuple[Row, ...] = (
    Row(
        "not_sent",
        "",
        Cause.failed,
        N_("VCC did not accept this call: its script did not respond."),
        N_("Dial again, or reload the page."),
    ),
    Row("no_progress", "", Cause.failed, N_("VCC reported nothing more about this call."), _AGAIN),
    Row(
        NO_NEWS,
        "",
        Cause.failed,
        N_("VCC reported nothing more about this call."),
        N_("It may have continued or ended on your phone."),
    ),
)

TRANSFER_ERRORS: Mapping[str, str] = {
    "NOT_CHOOSE_TYPE_TRANSFER": N_("No kind of transfer was chosen."),
    "TRANSFER_CALL_FAILED": N_("The transfer failed."),
    "NOT_IN_A_CALL": N_("You are not in a call."),
    "COULD_NOT_GET_CALL_INFO": N_("The call's details could not be read."),
    "NOK": N_("Your colleague did not accept the call."),
}

LOGIN_ERRORS: Mapping[int, LazyString] = {
    404: _("VCC: domain not found. An administrator must correct the connection's domain."),
    405: _("VCC: the domain's subscription has expired. An administrator must renew it."),
    401: _("VCC: wrong or expired token. An administrator must check the connection's access key."),
    400: _(
        "VCC: the extension (ipphone) is wrong or does not exist. An administrator must correct"
        " your line."
    ),
    500: _("VCC: system error. Console retries automatically."),
}
LOGIN_REFUSED = _("VCC rejected your phone. An administrator should check the connection.")
UNREACHABLE = _("VCC cannot be reached from Console's server. Console retries automatically.")
FORBIDDEN_ADDRESS = _(
    "VCC's address is in a private network, which Console may not access. An administrator must"
    " correct it."
)

# The vendor documents the same numbers for csInit and for its login.
INIT_ERRORS: Mapping[str, tuple[str, ...]] = {
    "init_404": (
        N_("VCC: domain not found. An administrator must correct the connection's domain."),
        _THEN_TRY_AGAIN,
    ),
    "init_405": (
        N_("VCC: the domain's subscription has expired. An administrator must renew it."),
        _THEN_TRY_AGAIN,
    ),
    "init_401": (
        N_("VCC: wrong or expired token. Console retries automatically with a new one."),
        N_("If the problem persists, an administrator must check the connection's access key."),
    ),
    "init_400": (
        N_(
            "VCC: the extension (ipphone) is wrong or does not exist. An administrator must"
            " correct your line."
        ),
        _THEN_TRY_AGAIN,
    ),
    "init_500": (N_("VCC: system error. Console retries automatically."),),
    "init_network": (
        N_("VCC cannot be reached from this browser."),
        N_("Check your network. Console retries automatically."),
    ),
    "sip": (
        N_("VCC does not register your phone for calls in the browser."),
        N_("Console retries automatically. If the problem persists, tell your administrator."),
    ),
}

PAGE_TEXTS: Mapping[str, str] = {
    "owner.elsewhere": N_(
        "You are signed in at the phone system from elsewhere, outside Console. Calls ring there."
    ),
    "result.voice_elsewhere": N_(
        "You are signed in at the phone system from elsewhere. Press “Use it here” first."
    ),
    "result.not_sent": N_(
        "The phone system's script did not respond to this number. Dial again, or reload the page."
    ),
    "result.browser_only": N_(
        "Extensions can be called only from the browser. Choose the browser as your device first."
    ),
    "result.mute_inbound_only": N_(
        "On this device, only incoming calls can be muted here. Use the phone's own mute key."
    ),
    "result.colleagues_only": N_(
        "This phone system transfers calls to colleagues only: enter an extension."
    ),
}

# A call to a colleague is plain SIP. Its cause follows from the status, else from the cause word of
# the vendor's SIP library.
_COLLEAGUE_CAUSES: Mapping[str, Cause] = {
    "403": Cause.forbidden,
    "404": Cause.not_found,
    "408": Cause.no_answer,
    "480": Cause.unreachable,
    "484": Cause.not_found,
    "486": Cause.busy,
    "487": Cause.no_answer,
    "600": Cause.busy,
    "603": Cause.rejected,
    "604": Cause.not_found,
    "Address Incomplete": Cause.not_found,
    "Busy": Cause.busy,
    "Canceled": Cause.no_answer,
    "No Answer": Cause.no_answer,
    "Not Found": Cause.not_found,
    "Rejected": Cause.rejected,
    "Request Timeout": Cause.no_answer,
    "Unavailable": Cause.unreachable,
}
_SIGN_IN_CAUSES: Mapping[str, Cause] = {
    "400": Cause.not_found,
    "401": Cause.forbidden,
    "404": Cause.not_found,
    "405": Cause.forbidden,
}
CAUSES: Mapping[str, Mapping[str, Cause]] = {
    "callout": {row.key: row.cause for row in CALL_ERRORS},
    "colleague": _COLLEAGUE_CAUSES,
    "sign_in": _SIGN_IN_CAUSES,
}

SENTENCES: Mapping[str, tuple[str, ...]] = {
    **{row.key: (row.means, row.next_step) for row in (*CALL_ERRORS, *OWN_ERRORS)},
    **{code: (means,) for code, means in TRANSFER_ERRORS.items()},
}
