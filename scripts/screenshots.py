"""Pictures of every page and state: python -m scripts.screenshots FOLDER [VARIANT …].

Both languages, both themes, wide and 320 px; then a contact sheet. The pictures of a whole run
include docs/workspace.png, the one in the README.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.contact_sheet import write_contact_sheet
from scripts.studio import VARIANTS, WRAP_UP_SECONDS, Studio
from tests.servers import ConsoleServer, Kamailio, launch
from tests.servers.agents import create_agent
from tests.servers.simulator import Simulator

README_PICTURE = Path(__file__).parent.parent / "docs" / "workspace.png"


def main(folder: Path, *wanted: str) -> None:
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    variants = [each for each in VARIANTS if not wanted or str(each) in wanted]
    with (
        sync_playwright() as playwright,
        Kamailio() as kamailio,
        Simulator() as exchange,
        ConsoleServer(
            sip_url=kamailio.ws_url, simulator="on", simulator_port=exchange.port
        ) as server,
    ):
        create_agent(server)
        with sqlite3.connect(server.database_url.removeprefix("sqlite:///")) as database:
            database.execute("UPDATE organisations SET wrap_up_seconds = ?", [WRAP_UP_SECONDS])
        studio = Studio(launch(playwright), server, kamailio, exchange, folder)
        for variant in variants:
            studio.customer_call(variant)
            studio.consultation(variant)
            studio.voice_elsewhere(variant)
            studio.pages(variant)
            studio.contact(variant)
            studio.wall_rows(variant)
            studio.no_microphone(variant)
        studio.offline(variants)
        write_contact_sheet(studio.browser, folder, [str(variant) for variant in variants])
        studio.browser.close()
    if (talking := folder / "talking-en-light-wide.png").exists():
        shutil.copy(talking, README_PICTURE)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
