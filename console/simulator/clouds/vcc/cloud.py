"""VCC's pretend cloud: one domain with its agents, their tokens, and the build of its scripts."""

from __future__ import annotations

import time
from typing import Any

from ...exchange import Device, Exchange
from ...exchange.faults import Faults
from . import domain
from .agent import VccAgent
from .tokens import BadToken, read_token


class VccCloud:
    """`switches`: the differences of its scripts from the newest build (fake_cs_const.js names
    them). `login_style`: the form of a refused login.
    """

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        self._exchange, self._faults = exchange, faults
        self.agents: dict[str, VccAgent] = {}
        self.switches: dict[str, Any] = {}
        self.login_style = "mixed"
        for extension, role in domain.ROLES.items():
            self.add_agent(extension, role)

    def add_agent(self, extension: str, role: int = domain.AGENT_ROLE) -> None:
        """The exchange may have the extension already, with a name."""
        if extension not in self._exchange.agents:
            device = domain.ROLE_DEVICES.get(role, Device.BROWSER)
            self._exchange.add_agent(extension, f"Agent {extension}", device)
        self.agents[extension] = VccAgent(self._exchange, self._faults, extension, role)

    def authenticate(self, token: str, domain_name: str) -> VccAgent | int:
        """The token's agent, or the number of the login error."""
        if domain_name not in (domain.DOMAIN, domain.UNPAID_DOMAIN):
            return 404
        if domain_name == domain.UNPAID_DOMAIN:
            return 405
        try:
            extension = read_token(token, domain.ACCESS_KEY, time.time())
        except BadToken:
            return 401
        return self.agents.get(extension, 400)
