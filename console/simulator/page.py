"""/simulator: the page on which a person plays the customers, chooses a scenario, and breaks
things.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator, Mapping
from typing import Any

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from flask.typing import ResponseReturnValue

from ..domain.languages import DEFAULT_LANGUAGE, LANGUAGES
from . import page_words as words
from .faults import CHANCES, FAULTS
from .state import Line, Simulator, simulator
from .words import MAGIC, Call, Device

page = Blueprint("simulator_page", __name__, url_prefix="/simulator")

THEMES = ("light", "dark")
# Console's own cookies: browsers keep one set for all ports of a host, so both pages speak the same
# language.
COOKIES = {
    "locale": ("console_locale", LANGUAGES),
    "theme": ("console_theme", (*THEMES, "")),
}
SHOWN_LINES, SHOWN_ENDED = 60, 5
HEARTBEAT_SECONDS = 15.0


def current_locale() -> str:
    chosen = request.cookies.get("console_locale")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def _current_theme() -> str:
    chosen = request.cookies.get("console_theme", "")
    return chosen if chosen in THEMES else ""


@page.get("")
def show() -> str:
    return render_template("simulator/page.html", **_view(simulator()))


@page.get("/live")
def live() -> str:
    """The regions that change by themselves."""
    return render_template("simulator/_live.html", **_view(simulator()))


def problem_page(sentence: Any) -> str:
    """For a browser without scripts: the page, and why nothing happened."""
    return render_template("simulator/page.html", problem=sentence, **_view(simulator()))


def _view(state: Simulator) -> dict[str, Any]:
    calls = state.exchange.truth()
    lines = [line for line in reversed(state.lines)][:SHOWN_LINES]
    return {
        "locale": current_locale(),
        "theme": _current_theme(),
        "console": state.settings.origin,
        "words": words,
        "state": state,
        "agents": state.exchange.agents,
        "live": [call for call in calls if call.live],
        "ended": [call for call in reversed(calls) if not call.live][:SHOWN_ENDED],
        "lines": [
            (line, words.log_sentence(line.kind, line.extension, line.far, _facts(state, line)))
            for line in lines
        ],
        "faults": [(name, _options(name, state.faults.settings[name])) for name in FAULTS],
        "magic": sorted(MAGIC),
        "can": _can,
    }


def _facts(state: Simulator, line: Line) -> Mapping[str, Any]:
    """A scenario by its title in the reader's language."""
    scenario = state.scenarios.get(line.facts.get("name", ""))
    return {**line.facts, "name": scenario.title(current_locale())} if scenario else line.facts


def _options(name: str, value: float) -> list[tuple[float, Any, bool]]:
    """What can be chosen for a fault; a value that a scenario or a test has set is among it."""
    if name in CHANCES:
        known: dict[float, Any] = dict(words.CHANCES)
        known.setdefault(value, f"{value:.0%}")
    else:
        known = {seconds: f"{seconds:g} s" for seconds in {*words.LENGTHS[name], value}}
    return [(each, known[each], each == value) for each in sorted(known)]


def _can(call: Call, action: str) -> bool:
    """Whether the button has something to do."""
    at_device = call.extension is not None and call.device != Device.BROWSER
    return {
        "customer-answers": (
            call.state == "dialing" and call.direction == "outbound" and call.agent_leg
        ),
        "customer-hangs-up": call.direction != "internal",
        "device-answers": at_device and call.state == "ringing",
        "device-hangs-up": at_device and call.state != "queued",
    }[action]


@page.get("/feed")
def feed() -> Response:
    """Server-sent events: a number whenever something has changed; the page then asks for what it
    shows.
    """
    return Response(_versions(simulator()), mimetype="text/event-stream")


def _versions(state: Simulator) -> Iterator[str]:
    news: queue.Queue[None] = queue.Queue(maxsize=1)

    def changed() -> None:
        if not news.full():
            news.put_nowait(None)

    state.watchers.append(changed)
    try:
        yield f"data: {state.version}\n\n"
        while True:
            try:
                news.get(timeout=HEARTBEAT_SECONDS)
                yield f"data: {state.version}\n\n"
            except queue.Empty:
                yield ": still here\n\n"
    finally:
        state.watchers.remove(changed)


@page.get("/files/<path:name>")
def file(name: str) -> Response:
    answer = send_from_directory(f"{page.root_path}/files", name)
    answer.cache_control.no_cache = True
    return answer


@page.post("/preferences")
def choose() -> ResponseReturnValue:
    answer = make_response(redirect("/simulator", 303))
    for name, (cookie, known) in COOKIES.items():
        if request.form.get(name) in known:
            answer.set_cookie(
                cookie, request.form[name], max_age=365 * 86_400, httponly=True, samesite="Lax"
            )
    return answer
