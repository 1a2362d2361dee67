"""The workspace's first load in a real browser: bytes by kind, then Lighthouse (desktop, signed
in).

    python -m tests.bench.first_load [--lighthouse FOLDER]

Files are as in production; Console and its SIP server are real. FOLDER holds Lighthouse as npm
installs it (`make lighthouse` does so in build/). Times are this machine's; bytes and scores are
what may be compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.pages import leave, set_availability, until
from tests.servers import ConsoleServer, Kamailio
from tests.servers.chromium import CHROMIUM, launch
from tests.servers.server_process import ROOT
from tests.servers.sessions import COOKIE, start_sessions

READY = "document.querySelector('#phone-chip').dataset.phone === 'ready'"
AUDITS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "interactive",
    "total-blocking-time",
    "cumulative-layout-shift",
)


class PackedConsole(ConsoleServer):
    def argv(self) -> list[str]:
        config = str(ROOT / "gunicorn.conf.py")
        return [sys.executable, "-m", "gunicorn", "--config", config, "tests.bench.packed:app"]

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "PYTHONPATH": str(ROOT)}


def weigh(browser: Browser, server: ConsoleServer) -> Counter[str]:
    """Bytes over the wire, headers included, until the phone is registered; the vendor's library
    apart.
    """
    weights: Counter[str] = Counter()
    context = browser.new_context(permissions=["microphone"], locale="vi-VN")
    (token,) = start_sessions(server, "alice")
    context.add_cookies(
        [{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True, "sameSite": "Lax"}]
    )
    page = context.new_page()
    page.on("requestfinished", lambda request: _count(weights, request))
    page.goto(server.url)
    set_availability(page)
    until(page, READY, timeout=60)
    page.wait_for_load_state("networkidle")
    leave(context, server.url)
    return weights


def _count(weights: Counter[str], request: Any) -> None:
    if "/commands/" in request.url:  # what an agent does later
        return
    sizes = request.sizes()
    kind = "phone library" if "/vendor/jssip" in request.url else request.resource_type
    weights[kind] += sizes["responseHeadersSize"] + sizes["responseBodySize"]


def lighthouse(folder: Path, url: str, token: str) -> dict[str, Any]:
    report = ROOT / "build/lighthouse.json"
    command = [
        "node",
        str(folder / "node_modules/lighthouse/cli/index.js"),
        url,
        "--quiet",
        "--preset=desktop",
        "--output=json",
        f"--output-path={report}",
        "--only-categories=performance,accessibility,best-practices",
        (
            "--chrome-flags=--headless=new --no-sandbox --use-fake-ui-for-media-stream"
            " --use-fake-device-for-media-stream"
        ),
        f"--extra-headers={json.dumps({'Cookie': f'{COOKIE}={token}'})}",
    ]
    subprocess.run(
        command,
        check=True,
        env={"CHROME_PATH": CHROMIUM, "PATH": "/usr/bin:/bin:/usr/local/bin"},
        timeout=300,
    )
    return dict(json.loads(report.read_text(encoding="utf-8")))


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m tests.bench.first_load", description=__doc__)
    words.add_argument("--lighthouse", type=Path)
    given = words.parse_args()
    with Kamailio() as kamailio, PackedConsole(sip_url=kamailio.ws_url, by_hand=True) as server:
        with sync_playwright() as playwright, launch(playwright) as browser:
            weights = weigh(browser, server)
        library = weights.pop("phone library", 0)
        for kind, size in weights.most_common():
            print(f"  {kind:12} {size / 1000:8.1f} KB")
        print(
            f"first load {weights.total() / 1000:.1f} KB, the phone library {library / 1000:.1f} KB"
            " beside it"
        )
        if given.lighthouse:
            (token,) = start_sessions(server, "alice")
            report = lighthouse(given.lighthouse, server.url, token)
            scores = {
                name: round(part["score"] * 100) for name, part in report["categories"].items()
            }
            print(", ".join(f"{name} {score}" for name, score in scores.items()))
            print(", ".join(f"{name} {report['audits'][name]['displayValue']}" for name in AUDITS))


if __name__ == "__main__":
    main()
