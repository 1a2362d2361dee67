"""Scenarios: what customers do and what goes wrong, minute by minute, in small text files.

docs/simulator.md has the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .enums import PRESENCES
from .errors import N_, InputError
from .faults import Faults, WrongFault

FOLDER = Path(__file__).with_name("scenarios")
TITLES = {"title": "en", "tiêu đề": "vi"}
LONGEST = 24 * 3600.0


class ScenarioError(InputError):
    """The sentence names the file, the line, and the right form."""


class Span(NamedTuple):
    """A length of time between two, in seconds."""

    low: float
    high: float


class CustomerCall(NamedTuple):
    number: str
    to: str | None  # None: the queue
    talk: Span | None
    patience: Span | None


class Fault(NamedTuple):
    name: str
    value: float


class Cut(NamedTuple):
    extension: str | None


class Presence(NamedTuple):
    extension: str
    value: str


class NoFaults(NamedTuple):
    pass


Action = CustomerCall | Fault | Cut | Presence | NoFaults


class Step(NamedTuple):
    line: int
    first: float
    every: Span | None  # None: once
    until: float
    action: Action


@dataclass
class Scenario:
    name: str
    titles: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The time at which its last step is over."""
        return max((step.until for step in self.steps), default=0.0)

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.titles.get("en") or self.name


def available(folder: Path = FOLDER) -> dict[str, Scenario]:
    """All scenarios of the folder, by name."""
    return {
        path.stem: parse(path.read_text(encoding="utf-8"), path.name)
        for path in sorted(folder.glob("*.txt"))
    }


def parse(text: str, name: str) -> Scenario:
    scenario = Scenario(name.removesuffix(".txt"))
    for number, line in enumerate(text.splitlines(), 1):
        try:
            _read(scenario, number, line.partition("//")[0].strip())
        except ScenarioError as problem:
            raise ScenarioError(
                N_("%(file)s, line %(line)s: %(problem)s"), file=name, line=number, problem=problem
            ) from None
    if not scenario.steps:
        raise ScenarioError(N_("%(file)s: nothing happens in it."), file=name)
    return scenario


def _read(scenario: Scenario, number: int, line: str) -> None:
    title = re.match("(" + "|".join(TITLES) + r")\s+(.+)", line)
    if title:
        scenario.titles[TITLES[title[1]]] = title[2]
    elif line:
        scenario.steps.append(_step(number, line))


def _step(number: int, line: str) -> Step:
    once = re.match(r"at\s+(\S+)\s+(.+)", line)
    if once:
        at = _time(once[1])
        return Step(number, at, None, at, _action(once[2]))
    often = re.match(r"every\s+(\S+)\s+(?:from\s+(\S+)\s+)?until\s+(\S+)\s+(.+)", line)
    if not often:
        raise ScenarioError(
            N_("a line begins with a title, with “at 1:30 …”, or with “every 0:20 until 10:00 …”.")
        )
    pause, first, until = _span(often[1]), _time(often[2] or "0:00"), _time(often[3])
    if pause.low < 1:
        raise ScenarioError(N_("“every” needs at least one second."))
    if until <= first:
        raise ScenarioError(N_("it is over at %(time)s, before it begins."), time=often[3])
    return Step(number, first, pause, until, _action(often[4]))


def _action(text: str) -> Action:
    word, _, rest = text.partition(" ")
    readers: dict[str, Callable[[str], Action]] = {
        "call": _call,
        "fault": _fault,
        "cut": _cut,
        "agent": _presence,
    }
    if text == "no faults":
        return NoFaults()
    if word not in readers:
        raise ScenarioError(
            N_("there is no “%(word)s”; there are call, fault, no faults, cut and agent."),
            word=word,
        )
    return readers[word](rest.strip())


def _call(text: str) -> CustomerCall:
    found = re.fullmatch(r"([\d#+]+)\s+to\s+(\w+)(?:\s+for\s+(\S+))?(?:\s+waits\s+(\S+))?", text)
    if not found:
        raise ScenarioError(
            N_(
                "a call is written “call 0912345678 to 5001 for 2:00 waits 0:30” (or “to queue”; #"
                " is any digit)."
            )
        )
    number, to, talk, waits = found.groups()
    return CustomerCall(
        number,
        None if to == "queue" else to,
        _span(talk) if talk else None,
        _span(waits) if waits else None,
    )


def _fault(text: str) -> Fault:
    name, _, value = text.partition(" ")
    try:
        return Fault(name, Faults.checked(name, value.strip()))
    except WrongFault as problem:
        raise ScenarioError(problem.sentence, **problem.facts) from None


def _cut(text: str) -> Cut:
    if not re.fullmatch(r"all|\d+", text):
        raise ScenarioError(N_("a cut is written “cut all” or “cut 5001”."))
    return Cut(None if text == "all" else text)


def _presence(text: str) -> Presence:
    extension, _, value = text.partition(" ")
    if not extension.isdigit() or value not in PRESENCES:
        raise ScenarioError(
            N_("an agent is written “agent 5001 online”; there are %(known)s."),
            known=", ".join(PRESENCES),
        )
    return Presence(extension, value)


def _span(text: str) -> Span:
    low, dots, high = text.partition("..")
    span = Span(_time(low), _time(high if dots else low))
    if span.high < span.low:
        raise ScenarioError(N_("%(text)s: the second is less than the first."), text=text)
    return span


def _time(text: str) -> float:
    found = re.fullmatch(r"(?:(\d+):)?(\d{1,3}):([0-5]\d)", text)
    if not found:
        raise ScenarioError(
            N_("“%(text)s” is no time: write minutes and seconds, such as 1:30."), text=text
        )
    seconds = float(int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3]))
    if seconds > LONGEST:
        raise ScenarioError(N_("“%(text)s” is longer than a day."), text=text)
    return seconds
