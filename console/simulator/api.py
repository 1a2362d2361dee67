"""/simulator/api: what the page's forms and the tests ask for (docs/simulator.md).

Forms are led back to the page, others get JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from .exchange import Call, Device, Exchange
from .exchange.faults import WrongFault
from .exchange.scenarios import ScenarioError, parse
from .guards import SimulatorError
from .state import simulator

api = Blueprint("simulator_api", __name__, url_prefix="/simulator/api")

_NUMBER = re.compile(r"\+?\d{3,15}")
_ACTIONS: dict[str, Callable[[Exchange, Call], bool]] = {
    "customer-answers": lambda exchange, call: exchange.customer_answers(call),
    "customer-hangs-up": lambda exchange, call: exchange.customer_hangs_up(call),
    "device-answers": lambda exchange, call: (
        call.device != Device.BROWSER and exchange.answer(call)
    ),
    "device-hangs-up": lambda exchange, call: (
        call.device != Device.BROWSER and exchange.hang_up(call)
    ),
}


def _given() -> dict[str, Any]:
    if not request.is_json:
        return request.form.to_dict()
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise SimulatorError(400, _("This request is not understood."))
    return given


def _done(answer: Any = None, status: int = 200) -> ResponseReturnValue:
    if (
        request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"
        and not request.is_json
    ):
        return redirect("/simulator", 303)
    return jsonify(answer if answer is not None else {"ok": True}), status


def _number(given: dict[str, Any], name: str, low: float, high: float) -> float | None:
    """A number, or nothing."""
    if given.get(name) in (None, ""):
        return None
    try:
        value = float(given[name])
    except (TypeError, ValueError):
        value = float("nan")
    if not low <= value <= high:
        raise SimulatorError(
            422,
            _(
                "%(name)s must be a number from %(low)s to %(high)s.",
                name=name,
                low=f"{low:g}",
                high=f"{high:g}",
            ),
        )
    return value


@api.get("/state")
def state() -> ResponseReturnValue:
    return jsonify(simulator().as_json())


@api.get("/log")
def log() -> ResponseReturnValue:
    after = request.args.get("after", -1, type=int)
    return jsonify([line._asdict() for line in simulator().lines if line.number > after])


@api.post("/calls")
def place() -> ResponseReturnValue:
    given = _given()
    number = re.sub(r"[\s.\-()]", "", str(given.get("number", "")))
    to = str(given.get("to") or "queue")
    if not _NUMBER.fullmatch(number):
        raise SimulatorError(422, _("A number has 3 to 15 digits, such as 0912345678."))
    if to != "queue" and to not in simulator().exchange.agents:
        raise SimulatorError(422, _("There is no extension %(extension)s.", extension=to))
    lengths = {name: _number(given, name, 0, 14_400) for name in ("talk", "patience")}
    call = simulator().exchange.customer_calls(number, None if to == "queue" else to, **lengths)
    return _done(call.as_json(), 201)


@api.post("/calls/<id>/<action>")
def act(id: str, action: str) -> ResponseReturnValue:
    call = simulator().exchange.call(id)
    if call is None or action not in _ACTIONS:
        raise SimulatorError(404, _("There is no such call."))
    if not _ACTIONS[action](simulator().exchange, call):
        raise SimulatorError(409, _("The call has moved on; that is no longer possible."))
    return _done(call.as_json())


@api.post("/agents")
def add_agent() -> ResponseReturnValue:
    """For tests: one more extension, or one that behaves differently."""
    given = _given()
    extension, lines, device = (
        str(given.get("extension", "")),
        _number(given, "lines", 1, 8),
        _number(given, "default_device", 1, 6),
    )
    if not re.fullmatch(r"[1-9]\d{0,6}", extension) or device not in (None, *Device):
        raise SimulatorError(422, _("This request is not understood."))
    agent = simulator().exchange.add_agent(
        extension,
        str(given.get("name") or extension),
        Device(int(device or 1)),
        lines=int(lines or 1),
    )
    return _done(agent.as_json(), 201)


@api.post("/faults")
def set_faults() -> ResponseReturnValue:
    try:
        simulator().set_faults(_given())
    except WrongFault as problem:
        raise SimulatorError(422, str(problem)) from None
    return _done(simulator().faults.settings)


@api.delete("/faults")
@api.post("/faults/clear")
def clear_faults() -> ResponseReturnValue:
    simulator().clear_faults()
    return _done(simulator().faults.settings)


@api.post("/cut")
def cut() -> ResponseReturnValue:
    return _done({"cut": simulator().faults.drop_all(_given().get("agent") or None)})


@api.post("/scenario")
def start_scenario() -> ResponseReturnValue:
    """By its name; `text` brings one along, as a test does."""
    given = _given()
    scenario = simulator().scenarios.get(str(given.get("name")))
    if "text" in given:
        try:
            scenario = parse(str(given["text"]), str(given.get("name") or "text"))
        except ScenarioError as problem:
            raise SimulatorError(422, str(problem)) from None
    if scenario is None:
        raise SimulatorError(404, _("There is no such scenario."))
    simulator().start_scenario(scenario)
    return _done({"scenario": scenario.name, "seconds": scenario.seconds})


@api.delete("/scenario")
@api.post("/scenario/stop")
def stop_scenario() -> ResponseReturnValue:
    simulator().stop_scenario()
    return _done()


@api.post("/restart")
def restart() -> ResponseReturnValue:
    seed = _number(_given(), "seed", 0, 999_999_999)
    simulator().restart(None if seed is None else int(seed))
    return _done({"seed": simulator().exchange.seed})
