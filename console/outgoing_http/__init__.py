"""Requests to addresses that an organisation has set: public ones only, short and small.

A name is resolved once, every address that it gives is checked, and the connection goes to the
address that was checked: a name whose answer changes between two look-ups cannot reach the private
network. Proxies of the environment are not used, because the target of a request behind a proxy is
unknown.
"""

from .answer import Answer, OutgoingError
from .client import OutgoingHttp

__all__ = ["Answer", "OutgoingError", "OutgoingHttp"]
