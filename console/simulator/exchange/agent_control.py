"""Requests about one agent: sign in, presence, device."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .calls import Calls
from .enums import PRESENCES, Device
from .events import EventQueue, request
from .model import Agent, Call, CloudAdapter
from .queue import CallQueue
from .timers import Timers

LOST_SECONDS = 45.0  # a browser that is away for longer has lost its call


class AgentControl:
    """`refuses(what, extension)` is asked before a device or a presence is granted."""

    def __init__(
        self,
        agents: dict[str, Agent],
        calls: Calls,
        events: EventQueue,
        timers: Timers,
        queue: CallQueue,
        refuses: Callable[[str, str], bool],
    ) -> None:
        self._agents, self._calls, self.events = agents, calls, events
        self._timers, self._queue, self._refuses = timers, queue, refuses

    @request
    def add_agent(
        self,
        extension: str,
        name: str,
        default_device: int = Device.BROWSER,
        *,
        lines: int = 1,
        leaves_when_missed: bool = True,
    ) -> Agent:
        """`leaves_when_missed`: a missed call sets `no_answer` while the agent is signed in, so
        that the queue rings another agent.
        """
        agent = Agent(
            extension,
            name,
            default_device,
            default_device,
            lines=lines,
            leaves_when_missed=leaves_when_missed,
        )
        agent.idle_since = self._timers.now()
        self._agents[extension] = agent
        return agent

    def restart(self) -> None:
        """Give every agent their first device and presence; they stay signed in."""
        for agent in self._agents.values():
            agent.restart(self._timers.now())
            self._publish_device(agent, agent.device)
            self.events.publish("presence", None, agent, value=agent.presence)

    @request
    def connect(self, extension: str, adapter: CloudAdapter) -> None:
        """The agent is signed in; the adapter takes the place of an earlier one.

        The agent's calls (`calls_of`) go on.
        """
        agent = self._agents[extension]
        agent.adapter, agent.connected = adapter, True
        for call in agent.calls:
            self._timers.cancel(call, "lost")
        self.events.publish("connected", None, agent)
        self._queue.serve()

    @request
    def disconnect(self, extension: str, adapter: CloudAdapter | None = None) -> None:
        """No new call rings in the agent's browser. A call there ends 45 s later unless the agent
        comes back; an adapter that was replaced is ignored.

        The adapter is still notified of the agent's calls: their sound may have a connection of its
        own.
        """
        agent = self._agents[extension]
        if not agent.connected or (adapter is not None and agent.adapter is not adapter):
            return
        agent.connected = False
        self.events.publish("disconnected", None, agent)
        for call in agent.calls:
            if call.device == Device.BROWSER:
                end = partial(self._calls.end, call, "failed", "system")
                self._timers.start(call, "lost", LOST_SECONDS, end)

    @request
    def set_registered(self, extension: str, value: bool) -> None:
        """Whether the agent's browser has a connection for sound; without it, no call rings
        there.
        """
        self._agents[extension].registered = value
        self._queue.serve()

    def calls_of(self, extension: str) -> list[Call]:
        """The agent's live calls, by line."""
        return sorted(self._agents[extension].calls, key=lambda call: call.line)

    @request
    def set_presence(self, extension: str, value: str) -> str:
        """Sets online, offline (no call rings) or no_answer. Returns the resulting presence: the
        old one if the change was refused.
        """
        agent = self._agents[extension]
        if value in PRESENCES and not self._refuses("presence", extension):
            agent.presence = value
        self.events.publish("presence", None, agent, value=agent.presence)
        self._queue.serve()
        return agent.presence

    @request
    def set_device(self, extension: str, type: int, number: str | None = None) -> int:
        """Sets the device on which new calls ring; a call in progress stays. Returns the resulting
        device: the old one if the change was refused.
        """
        agent = self._agents[extension]
        has_number = type != Device.GSM or bool(number) or agent.default_device == Device.GSM
        if type in set(Device) and has_number and not self._refuses("device", extension):
            agent.device, agent.device_number = type, number if type == Device.GSM else None
        self._publish_device(agent, type)
        self._queue.serve()
        return agent.device

    def _publish_device(self, agent: Agent, asked: int) -> None:
        self.events.publish(
            "device", None, agent, value=agent.device, number=agent.device_number, asked=asked
        )
