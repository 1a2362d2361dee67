"""`make mutants`: small faults in the rules of calls and of the lease; those that no test detects
are listed.

SAMPLE=300 tries so many of them, the same ones each time (SEED=2: others). All are tried by
default, which takes hours; a detected fault is tried again only when its code changes.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEAST = 0.9
WORK = ROOT / "build/mutants"  # mutmut writes next to the files it reads
NEEDED = ("console", "templates", "static", "translations", "tests", "app.py", "pyproject.toml")
# trying one makes all, so that the sample can be drawn
FIRST = "console.domain.holds.x_holds_of__mutmut_1"
MEMORY = 3 * 2**30  # a loop that never ends fills a list until then
UNNOTICED = {0: "survived", 33: "no test comes by"}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sample", type=int, default=0)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    for name in NEEDED:
        (WORK / name).unlink(missing_ok=True)
        (WORK / name).symlink_to(ROOT / name)
    (WORK / "mutants/mutmut-stats.json").unlink(
        missing_ok=True
    )  # the coverage of each test is measured again
    _run(FIRST)
    every = _results()
    chosen = random.Random(given.seed).sample(sorted(every), min(given.sample, len(every)))
    again = chosen or [
        name for name, code in every.items() if code in UNNOTICED
    ]  # there may be new tests
    if again:
        _run(*again)
    if not chosen:
        _run()
    return _report(
        {name: code for name, code in _results().items() if not chosen or name in chosen}
    )


def _run(*names: str) -> None:
    gently = ["nice", "-n", "15", "prlimit", f"--as={MEMORY}"]
    subprocess.run([*gently, *_mutmut("run", "--max-children", "1", *names)], cwd=WORK, check=True)


def _mutmut(*args: str) -> list[str]:
    return [str(Path(sys.executable).with_name("mutmut")), *args]


def _results() -> dict[str, int | None]:
    """mutant → how its tests ended; none: it was not tried."""
    found: dict[str, int | None] = {}
    for path in (WORK / "mutants/console").rglob("*.meta"):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def _report(results: dict[str, int | None]) -> int:
    tried = {name: code for name, code in results.items() if code is not None}
    if not tried:
        raise SystemExit("No mutant was tried.")
    alive = sorted(name for name, code in tried.items() if code in UNNOTICED)
    of_module = Counter(name.rsplit(".", 1)[0] for name in tried)
    alive_in = Counter(name.rsplit(".", 1)[0] for name in alive)
    for module, count in sorted(of_module.items()):
        print(f"{module:40} {count - alive_in[module]:5} of {count:5} noticed")
    shown = [
        subprocess.run(
            _mutmut("show", name), cwd=WORK, capture_output=True, text=True, check=True
        ).stdout
        for name in alive
    ]
    (WORK / "unnoticed.diff").write_text("\n".join(shown), encoding="utf-8")
    for name in alive:
        print(f"{UNNOTICED[tried[name]]:16} {name}")
    noticed = len(tried) - len(alive)
    print(
        f"{noticed} of {len(tried)} noticed ({noticed / len(tried):.1%}); the others:"
        f" {WORK.relative_to(ROOT)}/unnoticed.diff"
    )
    return 0 if noticed >= LEAST * len(tried) else 1


if __name__ == "__main__":
    sys.exit(main())
