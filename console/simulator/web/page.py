"""/simulator: the page for playing customers, choosing a scenario, and setting faults."""

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

from ...domain.languages import DEFAULT_LANGUAGE, LANGUAGES
from ..exchange import Call, Device
from ..exchange.faults import CHANCES, FAULTS
from . import page_texts as texts
from .bodies import Preferences, body
from .log import Log, LogEntry
from .simulator import Simulator, simulator

page = Blueprint("simulator_page", __name__, url_prefix="/simulator")

THEMES = ("light", "dark")
# Console's own cookies: browsers keep one set for all ports of a host, so both pages speak the same
# language.
LOCALE_COOKIE, THEME_COOKIE = "console_locale", "console_theme"
YEAR_SECONDS = 365 * 86_400
SHOWN_ENTRIES, SHOWN_ENDED = 60, 5
HEARTBEAT_SECONDS = 15.0


def current_locale() -> str:
    chosen = request.cookies.get(LOCALE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def _current_theme() -> str:
    chosen = request.cookies.get(THEME_COOKIE, "")
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


def _view(running: Simulator) -> dict[str, Any]:
    calls = running.exchange.truth()
    entries = list(reversed(running.log.entries))[:SHOWN_ENTRIES]
    return {
        "locale": current_locale(),
        "theme": _current_theme(),
        "console": running.console_origin,
        "texts": texts,
        "simulator": running,
        "agents": running.exchange.agents,
        "live": [call for call in calls if call.live],
        "ended": [call for call in reversed(calls) if not call.live][:SHOWN_ENDED],
        "entries": [(entry, _sentence(running, entry)) for entry in entries],
        "faults": [(name, _options(name, running.faults.settings[name])) for name in FAULTS],
        "can": _can,
    }


def _sentence(running: Simulator, entry: LogEntry) -> str:
    """A scenario is named by its title in the reader's language."""
    facts: Mapping[str, Any] = entry.facts
    scenario = running.scenarios.get(facts.get("name", ""))
    if scenario:
        facts = {**facts, "name": scenario.title(current_locale())}
    return texts.log_sentence(entry.kind, entry.extension, entry.far, facts)


def _options(name: str, value: float) -> list[tuple[float, Any, bool]]:
    """The choices for a fault; a value that a scenario or a test has set is among them."""
    if name in CHANCES:
        known: dict[float, Any] = dict(texts.CHANCES)
        known.setdefault(value, f"{value:.0%}")
    else:
        known = {seconds: f"{seconds:g} s" for seconds in {*texts.LENGTHS[name], value}}
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
    """Server-sent events: a number whenever something has changed; the page then reloads its
    changing regions.
    """
    return Response(_versions(simulator().log), mimetype="text/event-stream")


def _versions(log: Log) -> Iterator[str]:
    changes: queue.Queue[None] = queue.Queue(maxsize=1)

    def changed() -> None:
        if not changes.full():
            changes.put_nowait(None)

    log.watchers.append(changed)
    try:
        yield f"data: {log.version}\n\n"
        while True:
            try:
                changes.get(timeout=HEARTBEAT_SECONDS)
                yield f"data: {log.version}\n\n"
            except queue.Empty:
                yield ": still here\n\n"
    finally:
        log.watchers.remove(changed)


@page.get("/files/<path:name>")
def file(name: str) -> Response:
    answer = send_from_directory(f"{page.root_path}/files", name)
    answer.cache_control.no_cache = True
    return answer


@page.post("/preferences")
def choose() -> ResponseReturnValue:
    given, answer = body(Preferences), make_response(redirect("/simulator", 303))
    for cookie, value in ((LOCALE_COOKIE, given.locale), (THEME_COOKIE, given.theme)):
        if value is not None:
            answer.set_cookie(cookie, value, max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
    return answer
