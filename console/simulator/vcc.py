"""VCC's pretend cloud, written by us from the provider's contract: REST, browser scripts, and the
sockets of control and of media.

All of it below /vcc of the simulator's origin. `join` gives an exchange this face.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import gevent
from flask import Flask, Response, abort, jsonify, request

from . import vcc_words as words
from .exchange import Device, Exchange
from .exchange.faults import Faults
from .vcc_agent import VccAgent
from .vcc_sockets import join_sockets
from .vcc_tokens import BadToken, read_token

_FOLDER = Path(__file__).with_name("vcc_scripts")
# What the vendor serves under one name may be several files here.
SCRIPTS = {
    "jquery.min.js": ("jquery.min.js",),
    "jssip-3.2.10.js": ("jssip-3.2.10.js", "jssip_session.js", "jssip_customer.js"),
    "init-3.0.7.js": ("init-3.0.7.js",),
    "web.push.js": ("web.push.js",),
    "cs_const.js": ("cs_const.js",),
    "cs_voice.js": ("cs_voice.js", "cs_voice_messages.js", "cs_voice_extras.js"),
}
_PHONE_PAGES = re.compile(r"https?://([\w-]+\.)*(localhost|127\.0\.0\.1)(:\d+)?")
_SWITCH = re.compile(r"^  (\w+): (.*?),", re.MULTILINE)
# Each switch of the scripts, with what most builds do.
SWITCHES: dict[str, Any] = {
    name: json.loads(value)
    for name, value in _SWITCH.findall((_FOLDER / "cs_const.js").read_text("utf-8"))
}
LOGIN_STYLES = ("mixed", "errors", "numbers", "http")


class Vcc:
    """The cloud: one domain with its agents.

    `switches`: in what its scripts differ from the newest build (cs_const.js names them).
    """

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        self.exchange, self.faults = exchange, faults
        self.agents: dict[str, VccAgent] = {}
        self.switches: dict[str, Any] = {}
        self.login_style = "mixed"
        for extension, role in words.ROLES.items():
            self.add_agent(extension, role)

    def add_agent(self, extension: str, role: int = 2) -> None:
        """The exchange may have the extension already, with a name."""
        if extension not in self.exchange.agents:
            self.exchange.add_agent(
                extension, f"Agent {extension}", words.ROLE_DEVICES.get(role, Device.BROWSER)
            )
        self.agents[extension] = VccAgent(self.exchange, self.faults, extension, role)

    def who(self, token: str, domain: str, now: float | None = None) -> VccAgent | int:
        """The agent whom the token names, or the number of what is wrong."""
        if domain not in (words.DOMAIN, words.UNPAID_DOMAIN):
            return 404
        if domain == words.UNPAID_DOMAIN:
            return 405
        try:
            extension = read_token(token, words.ACCESS_KEY, time.time() if now is None else now)
        except BadToken:
            return 401
        return self.agents.get(extension, 400)

    def login_failure(self, code: int) -> Response:
        """The contract knows of two forms, a word with a message, and numbers, in the body or as
        the status, and not which is VCC's.

        mixed: the word for a token that is not accepted, numbers in the body for the rest; the
        other styles are one form for all.
        """
        word = self.login_style == "errors" or (self.login_style == "mixed" and code == 401)
        answer = jsonify(code="errors" if word else code, message=words.LOGIN_ERRORS[code])
        answer.status_code = code if self.login_style == "http" else 200
        return answer

    def record(self, agent: VccAgent) -> dict[str, Any]:
        name = self.exchange.agents[agent.extension].name
        user = {
            "username": name,
            "agent_id": int(agent.extension),
            "phone_no": agent.extension,
            "role": agent.role,
        }
        return {**user, "callout_services": words.SERVICES}


def join(app: Flask, exchange: Exchange, faults: Faults) -> Vcc:
    cloud = Vcc(exchange, faults)

    @app.post("/vcc/<domain>/thirdParty/login")
    def vcc_login(domain: str) -> Response:
        """The token in a JSON body or in a form."""
        trouble = _trouble(cloud)
        body = request.get_json(silent=True) or request.form
        agent = 500 if trouble else cloud.who(str(body.get("token", "")), domain)
        if isinstance(agent, int):
            return cloud.login_failure(agent)
        return jsonify(
            code="ok",
            user={
                "user_id": int(agent.extension) + 30_000,
                "token": f"session-{agent.extension}",
                **cloud.record(agent),
            },
        )

    @app.get("/vcc/api/login/check-partner")
    def vcc_check_partner() -> Response:
        trouble = _trouble(cloud)
        agent = (
            500
            if trouble
            else cloud.who(request.args.get("authToken", ""), request.args.get("domain", ""))
        )
        if isinstance(agent, int):
            return _for_pages(jsonify(code=agent, message=words.LOGIN_ERRORS[agent]))
        account = {
            "sip_server_url": "sip.vcc.test",
            "sip_socket": f"ws://{request.host}/vcc/sip",
            "agent_server_url": f"{request.host}/vcc/agent",
        }
        return _for_pages(jsonify(code=200, user=cloud.record(agent), account=account))

    @app.get("/vcc/js/embed/<name>")
    def vcc_script(name: str) -> Response:
        if name not in SCRIPTS or faults.happens("script_missing", name):
            abort(404)
        text = "\n".join((_FOLDER / part).read_text(encoding="utf-8") for part in SCRIPTS[name])
        if name == "cs_const.js" and cloud.switches:
            text += (
                "Object.assign(csSwitches,"
                f" {jsonify(cloud.switches).get_data(as_text=True).strip()});\n"
            )
        return _for_pages(Response(text, mimetype="text/javascript"))

    @app.get("/vcc/images/320x240.ogg")
    def vcc_placeholder() -> Response:
        return _for_pages(Response((_FOLDER / "320x240.ogg").read_bytes(), mimetype="video/ogg"))

    @app.route("/vcc/switches", methods=["GET", "POST"])
    def vcc_switches() -> Response | tuple[Response, int]:
        """Not the vendor's: how the next page's scripts behave, and how a refused login is said. {}
        is the newest build.
        """
        if request.method == "POST":
            wanted = dict(request.get_json())
            style = wanted.pop("login_style", "mixed")
            if style not in LOGIN_STYLES or not wanted.keys() <= SWITCHES.keys():
                return (
                    jsonify(
                        error="no such switch", switches=sorted(SWITCHES), login_style=LOGIN_STYLES
                    ),
                    400,
                )
            cloud.switches, cloud.login_style = wanted, style
        return jsonify({**cloud.switches, "login_style": cloud.login_style})

    join_sockets(app, cloud.who, cloud.agents.get, faults)
    return cloud


def _trouble(cloud: Vcc) -> bool:
    """Slow, as long as is asked for; then whether it fails."""
    seconds, fails = cloud.faults.rest("vcc")
    if seconds:
        gevent.sleep(seconds)
    return fails


def _for_pages(answer: Response) -> Response:
    origin = request.headers.get("Origin", "")
    if _PHONE_PAGES.fullmatch(origin):
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Vary"] = "Origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer
