"""The daily deletion of old rows: once a day, on one worker, in small transactions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from console.config import SettingsError, load_settings
from console.storage import models
from tests.cast import Cast
from tests.realtime.old_rows import add, call, ids, keeper


def test_many_rows_are_deleted_in_small_transactions_with_pauses(cast_: Cast) -> None:
    add(cast_, *(call(cast_, f"{n:04}", 11) for n in range(225)))
    left, pauses = list[int](), list[int]()
    made = keeper(cast_, note=0)

    def pause() -> None:
        pauses.append(1)
        left.append(len(ids(cast_, models.Call)))

    made._pause = pause
    made.delete_old()
    assert left == [175, 125, 75, 25, 0]


def test_one_worker_does_the_daily_work(cast_: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    workers = {name: keeper(cast_) for name in ("one", "two")}
    for name, worker in workers.items():
        monkeypatch.setattr(worker, "delete_old", lambda name=name: done.append(name))
    for worker in [*workers.values(), *workers.values()]:
        worker.delete_daily()
    assert done == ["one"]


def test_daily_work_that_could_not_begin_is_tried_again(
    cast_: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(cast_, call(cast_, "old", 11))
    made = keeper(cast_)
    with monkeypatch.context() as away:
        away.setattr(made, "_accounts", None)  # the database does not answer
        with pytest.raises(AttributeError):
            made.delete_daily()
    made.delete_daily()
    assert ids(cast_, models.Call) == set()


def test_a_kind_of_rows_that_fails_delays_no_other(
    cast_: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(cast_, call(cast_, "old", 11))
    made = keeper(cast_)
    remove = made._delete_some

    def broken(kind: Any, before: int) -> Any:
        if kind.find.__name__ == "_find_lines":
            raise ValueError(json.dumps({}))
        return remove(kind, before)

    monkeypatch.setattr(made, "_delete_some", broken)
    made.delete_old()
    assert ids(cast_, models.Call) == set()


@pytest.mark.parametrize(
    ("name", "days"), [("JOURNAL", "0.5"), ("LEASE_HISTORY", "5"), ("CALL", "-1")]
)
def test_a_harmful_retention_time_is_refused(name: str, days: str) -> None:
    with pytest.raises(SettingsError, match="KEEP"):
        load_settings({"CONSOLE_ENV": "development", f"CONSOLE_KEEP_{name}_DAYS": days})
