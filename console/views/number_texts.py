"""Why a text cannot be dialled, in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from ..domain.numbers import NumberFault

NUMBER_SENTENCES: Mapping[NumberFault, Any] = {
    NumberFault.empty: _("Enter a number."),
    NumberFault.letters: _("Enter digits only. Remove the letters."),
    NumberFault.tail: _("Dial the main number first, then enter the rest on the keypad."),
    NumberFault.invalid: _("This is not a telephone number. Check it for missing or extra digits."),
    NumberFault.too_long: _("This number is too long. Check it for extra digits."),
    NumberFault.extension: _("This is an extension: a colleague, not a customer."),
}
