"""`make mutants`: small faults put into the rules of calls and of the lease; each that no test notices is shown.

SAMPLE=300 tries so many of them, the same ones each time (SEED=2: others). Without it all are tried, which takes hours; what was
tried before is not tried again until its code changes.
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
WORK = ROOT / "build/mutants"  # mutmut writes beside what it reads
NEEDED = ("console", "templates", "static", "translations", "tests", "app.py", "pyproject.toml")
FIRST = "console.domain.holds.*"  # few, so that all mutants are made before the sample is drawn
UNNOTICED = (0, 33)  # pytest found nothing wrong, or no test comes by


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sample", type=int, default=0)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    for name in NEEDED:
        (WORK / name).unlink(missing_ok=True)
        (WORK / name).symlink_to(ROOT / name)
    chosen = []
    if given.sample:
        _run(FIRST)
        every = sorted(_results())
        chosen = random.Random(given.seed).sample(every, min(given.sample, len(every)))
    _run(*chosen)
    return _report({name: code for name, code in _results().items() if not chosen or name in chosen})


def _run(*names: str) -> None:
    subprocess.run(["nice", "-n", "15", *_mutmut("run", "--max-children", "1", *names)], cwd=WORK, check=True)


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
    alive = sorted(name for name, code in tried.items() if code in UNNOTICED)
    of_module = Counter(name.rsplit(".", 1)[0] for name in tried)
    alive_in = Counter(name.rsplit(".", 1)[0] for name in alive)
    for module, count in sorted(of_module.items()):
        print(f"{module:40} {count - alive_in[module]:5} of {count:5} noticed")
    shown = [subprocess.run(_mutmut("show", name), cwd=WORK, capture_output=True, text=True, check=True).stdout for name in alive]
    (WORK / "unnoticed.diff").write_text("\n".join(shown), encoding="utf-8")
    print(f"{len(tried) - len(alive)} of {len(tried)} noticed; the others: {WORK.relative_to(ROOT)}/unnoticed.diff")
    return 0 if len(alive) * 10 <= len(tried) else 1


if __name__ == "__main__":
    sys.exit(main())
