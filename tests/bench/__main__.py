"""python -m tests.bench: Console beside a naive flask-sock loop and Node socket.io, measured in one run. docs/performance.md reads it."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.site import AGENTS, WALL, WALLS
from tests.bench.systems import Console, Load, Naive, Peer, Server, SocketIo, build_load
from tests.bench.table import table

Measured = dict[str, float]
SYSTEMS: tuple[type[Server], ...] = (Console, Naive, SocketIo)
AHEAD, LINES = 3, 16  # requests ahead, and committed lines per request, of "as fast as it goes"
RATE, STALLED_RATE, FEW = 200, 100, 100


class Bench:
    def __init__(self, program: Path, seconds: float) -> None:
        self.program = program
        self.seconds = seconds
        self.rows: dict[tuple[str, str], list[Measured]] = defaultdict(list)

    def note(self, what: str, server: Server, measured: Measured) -> None:
        measured["cpu_per_million"] = measured.get("cpu", 0.0) / max(measured.get("messages", 0.0), 1.0) * 1e6
        self.rows[what, server.name].append(measured)
        shown = ", ".join(f"{name} {value:.5g}" for name, value in measured.items() if value and name in _SHOWN)
        print(f"  {what:9} {server.name:16} {shown}", flush=True)

    def walls(self, kind: type[Server]) -> None:
        """500 walls: lines that are committed already, then events with their transaction."""
        with kind() as server, Load(self.program, server, server.walls(WALLS), WALL) as load:
            load.tell("events 8 2")
            self.note("events", server, load.tell(f"events 8 {self.seconds}"))
            load.tell(f"relay {AHEAD} {LINES} 2")  # the last: it takes numbers that the journal has not given
            relayed = load.tell(f"relay {AHEAD} {LINES} {self.seconds}")
            self.note("relay", server, relayed)
            if kind is Console:
                Peer.size = round(relayed["bytes"] / relayed["messages"])

    def agents(self, kind: type[Server]) -> None:
        """1,000 agents: memory while nothing happens, 200 events a second, and for Console where the time goes, and all back at once."""
        with kind() as server, self._thousand(server) as load:
            load.tell(f"rate {RATE} 2")
            self.note("rate", server, load.tell(f"rate {RATE} {self.seconds * 2}"))
            if kind is Console:
                self._shares(server, load)
                self.note("reconnect", server, load.tell("reconnect"))

    def memory(self, kind: type[Server]) -> None:
        """The first of these figures alone."""
        with kind() as server, self._thousand(server):
            pass

    @contextmanager
    def _thousand(self, server: Server) -> Iterator[Load]:
        with Load(self.program, server, server.agents(50), 50) as load:
            load.tell("rate 50 1")  # what is loaded and compiled once is no socket's
        before = server.memory()
        with Load(self.program, server, server.agents(AGENTS), AGENTS) as load:
            for _ in range(15):  # the first pings and answers, which come together, are over
                if load.tell("idle 2")["cpu"] < 0.6:
                    break
            self.note("memory", server, {"kilobytes": (server.memory() - before) / AGENTS})
            yield load

    def _shares(self, server: Server, load: Load) -> None:
        idle = load.tell("idle 5")["cpu"] / 5
        server.post("/bench/shares?on=1")
        told = load.tell(f"rate {RATE} {self.seconds}")
        parts = server.post("/bench/shares?on=0")
        parts["idle"] = idle * (self.seconds + 0.5)
        parts["http"] = parts.pop("all") - sum(parts.values())
        self.note("shares", server, {name: value / told["answered"] * 1e3 for name, value in parts.items()})

    def stalled(self, kind: type[Server]) -> None:
        """100 walls, without and with one that never reads."""
        for what, count in (("alone", 0), ("stalled", 1)):
            with kind() as server, Load(self.program, server, server.walls(FEW, count), WALL) as load:
                load.tell(f"rate {STALLED_RATE} 2")
                self.note(what, server, load.tell(f"rate {STALLED_RATE} {self.seconds * 2}"))


_SHOWN = frozenset("per_second cpu_per_million p50 p99 max seconds kilobytes open lost refused http database rendering relay idle".split())


def middle(rows: list[Measured]) -> Measured:
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def machine() -> str:
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?")
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}"


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--seconds", type=float, default=4.0, help="of one measurement")
    words.add_argument("--only", default="walls,agents,stalled")
    given = words.parse_args()
    if (os.cpu_count() or 1) < 2:
        sys.exit("The bench needs two cores: one for the server, one for the load.")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(build_load(Path(folder)), given.seconds)
        plans: dict[str, tuple[Callable[[type[Server]], None], tuple[type[Server], ...]]] = {
            "walls": (bench.walls, SYSTEMS),
            "agents": (bench.agents, SYSTEMS),
            "stalled": (bench.stalled, (Console,)),
            "memory": (bench.memory, SYSTEMS),
        }
        for number in range(given.rounds):
            print(f"round {number + 1} of {given.rounds}, load average {os.getloadavg()[0]:.1f}", flush=True)
            for name in given.only.split(","):
                plan, systems = plans[name]
                for kind in systems:
                    plan(kind)
    print(f"\n{machine()}; the middle of {given.rounds} rounds; {Peer.size} bytes per message\n")
    print(table({key: middle(rows) for key, rows in bench.rows.items()}))


if __name__ == "__main__":
    main()
