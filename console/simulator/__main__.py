"""`python -m console.simulator`: the simulator as a process of its own, on loopback only.

In development `python app.py` starts it.
"""

from gevent import monkey

monkey.patch_all()

from .web.serve import serve  # noqa: E402 - gevent must patch before this import

serve()
