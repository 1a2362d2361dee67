"""The pretend VCC cloud's REST side: logins, scripts, and the choice of the scripts' build."""

from __future__ import annotations

import re

import gevent
from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from ...exchange.faults import Faults
from .agent import VccAgent
from .build import WrongBuild, read_build
from .cloud import VccCloud
from .codes import LOGIN_ERRORS
from .script_files import PLACEHOLDER, SCRIPTS, script

_PHONE_PAGES = re.compile(r"https?://([\w-]+\.)*(localhost|127\.0\.0\.1)(:\d+)?")


class VccRest:
    def __init__(self, cloud: VccCloud, faults: Faults) -> None:
        self._cloud, self._faults = cloud, faults

    def login(self, domain: str) -> Response:
        """The token comes in a JSON body or in a form."""
        failing = self._is_failing()
        body = request.get_json(silent=True) or request.form
        agent = 500 if failing else self._cloud.authenticate(str(body.get("token", "")), domain)
        if isinstance(agent, int):
            return self._login_failure(agent)
        extension = agent.extension
        user = {"user_id": int(extension) + 30_000, "token": f"session-{extension}"}
        return jsonify(code="ok", user=user | agent.record.as_json())

    def _login_failure(self, code: int) -> Response:
        """The contract knows two forms, a word with a message, and numbers, in the body or as the
        status, and not which is VCC's.

        mixed: the word for a token that is not accepted, numbers in the body for the rest; the
        other styles are one form for all.
        """
        style = self._cloud.login_style
        word = style == "errors" or (style == "mixed" and code == 401)
        answer = jsonify(code="errors" if word else code, message=LOGIN_ERRORS[code])
        answer.status_code = code if style == "http" else 200
        return answer

    def check_partner(self) -> Response:
        agent: VccAgent | int = 500
        if not self._is_failing():
            token, domain = request.args.get("authToken", ""), request.args.get("domain", "")
            agent = self._cloud.authenticate(token, domain)
        if isinstance(agent, int):
            return _for_pages(jsonify(code=agent, message=LOGIN_ERRORS[agent]))
        account = {
            "sip_server_url": "sip.vcc.test",
            "sip_socket": f"ws://{request.host}/vcc/sip",
            "agent_server_url": f"{request.host}/vcc/agent",
        }
        return _for_pages(jsonify(code=200, user=agent.record.as_json(), account=account))

    def _is_failing(self) -> bool:
        """Answers after the fault's time; True: the request fails."""
        seconds, fails = self._faults.rest("vcc")
        if seconds:
            gevent.sleep(seconds)
        return fails

    def script(self, name: str) -> Response:
        if name not in SCRIPTS or self._faults.happens("script_missing", name):
            abort(404)
        text = script(name, self._cloud.switches)
        return _for_pages(Response(text, mimetype="text/javascript"))

    def placeholder(self) -> Response:
        return _for_pages(Response(PLACEHOLDER.read_bytes(), mimetype="video/ogg"))

    def show_build(self) -> Response:
        return jsonify({**self._cloud.switches, "login_style": self._cloud.login_style})

    def choose_build(self) -> ResponseReturnValue:
        """For tests: the behaviour of the next page's scripts, and the form of a refused login. {}
        is the newest build.
        """
        try:
            switches = read_build(request.get_json(silent=True))
        except WrongBuild as error:
            return jsonify(sentence=str(error)), 400
        self._cloud.login_style = switches.pop("login_style", "mixed")
        self._cloud.switches = switches
        return self.show_build()


def routes(cloud: VccCloud, faults: Faults) -> Blueprint:
    blueprint, rest = Blueprint("vcc", __name__, url_prefix="/vcc"), VccRest(cloud, faults)
    blueprint.post("/<domain>/thirdParty/login")(rest.login)
    blueprint.get("/api/login/check-partner")(rest.check_partner)
    blueprint.get("/js/embed/<name>")(rest.script)
    blueprint.get("/images/320x240.ogg")(rest.placeholder)
    blueprint.get("/switches")(rest.show_build)
    blueprint.post("/switches")(rest.choose_build)
    return blueprint


def _for_pages(answer: Response) -> Response:
    origin = request.headers.get("Origin", "")
    if _PHONE_PAGES.fullmatch(origin):
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Vary"] = "Origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer
