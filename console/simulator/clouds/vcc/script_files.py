"""The pretend VCC scripts, below the vendor's names, and the switches of their builds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("scripts")
PLACEHOLDER = FOLDER / "fake_placeholder.ogg"
CONSTANTS = "cs_const.js"
# One script of the vendor may be several files here.
SCRIPTS = {
    "jquery.min.js": ("fake_jquery.min.js",),
    "jssip-3.2.10.js": ("fake_jssip.js", "fake_jssip_session.js", "fake_jssip_customer.js"),
    "init-3.0.7.js": ("fake_init.js",),
    "web.push.js": ("fake_web_push.js",),
    CONSTANTS: ("fake_cs_const.js",),
    "cs_voice.js": ("fake_cs_voice.js", "fake_cs_voice_messages.js", "fake_cs_voice_extras.js"),
}
_SWITCH = re.compile(r"^  (\w+): (.*?),", re.MULTILINE)
# Each switch of the scripts, with the value of most builds.
SWITCHES: dict[str, Any] = {
    name: json.loads(value)
    for name, value in _SWITCH.findall((FOLDER / SCRIPTS[CONSTANTS][0]).read_text("utf-8"))
}


def script(name: str, switches: Mapping[str, Any]) -> str:
    """A script's text; the changed switches stand at the end of the constants."""
    text = "\n".join((FOLDER / part).read_text(encoding="utf-8") for part in SCRIPTS[name])
    if name == CONSTANTS and switches:
        given = json.dumps(dict(sorted(switches.items())), separators=(",", ":"))
        text += f"Object.assign(csSwitches, {given});\n"
    return text
