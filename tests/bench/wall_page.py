"""python -m tests.bench.wall_page: the browser's load by a wall of 500 agents, and the delay of its
changes.

Chromium shows the wall of one supervisor while events come in by HTTP at a steady rate, each a
change of one agent. The browser's own counters (Performance.getMetrics) measure the time of script,
style and layout; a clock in the page measures the time from sending an event's number until the
tile shows it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
import urllib.request
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright
from sqlalchemy import select

from console.security.cookies import token_id
from console.storage import models
from console.storage.database import Database
from tests.bench.site import WALL
from tests.bench.systems import Console
from tests.pages import until
from tests.servers.chromium import launch

LIFE = ("ringing", "answered", "held", "resumed", "ended")
TIMES = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration")
# Each call's name carries the moment at which it was sent; the page notes how old it is when it
# comes.
WATCH = """
() => {
  globalThis.seen = []; globalThis.applied = 0;
  const known = new Set();
  document.addEventListener("console:applied", ({ detail }) => {
    globalThis.applied += 1;
    for (const id of detail.targets) {
      const name = document.getElementById(id)?.querySelector?.(".tile-caller b")?.textContent ??
        "";
      if (!name.startsWith("T") || known.has(name)) continue;
      known.add(name);
      globalThis.seen.push(Date.now() - Number(name.slice(1)));
    }
  });
}
"""


class WallSite(Console):
    """The bench's organisation; its first supervisor supervises `agents` agents."""

    def __init__(self, agents: int) -> None:
        super().__init__()
        self.agents_seen = agents
        database = Database(self.database_url)
        with database.write() as session:
            supervisor = session.scalars(
                select(models.User).where(models.User.username == "supervisor-0")
            ).one()
            teams = session.scalars(select(models.Team).order_by(models.Team.id)).all()
            session.add_all(
                models.Supervision(user_id=supervisor.id, team_id=team.id)
                for team in teams[1 : agents // WALL]
            )
            assert session.get(models.SignInSession, token_id("supervisor-0"))
        database.close()

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "CONSOLE_WALL_GATHER_SECONDS": "0.1"}


class Events(threading.Thread):
    """The life of a call at one agent after the other, at a steady rate."""

    def __init__(self, port: int, agents: int, rate: float) -> None:
        super().__init__(daemon=True)
        self.url, self.agents, self.pause = f"http://localhost:{port}/bench/event", agents, 1 / rate
        self.over = threading.Event()
        self.sent = 0

    def run(self) -> None:
        due = time.monotonic()
        while not self.over.is_set():
            agent, step = self.sent * 7 % self.agents, self.sent // self.agents
            self._post(LIFE[step % len(LIFE)], agent, step // len(LIFE))
            self.sent += 1
            due += self.pause
            self.over.wait(max(0.0, due - time.monotonic()))

    def _post(self, type: str, agent: int, call: int) -> None:
        now = time.time_ns() // 1_000_000
        told = {
            "type": type,
            "agent": agent,
            "call": f"{agent}-{call}",
            "number": f"+8490{agent:07d}",
            "direction": "inbound",
            "name": f"T{now}" if type == LIFE[0] else "",
            "at": now,
            "line": 1,
        }
        head = {"Content-Type": "application/json", "Authorization": "Bearer bench"}
        request = urllib.request.Request(self.url, json.dumps(told).encode(), head)  # noqa: S310 (our own server)
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310
            pass


def metrics(cdp: CDPSession) -> dict[str, float]:
    return {row["name"]: row["value"] for row in cdp.send("Performance.getMetrics")["metrics"]}


def measure(page: Page, cdp: CDPSession, seconds: float) -> dict[str, float]:
    page.evaluate("() => { globalThis.seen = []; globalThis.applied = 0 }")
    before = metrics(cdp)
    page.wait_for_timeout(seconds * 1000)
    after = metrics(cdp)
    told: dict[str, Any] = page.evaluate("() => ({ applied, seen })")
    spent = {name: (after[name] - before[name]) / seconds * 1000 for name in TIMES}
    late = sorted(told["seen"]) or [0]
    return {
        **spent,
        "updates": told["applied"] / seconds,
        "p50": statistics.median(late),
        "p95": late[int(len(late) * 0.95)],
        "max": late[-1],
    }


def show(what: str, row: dict[str, float]) -> None:
    parts = ", ".join(f"{name.removesuffix('Duration').lower()} {row[name]:.1f}" for name in TIMES)
    work = sum(row[name] for name in TIMES[:3])
    each = (
        f"; {work / row['updates']:.2f} ms per update, {row['updates']:.1f} updates/s"
        if row["updates"]
        else ""
    )
    late = (
        f"; shown after {row['p50']:.0f} ms (95%: {row['p95']:.0f}, most: {row['max']:.0f})"
        if row["max"]
        else ""
    )
    print(f"{what:28} ms per second: {parts}{each}{late}", flush=True)


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m tests.bench.wall_page", description=__doc__)
    words.add_argument("--agents", type=int, default=500)
    words.add_argument("--rate", type=float, default=50)
    words.add_argument("--seconds", type=float, default=15)
    words.add_argument("--width", type=int, default=1920)
    given = words.parse_args()
    with WallSite(given.agents) as server, sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(
            viewport={"width": given.width, "height": 1080}, locale="en-GB"
        )
        context.add_cookies(
            [{"name": "console", "value": "supervisor-0", "url": f"http://localhost:{server.port}"}]
        )
        for path in ("/wall", "/wall/tv"):
            page = context.new_page()
            page.goto(f"http://localhost:{server.port}{path}")
            until(
                page,
                f"document.querySelectorAll('.tile').length === {given.agents} &&"
                " document.querySelector('#link[data-link=online]')",
            )
            cdp = context.new_cdp_session(page)
            cdp.send(
                "Performance.enable", {"timeDomain": "threadTicks"}
            )  # CPU time: what else runs on the machine does not count
            page.evaluate(WATCH)
            page.wait_for_timeout(2000)
            show(f"{path}, {given.agents} agents, quiet", measure(page, cdp, given.seconds))
            events = Events(server.port, given.agents, given.rate)
            events.start()
            page.wait_for_timeout(2000)
            show(f"{path}, {given.rate:g} changes/s", measure(page, cdp, given.seconds))
            events.over.set()
            events.join()
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
