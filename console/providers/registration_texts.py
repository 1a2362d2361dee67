"""The reasons why a phone is not registered, as sentences with the agent's next step.

Keys: the phone's own code, a SIP status, a class of SIP statuses (`5xx`), or `other`. A provider
adds the codes that its vendor documents. `{code}` is the code as it came.
"""

from __future__ import annotations

from collections.abc import Mapping

from .base import N_

_THEN_TRY_AGAIN = N_("Then press “Try again”.")
_STAYS = N_("Console retries automatically. If the problem persists, tell your administrator.")
_PASSWORD = (
    N_("The phone system does not accept your line's password."),
    N_("Ask your administrator to enter it again."),
    _THEN_TRY_AGAIN,
)
_UNKNOWN = (
    N_("The phone system does not know your extension."),
    N_("Ask your administrator to correct your line."),
    _THEN_TRY_AGAIN,
)
_SILENT = (N_("The phone system does not answer your phone."), _STAYS)

REGISTRATION: Mapping[str, tuple[str, ...]] = {
    "401": _PASSWORD,
    "403": (
        N_(
            "The phone system rejects your line: its password may be wrong, or it may not be"
            " allowed to sign in."
        ),
        N_("Ask your administrator to check your line."),
        _THEN_TRY_AGAIN,
    ),
    "404": _UNKNOWN,
    "407": _PASSWORD,
    "408": _SILENT,
    "410": _UNKNOWN,
    "423": (N_("The phone system asks your phone to register less often."), _STAYS),
    "4xx": (N_("The phone system rejects your line (code {code})."), _STAYS),
    "5xx": (N_("The phone system reports an internal error (code {code})."), _STAYS),
    "6xx": (N_("The phone system rejects your line (code {code})."), _STAYS),
    "unreachable": (
        N_("The phone system cannot be reached from this browser."),
        N_("Check your network. Console retries automatically."),
    ),
    "other": (N_("The phone system rejects your phone (code {code})."), _STAYS),
}
