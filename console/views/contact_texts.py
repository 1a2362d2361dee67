"""Sentences of the contacts' pages: why a field is refused, and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..domain.contact_fields import (
    LONGEST_LINK,
    LONGEST_NOTE,
    LONGEST_TAG,
    MOST_NUMBERS,
    MOST_TAGS,
    BadField,
    FieldFault,
)
from ..domain.numbers import NumberFault
from ..errors import NotFound
from .number_texts import NUMBER_SENTENCES

_SENTENCES: Mapping[FieldFault, Any] = {
    FieldFault.no_name: lazy_gettext("Enter a name."),
    FieldFault.long_name: lazy_gettext("This name is too long. Please shorten it."),
    FieldFault.known_name: lazy_gettext("A contact with this name and number already exists."),
    FieldFault.no_number: lazy_gettext("Enter at least one number."),
    FieldFault.many_numbers: lazy_gettext(
        "A contact has at most %(most)d numbers. Remove some.", most=MOST_NUMBERS
    ),
    FieldFault.company: lazy_gettext("The company's name is too long. Please shorten it."),
    FieldFault.email: lazy_gettext("This is no e-mail address. Write it as name@example.com."),
    FieldFault.many_tags: lazy_gettext(
        "A contact has at most %(most)d tags. Remove some.", most=MOST_TAGS
    ),
    FieldFault.long_tag: lazy_gettext(
        "A tag has at most %(most)d characters. Please shorten it.", most=LONGEST_TAG
    ),
    FieldFault.link: lazy_gettext(
        "Enter an address that begins with https:// and has at most %(most)d characters.",
        most=LONGEST_LINK,
    ),
    FieldFault.note: lazy_gettext(
        "The note has more than %(most)d characters. Please shorten it.", most=LONGEST_NOTE
    ),
}


def sentence_of(bad: BadField) -> str:
    """The reason and the faulty part of what was typed."""
    if isinstance(bad.fault, NumberFault):
        return f"{bad.about}: {NUMBER_SENTENCES[bad.fault]}"
    return str(_SENTENCES[bad.fault])


def gone() -> NotFound:
    return NotFound(
        _("This contact does not exist. It may have been deleted, or merged into another one."),
        code="contact_gone",
    )


def changed_sentence() -> str:
    return str(
        _("Somebody else has changed this contact meanwhile. Look at it again, then repeat.")
    )
