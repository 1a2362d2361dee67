"""Several workers write about one agent at the same moment: no fact is lost, and the last
picture that is pushed of an agent is what the database says.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from console.domain.enums import Availability, Device
from console.services.agent_status import change_availability
from console.services.call_edits import write_note
from console.services.contacts import save_contact
from console.storage import agents, calls, journal, models
from console.storage.database import Database
from tests.cast import CONNECTION, Cast, assemble
from tests.property_examples import examples
from tests.services.test_switchboard import START

ROUNDS = examples(60)
SEEN = ["alice", "bob"]
NUMBER = "+84912345678"
NOTE = "wants a ladder"
Work = Callable[[], object]
AtOnce = Callable[..., None]


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database, silent_after=3_600_000)  # no client falls silent while a test runs
    for agent in SEEN:
        made.holds(agent, f"{agent}-1", 1)
    return made


@pytest.fixture
def at_once() -> Iterator[AtOnce]:
    """at_once(work, work, …): each in a thread of its own, all starting together."""
    with ThreadPoolExecutor(8) as pool:

        def run(*works: Work) -> None:
            gate = Barrier(len(works))
            for done in [pool.submit(_through, gate, work) for work in works]:
                done.result()

        yield run


def _through(gate: Barrier, work: Work) -> None:
    gate.wait()
    work()


class Worker:
    """A worker with a switchboard of its own over the shared database."""

    def __init__(self, cast: Cast) -> None:
        worker = cast.worker()
        self.database = worker.database
        self.units = worker.units
        self.switchboard = worker.switchboard
        self.carriers = worker.carriers()
        self.due_work = worker.due_work(self.carriers)
        self.sign_outs = worker.sign_outs

    def says(self, agent: str, n: int, type: str, call: str = "", **more: Any) -> None:
        event = {"type": type, "call": call, "at": START + n, "connection": CONNECTION, **more}
        self.switchboard.phone_event("home", agent, f"{agent}-1", n, 1, event)

    def talks(self, agent: str, n: int, call: str) -> None:
        self.says(agent, n, "ringing", call, direction="inbound", number=NUMBER)
        self.says(agent, n + 1, "answered", call)

    def notes(self, agent: str, call: str) -> None:
        with self.units.begin("home") as unit:
            assert write_note(unit, agent, call, NOTE)

    def chooses(self, agent: str, availability: Availability, reason: str = "") -> None:
        with self.units.begin("home") as unit:
            change_availability(unit, agent, availability, reason)

    def _carried(self, agent: str) -> list[calls.Call]:
        with self.database.read() as session:
            return self.carriers.carried(session, [agent]).get((agent, f"{agent}-1"), [])

    def names_its_calls(self, agent: str) -> None:
        """The pong of the carrier."""
        self.carriers.apply_pongs("home", [], [(c, f"{agent}-1") for c in self._carried(agent)])

    def lacks_its_calls(self, agent: str) -> None:
        """The second pong of the carrier without its calls."""
        self.carriers.apply_pongs("home", self._carried(agent), [])

    def signs_out(self, agent: str) -> None:
        self.sign_outs.sign_out("home", agent, f"{agent} {agent}-1", f"{agent}-1")

    def names_the_caller(self, name: str) -> None:
        with self.database.read() as session:
            ada = session.get_one(models.User, "ada")
            contact = session.query(models.Contact.id).scalar() or ""
        save_contact(self.units, ada, number=NUMBER, name=name, contact=contact)


Workers = list[Worker]


@pytest.fixture
def workers(cast: Cast) -> Workers:
    return [Worker(cast) for _ in range(8)]


def views(cast: Cast) -> dict[str, Any]:
    """agent → what the database says now."""
    with cast.database.read() as session:
        seen = agents.views(session, SEEN, cast.database.now(session), cast.units.silent_after)
    return {view["id"]: dict(view) for view in seen}


def pushed(cast: Cast, after: int = 0) -> dict[str, Any]:
    """agent → the last picture that was pushed."""
    with cast.database.read() as session:
        lines = journal.after(session, "home", after, limit=100_000)
    changes = [line.payload["agent"] for line in lines if line.type == "agent"]
    return {agent["id"]: agent for agent in changes}


def position(cast: Cast) -> int:
    with cast.database.read() as session:
        return journal.position(session, "home")


def test_note_at_the_hang_up_and_the_end_are_both_kept(
    cast: Cast, workers: Workers, at_once: AtOnce
) -> None:
    kept = []
    for n in range(ROUNDS):
        call, first = f"k{n}", 10 * n + 1
        workers[0].talks("alice", first, call)
        end = partial(workers[2].says, "alice", first + 2, "ended", call, ended_by="agent")
        at_once(partial(workers[1].notes, "alice", call), end)
        with cast.database.read() as session:
            row = calls.of_agent(session, "alice", call)
        kept.append(row and (row.note, row.state))
    assert [facts for facts in kept if facts != (NOTE, "ended")] == []


def test_the_last_push_matches_the_database(cast: Cast, workers: Workers, at_once: AtOnce) -> None:
    wrong = []
    workers[0].chooses("alice", Availability.available)
    workers[0].talks("alice", 1, "k")
    for n in range(ROUNDS):
        before, word = position(cast), ["held", "resumed"][n % 2]
        at_once(
            partial(workers[0].chooses, "alice", Availability.away, f"{n}"),
            partial(workers[1].says, "alice", n + 3, word, "k"),
        )
        wrong += [n] if pushed(cast, before)["alice"] != views(cast)["alice"] else []
    assert wrong == []


def wraps_up_long_since(cast: Cast) -> None:
    with cast.database.write() as session:
        session.get_one(models.Organisation, "home").wrap_up_seconds = 1
        status = agents.status_of(session, "alice")
        status.availability, status.since = Availability.wrap_up, START


def test_choice_made_when_wrap_up_ends_stands(
    cast: Cast, workers: Workers, at_once: AtOnce
) -> None:
    found = []
    for _ in range(ROUNDS):
        wraps_up_long_since(cast)
        chooses = partial(workers[1].chooses, "alice", Availability.offline)
        at_once(workers[0].due_work.tick, chooses)
        found.append(views(cast)["alice"]["availability"])
    assert set(found) == {"offline"}


def random_works(chance: random.Random, workers: list[Worker], n: int) -> list[Work]:
    """Four changes of an agent's view."""
    call, agent, device = f"k{n // 4}", chance.choice(SEEN), chance.choice(list(Device))
    word = partial(chance.choice, ["ringing", "answered", "held", "resumed", "ended"])
    works: list[Work] = [
        partial(workers[0].says, "alice", 2 * n + 1, word(), call),
        partial(workers[1].says, "bob", 2 * n + 1, word(), call),
        partial(workers[2].chooses, agent, chance.choice(list(Availability)), f"{n}"),
        partial(workers[3].says, agent, 2 * n + 2, "device_changed", device=device),
        partial(workers[4].says, agent, 2 * n + 2, chance.choice(["registered", "unregistered"])),
        partial(workers[5].names_its_calls, agent),
        partial(workers[6].lacks_its_calls, agent),
        partial(workers[7].names_the_caller, f"Lan {n}"),
        partial(workers[0].signs_out, agent),
    ]
    return chance.sample(works, 4)


