"""Handing a call on: to a colleague (who may be asked first), to the queue, or outside."""

from __future__ import annotations

from .exchange_core import told
from .outgoing import Outgoing
from .words import Call, Transfer

CONSENT_SECONDS = 10.0  # a colleague who does not say yes has said no


class Transfers(Outgoing):
    @told
    def transfer(self, call: Call, to: str, *, ask: bool = True) -> Transfer:
        """`to`: an extension, "queue", or a number outside. News to the agent: transfer_accepted or
        transfer_refused, then transfer_done or transfer_failed; to the colleague: transfer_asked
        (and transfer_withdrawn). With `ask` the colleague has 10 s for `answer_transfer`.

        His phone then rings (`ringing` with transferred=True); when he answers, the first agent's
        call ends as `transferred`.
        """
        wish = Transfer(call, to)
        if not call.talking or (call.transfer and call.transfer.state in ("asked", "accepted")):
            self._fails_to_transfer(wish, "failed" if call.talking else "not_in_a_call")
            return wish
        call.transfer = wish
        colleague = self.agents.get(to)
        if call.direction == "internal" or not (colleague or to == "queue" or to.isdigit()):
            self._fails_to_transfer(wish, "failed")
        elif colleague is None:
            self._let_go(wish)
        elif not colleague.reachable or colleague.free_line is None or to == call.extension:
            self._fails_to_transfer(wish, "failed")
        elif ask:
            self.tell("transfer_asked", call, colleague, transfer=wish)
            self.later(
                call, "consent", CONSENT_SECONDS, lambda: self.answer_transfer(wish, accept=False)
            )
        else:
            self._offer(wish)
        return wish

    @told
    def answer_transfer(self, wish: Transfer, *, accept: bool) -> bool:
        """The colleague says yes or no to a call that he is offered."""
        if wish.state != "asked" or not wish.call.talking:
            return False
        if "consent" in wish.call.timers:
            wish.call.timers.pop("consent").cancel()
        if accept:
            self.tell("transfer_accepted", wish.call, transfer=wish)
            self._offer(wish)
        else:
            wish.state = "refused"
            self.tell("transfer_refused", wish.call, transfer=wish)
        return True

    def _offer(self, wish: Transfer) -> None:
        colleague = self.agents[wish.to]
        if not colleague.reachable or colleague.free_line is None:
            return self._fails_to_transfer(wish, "failed")
        wish.state = "accepted"
        wish.offered = self.new_call(
            wish.call.number, "inbound", wish.call.conversation, talk=wish.call.talk
        )
        wish.offered.transfer = wish
        self.ring(wish.offered, colleague, transferred=True)
        return None

    def _let_go(self, wish: Transfer) -> None:
        """To the queue, or to somebody outside: nobody here has to agree."""
        wish.state = "done"
        self.tell("transfer_done", wish.call, transfer=wish)
        self.end(wish.call, "transferred", "agent")
        if wish.to == "queue":
            waiting = self.new_call(
                wish.call.number, "inbound", wish.call.conversation, talk=wish.call.talk
            )
            self._wait(waiting, self.between(60.0, 120.0))

    def _fails_to_transfer(self, wish: Transfer, code: str) -> None:
        wish.state, wish.code = "failed", code
        self.tell("transfer_failed", wish.call, transfer=wish, code=code)

    def after_answer(self, call: Call) -> None:
        super().after_answer(call)
        wish = call.transfer
        if wish is not None and wish.offered is call and wish.call.talking:
            wish.state = "done"
            self.tell("transfer_done", wish.call, transfer=wish)
            self.end(wish.call, "transferred", "agent")

    def after_end(self, call: Call, before: str) -> None:
        """What hangs together with a call that ended: the other end, the offered transfer, the
        customer from the queue.
        """
        self._end_peer(call, before)
        self._end_transfer(call)
        unanswered = (
            before == "ringing"
            and call.cause in ("missed", "rejected")
            and call.ended_by != "remote"
        )
        if call.from_queue and unanswered:
            self.enqueue_again(call)

    def _end_peer(self, call: Call, before: str) -> None:
        peer = call.peer
        if peer is None or not peer.live:
            return
        if peer.talking:
            self.end(peer, "completed", "remote")
        elif peer.state == "ringing":
            self.end(peer, "missed", "remote")
        elif call.cause == "rejected":
            self.end(peer, "rejected", "remote", sip_code=603)
        else:
            self.end(peer, "no_answer", "remote", sip_code=408)

    def _end_transfer(self, call: Call) -> None:
        wish = call.transfer
        if wish is None or wish.state not in ("asked", "accepted"):
            return
        if call is wish.offered:
            self._fails_to_transfer(wish, "failed")
            return
        if wish.state == "asked":
            self.tell("transfer_withdrawn", call, self.agents[wish.to], transfer=wish)
        wish.state, wish.code = "failed", "not_in_a_call"
        if wish.offered is not None:
            self.end(wish.offered, "missed", "remote")
