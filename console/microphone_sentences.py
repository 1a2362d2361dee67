"""What is wrong with the microphone, and what to do, by the code that the phone reports."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

SENTENCES: dict[str, LazyString] = {
    "no_microphone": _("No microphone was found. Plug in a headset, then try again."),
    "microphone_denied": _("This page may not use the microphone. Allow it in the browser's address bar, then try again."),
    "microphone_busy": _("Another program is using the microphone. Close it, then try again."),
}