def signs_in_again(cast: Cast) -> None:
    with cast.database.write() as session:
        for agent in SEEN:
            times = {"created_at": START, "seen_at": START}
            session.merge(models.SignInSession(id=f"{agent} {agent}-1", user_id=agent, **times))


def test_random_writers_leave_no_old_picture(cast: Cast, workers: Workers, at_once: AtOnce) -> None:
    chance, wrong = random.Random(5), []
    with cast.database.write() as session:
        session.get_one(models.Organisation, "home").wrap_up_seconds = 30
    for n in range(ROUNDS):
        signs_in_again(cast)
        before = position(cast)
        at_once(*random_works(chance, workers, n))
        seen = views(cast)
        wrong += [(n, agent) for agent, view in pushed(cast, before).items() if view != seen[agent]]
    assert wrong == []


def test_journal_numbers_have_no_gaps(cast: Cast, workers: list[Worker], at_once: AtOnce) -> None:
    announced: list[list[int]] = []
    for worker in workers:
        worker.units.announce = lambda lines: announced.append([line.seq for line in lines])
    for n in range(20):
        away = enumerate(partial(worker.chooses, "alice", Availability.away) for worker in workers)
        at_once(*(partial(chooses, f"{n} of {i}") for i, chooses in away))
    assert sorted(seq for lines in announced for seq in lines) == list(range(1, position(cast) + 1))
