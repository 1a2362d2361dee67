"""The pretend telephone exchange behind all pretend clouds: extensions, customers, a queue; calls
ring, talk, hold, move and fail.

The exchange is pure Python on a clock, and all chance comes from its seed: the same seed and the
same requests at the same times give the same calls. A vendor's cloud makes requests by the methods
of Exchange and learns what happened through its CloudAdapter:

| kind | to | facts |
|---|---|---|
| ringing | the called agent | transferred=True: a colleague transfers the call |
| ring_stopped | the called agent, who did not answer | cause: missed, rejected |
| dialing, agent_ringing | the dialling agent; their own device is called first | |
| agent_answered | the agent whose device picked up | |
| customer_ringing, customer_answered | the dialling agent, also of a colleague | |
| held, resumed | the agent of the call | |
| hold_refused | the agent of the call | wanted: hold, resume |
| failed | the dialling agent; `ended` follows | cause, sip_code, code |
| ended | the agent of the call, last | cause; by: agent, remote, system |
| presence | the agent | value: online, offline, no_answer (after a missed call) |
| device | the agent | value, number, asked; a refused switch keeps the old value |
| transfer_asked, transfer_withdrawn | the colleague; the call is the first agent's | transfer |
| transfer_accepted, _refused, _done, _failed | the first agent | transfer, code |

Other kinds (customer_calls, queued, connected, disconnected, dtmf) are for the log: an adapter
ignores the kinds that it does not know.
"""

from .enums import Device
from .exchange import Exchange
from .model import Agent, Call, CloudAdapter, Transfer

__all__ = ["Agent", "Call", "CloudAdapter", "Device", "Exchange", "Transfer"]
