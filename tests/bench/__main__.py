"""python -m tests.bench:

Console beside a naive flask-sock loop and Node socket.io, measured in one run. docs/performance.md
reads it.
"""

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
# about so many bytes the kernel takes for a socket that is not read, before Console has to hold any
KERNEL = 2_200_000
MOST_SENT = 20_000_000 * FEW


class Bench:
    def __init__(self, program: Path, seconds: float) -> None:
        self.program = program
        self.seconds = seconds
        self.rows: dict[tuple[str, str], list[Measured]] = defaultdict(list)

    def note(self, what: str, server: Server, measured: Measured) -> None:
        measured["cpu_per_million"] = (
            measured.get("cpu", 0.0) / max(measured.get("messages", 0.0), 1.0) * 1e6
        )
        self.rows[what, server.name].append(measured)
        shown = ", ".join(
            f"{name} {value:.5g}" for name, value in measured.items() if value and name in _SHOWN
        )
        print(f"  {what:9} {server.name:16} {shown}", flush=True)

    def walls(self, kind: type[Server]) -> None:
        """500 walls: lines that are committed already, then events with their transaction."""
        with kind() as server, Load(self.program, server, server.walls(WALLS), WALL) as load:
            load.tell("events 8 2")
            self.note("events", server, load.tell(f"events 8 {self.seconds}"))
            load.tell(
                f"relay {AHEAD} {LINES} 2"
            )  # the last: it takes numbers that the journal has not given
            relayed = load.tell(f"relay {AHEAD} {LINES} {self.seconds}")
            self.note("relay", server, relayed)
            self.note("single", server, load.tell(f"relay 1 1 {self.seconds}"))
            if kind is Console:
                Peer.size = round(relayed["bytes"] / relayed["messages"])

    def agents(self, kind: type[Server]) -> None:
        """1,000 agents: memory while nothing happens, 200 events a second, and for Console where
        the time goes, and all back at once.
        """
        with kind() as server, self._thousand(server) as load:
            for what, command in (
                ("rate", "rate {}"),
                ("phone", f"phone {{}} {server.connection}"),
            ):
                load.tell(command.replace("{}", f"{RATE} 2"))
                measured = load.tell(command.replace("{}", f"{RATE} {self.seconds * 2}"))
                heard(measured, 1)
                self.note(what, server, measured)
                if kind is Console:
                    Peer.size = round(measured["bytes"] / measured["messages"])
                    self._shares(
                        server, load, what, command.replace("{}", f"{RATE} {self.seconds}")
                    )
            if kind is Console:
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

    def _shares(self, server: Server, load: Load, what: str, command: str) -> None:
        idle = load.tell("idle 5")["cpu"] / 5
        server.post("/bench/shares?on=1")
        told = load.tell(command)
        parts = server.post("/bench/shares?on=0")
        parts["idle"] = idle * (self.seconds + 0.5)
        parts["door"] = parts.pop("all") - sum(parts.values())
        self.note(
            f"{what} shares",
            server,
            {name: value / told["samples"] * 1e3 for name, value in parts.items()},
        )

    def stalled(self, kind: type[Server]) -> None:
        """100 walls, without and with one that never reads: the kernel is full, so that Console
        holds what it does not take.
        """
        for what, count in (("alone", 0), ("stalled", 1)):
            with (
                kind() as server,
                Load(self.program, server, server.walls(FEW, count), WALL) as load,
            ):
                held = self._fill(server, load)
                measured = load.tell(f"rate {STALLED_RATE} {self.seconds * 2} {FEW}")
                heard(measured, FEW)
                self.note(what, server, {**measured, "held": held})
                if count:
                    self._hung_up(server, load)

    def _fill(self, server: Server, load: Load) -> int:
        """Until Console holds bytes for the socket that is not read; without one, about as many.

        Answers what it holds.
        """
        sent = held = 0
        while sent < (MOST_SENT if load.stalled else KERNEL * FEW) and not held:
            sent += int(load.tell("events 4 0.3")["bytes"])
            held = int(server.post("/bench/backlog")["bytes"])
        assert held or not load.stalled, (
            f"nothing waits in Console for the socket that is not read: {sent} bytes are sent"
        )
        return held

    def _hung_up(self, server: Server, load: Load) -> None:
        sent = 0.0
        while sent < MOST_SENT and server.post("/bench/backlog")["sockets"] > FEW:
            sent += load.tell("events 4 0.3")["bytes"]
        read = load.tell("wake 10")
        assert read["lost"] == 1, f"the socket that never reads was not hung up: {read}"
        self.note("woken", server, {"lost": read["lost"]})


def heard(measured: Measured, readers: int) -> None:
    """Each event that was sent has come to each reader. `timed`: those that a message showed as its
    newest, in percent.

    Many events of few agents share transactions on a busy machine: then both messages show the
    later one.
    """
    sent, timed = (measured["posted"] - measured["refused"]) * readers, measured["samples"]
    assert measured["messages"] >= sent and (
        timed == sent if readers == 1 else sent >= timed > sent / 2
    ), f"{sent:.0f} sent: {measured}"
    measured["timed"] = 100 * timed / sent


_SHOWN = frozenset(
    "per_second cpu_per_million p50 p99 max seconds kilobytes open"
    " lost refused held bytes timed".split()
    + "door database rendering relay idle".split()
)


def middle(rows: list[Measured]) -> Measured:
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def machine() -> str:
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "?",
    )
    return (
        f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, Python"
        f" {platform.python_version()}"
    )


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
            print(
                f"round {number + 1} of {given.rounds}, load average {os.getloadavg()[0]:.1f}",
                flush=True,
            )
            for name in given.only.split(","):
                plan, systems = plans[name]
                for kind in systems:
                    plan(kind)
    print(f"\n{machine()}; the middle of {given.rounds} rounds; {Peer.size} bytes per message\n")
    print(table({key: middle(rows) for key, rows in bench.rows.items()}))


if __name__ == "__main__":
    main()
