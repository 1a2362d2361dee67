"""The outcomes of dialled numbers: their last three digits decide."""

from __future__ import annotations

from typing import NamedTuple

from .chance import Chance


class Outcome(NamedTuple):
    """The outcome of a dialled number: the customer's phone rings after `ring` seconds (None:
    never), and the call is answered or fails `after` seconds in all. A code makes it fail.
    """

    ring: float | None
    after: float
    sip_code: int | None = None
    code: str | None = None  # the exchange itself refuses, before anybody is called


ANSWERS = Outcome(0.6, 2.0)

# By the last three digits of the number.
MAGIC = {
    "200": ANSWERS,
    "180": Outcome(0.6, 45.0, 408),  # only rings, until it is answered by hand
    "403": Outcome(None, 0.5, 403),
    "404": Outcome(None, 0.6, 404),
    "408": Outcome(0.6, 8.0, 408),
    "480": Outcome(None, 2.0, 480),
    "486": Outcome(None, 1.0, 486),
    "487": Outcome(0.6, 5.0, 487),
    "488": Outcome(None, 0.6, 488),
    "603": Outcome(0.6, 3.0, 603),
    "500": Outcome(None, 0.5, None, "error"),
    "503": Outcome(None, 1.0, None, "agent_unreachable"),
    "777": Outcome(None, 0.3, None, "permission_denied"),
    "786": Outcome(None, 0.3, None, "agent_busy"),
}

CAUSES = {
    403: "forbidden",
    404: "not_found",
    408: "no_answer",
    480: "unreachable",
    486: "busy",
    487: "no_answer",
    603: "rejected",
}


def outcome_of(number: str, chance: Chance) -> Outcome:
    """All numbers without magic digits answer after 2 to 4 s."""
    return MAGIC.get(number[-3:]) or Outcome(0.6, chance.between(2.0, 4.0))
