"""/simulator/api: the requests of the page's forms and of tests (docs/simulator.md).

A form is answered with a redirect to the page, other requests with JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from ..exchange import Call, Device, Exchange
from ..exchange.scenarios import Scenario, ScenarioError, parse
from .bodies import CustomerCall, Cut, FaultSettings, NewAgent, Restart, ScenarioChoice, body
from .guards import SimulatorError
from .page_texts import input_sentence
from .simulator import simulator

api = Blueprint("simulator_api", __name__, url_prefix="/simulator/api")


def _at_device(action: Callable[[Call], bool], call: Call) -> bool:
    return call.device != Device.BROWSER and action(call)


_ACTIONS: dict[str, Callable[[Exchange, Call], bool]] = {
    "customer-answers": lambda exchange, call: exchange.customer_answers(call),
    "customer-hangs-up": lambda exchange, call: exchange.customer_hangs_up(call),
    "device-answers": lambda exchange, call: _at_device(exchange.answer, call),
    "device-hangs-up": lambda exchange, call: _at_device(exchange.hang_up, call),
}


def _done(answer: Any = None, status: int = 200) -> ResponseReturnValue:
    accepted = request.accept_mimetypes.best_match(("application/json", "text/html"))
    if accepted == "text/html" and not request.is_json:
        return redirect("/simulator", 303)
    return jsonify(answer if answer is not None else {"ok": True}), status


@api.get("/state")
def state() -> ResponseReturnValue:
    return jsonify(simulator().as_json())


@api.get("/log")
def log() -> ResponseReturnValue:
    after = request.args.get("after", -1, type=int)
    entries = simulator().log.entries
    return jsonify([entry._asdict() for entry in entries if entry.number > after])


@api.post("/calls")
def place() -> ResponseReturnValue:
    given, exchange = body(CustomerCall), simulator().exchange
    if given.to != "queue" and given.to not in exchange.agents:
        raise SimulatorError(422, _("There is no extension %(extension)s.", extension=given.to))
    to = None if given.to == "queue" else given.to
    call = exchange.customer_calls(given.number, to, talk=given.talk, patience=given.patience)
    return _done(call.as_json(), 201)


@api.post("/calls/<id>/<action>")
def act(id: str, action: str) -> ResponseReturnValue:
    call = simulator().exchange.call(id)
    if call is None or action not in _ACTIONS:
        raise SimulatorError(404, _("There is no such call."))
    if not _ACTIONS[action](simulator().exchange, call):
        raise SimulatorError(409, _("The call has changed; that is no longer possible."))
    return _done(call.as_json())


@api.post("/agents")
def add_agent() -> ResponseReturnValue:
    """For tests: one more extension, or one that behaves differently."""
    given = body(NewAgent)
    name = given.name or given.extension
    agent = simulator().exchange.add_agent(
        given.extension, name, given.default_device, lines=given.lines
    )
    return _done(agent.as_json(), 201)


@api.post("/faults")
def set_faults() -> ResponseReturnValue:
    simulator().set_faults(body(FaultSettings).root)
    return _done(simulator().faults.settings)


@api.delete("/faults")
@api.post("/faults/clear")
def clear_faults() -> ResponseReturnValue:
    simulator().clear_faults()
    return _done(simulator().faults.settings)


@api.post("/cut")
def cut() -> ResponseReturnValue:
    return _done({"cut": simulator().faults.drop_all(body(Cut).agent)})


@api.post("/scenario")
def start_scenario() -> ResponseReturnValue:
    """By its name; `text` brings one along, as a test does."""
    scenario = _scenario(body(ScenarioChoice))
    simulator().start_scenario(scenario)
    return _done({"scenario": scenario.name, "seconds": scenario.seconds})


def _scenario(given: ScenarioChoice) -> Scenario:
    if given.text is not None:
        try:
            return parse(given.text, given.name or "text")
        except ScenarioError as error:
            raise SimulatorError(422, input_sentence(error)) from None
    found = simulator().scenarios.get(given.name or "")
    if found is None:
        raise SimulatorError(404, _("There is no such scenario."))
    return found


@api.delete("/scenario")
@api.post("/scenario/stop")
def stop_scenario() -> ResponseReturnValue:
    simulator().stop_scenario()
    return _done()


@api.post("/restart")
def restart() -> ResponseReturnValue:
    simulator().restart(body(Restart).seed)
    return _done({"seed": simulator().exchange.seed})
