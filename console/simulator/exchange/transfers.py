"""Transfers: to a colleague (who may be asked first), to the queue, or outside."""

from __future__ import annotations

from .core import Core
from .events import request
from .model import Agent, Call, Transfer
from .queue import CallQueue

CONSENT_SECONDS = 10.0  # a colleague who does not agree in time has refused


class Transfers:
    def __init__(self, core: Core, queue: CallQueue) -> None:
        self._core, self._queue = core, queue
        self.events = core.events

    @request
    def transfer(self, call: Call, to: str, *, ask: bool = True) -> Transfer:
        """`to`: an extension, "queue", or a number outside. With `ask` the colleague has 10 s for
        `answer_transfer`.

        The agent is notified of transfer_accepted or transfer_refused, then of transfer_done or
        transfer_failed; the colleague of transfer_asked (and transfer_withdrawn). Then the
        colleague's phone rings (`ringing` with transferred=True); when they answer, the first
        agent's call ends as `transferred`.
        """
        transfer = Transfer(call, to)
        if not call.talking:
            self._fail(transfer, "not_in_a_call")
        elif call.transfer and call.transfer.state in ("asked", "accepted"):
            self._fail(transfer, "failed")
        else:
            call.transfer = transfer
            self._begin(transfer, ask)
        return transfer

    def _begin(self, transfer: Transfer, ask: bool) -> None:
        call, to = transfer.call, transfer.to
        colleague = self._core.agents.get(to)
        if call.direction == "internal" or not (colleague or to == "queue" or to.isdigit()):
            self._fail(transfer, "failed")
        elif colleague is None:
            self._let_go(transfer)
        elif to == call.extension or not self._is_free(colleague):
            self._fail(transfer, "failed")
        elif ask:
            self._ask(transfer, colleague)
        else:
            self._offer(transfer)

    def _is_free(self, colleague: Agent) -> bool:
        return colleague.reachable and colleague.free_line is not None

    def _ask(self, transfer: Transfer, colleague: Agent) -> None:
        self.events.publish("transfer_asked", transfer.call, colleague, transfer=transfer)
        self._core.timers.start(
            transfer.call,
            "consent",
            CONSENT_SECONDS,
            lambda: self.answer_transfer(transfer, accept=False),
        )

    @request
    def answer_transfer(self, transfer: Transfer, *, accept: bool) -> bool:
        """The colleague takes the offered call, or does not."""
        if transfer.state != "asked" or not transfer.call.talking:
            return False
        self._core.timers.cancel(transfer.call, "consent")
        if accept:
            self.events.publish("transfer_accepted", transfer.call, transfer=transfer)
            self._offer(transfer)
        else:
            transfer.state = "refused"
            self.events.publish("transfer_refused", transfer.call, transfer=transfer)
        return True

    def _offer(self, transfer: Transfer) -> None:
        colleague = self._core.agents[transfer.to]
        if not self._is_free(colleague):
            return self._fail(transfer, "failed")
        transfer.state = "accepted"
        transfer.offered = self._core.calls.continued(transfer.call)
        transfer.offered.transfer = transfer
        self._core.ringing.start(transfer.offered, colleague, transferred=True)
        return None

    def _let_go(self, transfer: Transfer) -> None:
        """Transfers to the queue or to an outside number, without anybody's consent."""
        self._complete(transfer)
        if transfer.to == "queue":
            self._queue.add(self._core.calls.continued(transfer.call))

    def _complete(self, transfer: Transfer) -> None:
        transfer.state = "done"
        self.events.publish("transfer_done", transfer.call, transfer=transfer)
        self._core.calls.end(transfer.call, "transferred", "agent")

    def _fail(self, transfer: Transfer, code: str) -> None:
        transfer.state, transfer.code = "failed", code
        self.events.publish("transfer_failed", transfer.call, transfer=transfer, code=code)

    def complete_offered(self, call: Call) -> None:
        """The colleague has answered: the first agent's part is over."""
        transfer = call.transfer
        if transfer is not None and transfer.offered is call and transfer.call.talking:
            self._complete(transfer)

    def end_transfer(self, call: Call, before: str) -> None:
        """Either part of an open transfer has ended."""
        transfer = call.transfer
        if transfer is None or transfer.state not in ("asked", "accepted"):
            return
        if call is transfer.offered:
            self._fail(transfer, "failed")
            return
        if transfer.state == "asked":
            colleague = self._core.agents[transfer.to]
            self.events.publish("transfer_withdrawn", call, colleague, transfer=transfer)
        transfer.state, transfer.code = "failed", "not_in_a_call"
        if transfer.offered is not None:
            self._core.calls.end(transfer.offered, "missed", "remote")
