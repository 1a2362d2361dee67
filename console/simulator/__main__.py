"""`python -m console.simulator`: the simulator as a process of its own, on loopback only.

In development `python app.py` starts it.
"""

from gevent import monkey

monkey.patch_all()

from .serve import serve  # noqa: E402 - what gevent has to patch is loaded from here on

serve()
