"""docs/providers/vcc.md describes VCC as Console declares it.

`python -m tests.providers.vcc.test_document` writes the table.
"""

from __future__ import annotations

import re
from pathlib import Path

from console.domain.enums import Command, Device
from console.providers.vcc import HOST, SCRIPTS, VccProvider
from tests.providers.english import in_english

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/providers/vcc.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
MATRIX = re.compile(r"(?<=<!-- matrix -->\n).*?(?=<!-- /matrix -->)", re.DOTALL)


def matrix() -> str:
    capabilities = VccProvider().capabilities
    rows = ["| command | browser | IP phone | mobile phone | why not |", "|---|---|---|---|---|"]
    for command in Command:
        marks = ["yes" if capabilities.offers(device, command) else "–" for device in Device]
        whys = (
            capabilities.why_not.get((device, command), capabilities.otherwise)
            for device in Device
            if not capabilities.offers(device, command)
        )
        why = dict.fromkeys(map(in_english, whys))
        rows.append(f"| `{command}` | {' | '.join(marks)} | {' '.join(why)} |")
    return "\n".join(rows) + "\n"


def test_the_table_is_the_declaration() -> None:
    assert MATRIX.findall(TEXT) == [matrix()], "run: python -m tests.providers.vcc.test_document"


def test_the_settings_and_secrets_that_are_read_are_explained() -> None:
    source = (DOCUMENT.parents[2] / "console/providers/vcc/__init__.py").read_text(encoding="utf-8")
    read = set(re.findall(r"""settings(?:\.get\(|, )"([a-z_]+)""", source)) | set(
        VccProvider().secrets
    )
    assert {"domain", "base_url", "hosts", "scripts", "access_key"} == read
    assert [name for name in read if f"| `{name}` |" not in TEXT] == []
    assert HOST in TEXT and all(
        script.split("-")[0].removesuffix(".js").removesuffix(".min") in TEXT for script in SCRIPTS
    )


if __name__ == "__main__":
    DOCUMENT.write_text(MATRIX.sub(lambda _: matrix(), TEXT), encoding="utf-8")
