"""python -m tests.chaos --rounds 20 --seed 1: exits with 1 when a round does not recover."""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time

from playwright.sync_api import BrowserType, sync_playwright

from tests.chaos.rounds import ROUND_S, NotRecovered, bounded, play, recover
from tests.chaos.simulation import Simulation

FAULTS = 10


def run(
    chromium: BrowserType, seed: int, rounds: int, faults: int = FAULTS, first: int = 0
) -> list[str]:
    """The faults that did not recover.

    A round depends on the seed and its number; a bad round is followed by a new simulation.
    """
    bad: list[str] = []
    simulation = Simulation(chromium)
    try:
        for number in range(first, first + rounds):
            try:
                _round(simulation, seed, number, faults)
            except NotRecovered as error:
                bad.append(f"seed {seed} round {number}: {error}")
                print(f"NOT HEALED: {bad[-1]}", flush=True)
                simulation.__exit__(None, None, None)
                simulation = Simulation(chromium)
    finally:
        simulation.__exit__(None, None, None)
    return bad


def _round(simulation: Simulation, seed: int, number: int, faults: int) -> None:
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"seed {seed} round {number} {time.monotonic() - began:6.1f} s: {what}", flush=True)

    with bounded(ROUND_S):
        play(simulation, random.Random(f"{seed}-{number}"), faults, say)
        recover(simulation, say)
    say("recovered")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument(
        "--first",
        type=int,
        default=0,
        help="the number of the first round, to play a later one again",
    )
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--faults", type=int, default=FAULTS, help="of each round")
    given = parser.parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # so that everything that was started is stopped
    print(f"--seed {given.seed}", flush=True)
    with sync_playwright() as playwright:
        bad = run(playwright.chromium, given.seed, given.rounds, given.faults, given.first)
    print(f"{given.rounds - len(bad)} of {given.rounds} rounds recovered")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
