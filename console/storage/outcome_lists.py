"""The lists of outcomes, as an administrator sets them up: an organisation's, or a team's own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain.outcomes import LONGEST_OUTCOME, MOST_OUTCOMES
from .models import Organisation, Outcome, Team, User
from .organisations import SetUpError, organisation_named, team_named


class OutcomeList:
    """One list. `team`: the team whose own it is; None: the organisation's."""

    def __init__(self, session: Session, organisation: str, team: str | None = None) -> None:
        self._session = session
        self.organisation: Organisation = organisation_named(session, organisation)
        self.team: Team | None = team_named(session, self.organisation, team) if team else None

    @property
    def rows(self) -> list[Outcome]:
        """All of it: those that are offered in their order, then the retired ones."""
        team = self.team.id if self.team else None
        query = select(Outcome).where(
            Outcome.organisation_id == self.organisation.id,
            Outcome.team_id.is_not_distinct_from(team),
        )
        return list(
            self._session.scalars(query.order_by(Outcome.retired, Outcome.position, Outcome.id))
        )

    @property
    def offered(self) -> list[Outcome]:
        return [row for row in self.rows if not row.retired]

    def add(self, name: str) -> None:
        """Adds an outcome at the end, or offers a retired one again."""
        name, offered = _checked(name), self.offered
        row = next((row for row in self.rows if row.name == name), None)
        if row is not None and not row.retired:
            raise SetUpError(f"There is an outcome {name!r} already.")
        if len(offered) >= MOST_OUTCOMES:
            raise SetUpError(f"A list has at most {MOST_OUTCOMES} outcomes. Retire one first.")
        row = row or Outcome(
            organisation_id=self.organisation.id,
            team_id=self.team.id if self.team else None,
            name=name,
            position=0,
        )
        row.retired = False
        self._session.add(row)
        self._place([*offered, row])

    def rename(self, name: str, new_name: str) -> None:
        """Renames an outcome, on the calls that have it too."""
        row, new_name = self._named(name), _checked(new_name)
        if any(other.name == new_name for other in self.rows if other is not row):
            raise SetUpError(f"There is an outcome {new_name!r} already.")
        row.name = new_name
        self._session.flush()

    def move(self, name: str, position: int) -> None:
        """Puts an outcome at this place, counted from 1."""
        row = self._offered_named(name)
        others = [other for other in self.offered if other is not row]
        if not 1 <= position <= len(others) + 1:
            raise SetUpError(f"The list has the places 1 to {len(others) + 1}.")
        self._place([*others[: position - 1], row, *others[position - 1 :]])

    def retire(self, name: str) -> None:
        """Offers an outcome no longer. Calls that have it keep it."""
        row = self._offered_named(name)
        row.retired = True
        self._session.flush()

    def require(self, required: bool | None) -> None:
        """Whether calls need an outcome; None: as the organisation has set it for all teams."""
        if self.team is not None:
            self.team.outcome_required = required
        elif required is None:
            raise SetUpError("Only a team can follow its organisation. Name it with --team.")
        else:
            self.organisation.outcome_required = required
        self._session.flush()

    @property
    def agents(self) -> list[str]:
        """The people whose pages show this list, or may show it."""
        query = select(User.id).where(
            User.organisation_id == self.organisation.id, User.disabled.is_(False)
        )
        if self.team is not None:
            query = query.where(User.team_id == self.team.id)
        return list(self._session.scalars(query))

    def _named(self, name: str) -> Outcome:
        row = next((row for row in self.rows if row.name == name.strip()), None)
        if row is None:
            whose = self.team.name if self.team else self.organisation.name
            raise SetUpError(f"{whose} has no outcome {name!r}.")
        return row

    def _offered_named(self, name: str) -> Outcome:
        row = self._named(name)
        if row.retired:
            raise SetUpError(f"{row.name!r} is retired. `outcomes add` offers it again.")
        return row

    def _place(self, rows: list[Outcome]) -> None:
        for position, row in enumerate(rows, 1):
            row.position = position
        self._session.flush()


def _checked(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_OUTCOME or not name.isprintable():
        raise SetUpError(
            f"The name of an outcome has 1 to {LONGEST_OUTCOME} characters, all printable."
        )
    return name


def listing(session: Session, name: str) -> list[Any]:
    """(organisation, team, outcome), in the order in which agents see them."""
    query = (
        select(Organisation.name, Team.name, Outcome)
        .join(Outcome, Outcome.organisation_id == Organisation.id)
        .outerjoin(Team, Team.id == Outcome.team_id)
    )
    if name:
        query = query.where(Organisation.id == organisation_named(session, name).id)
    lists = (Organisation.name, Outcome.team_id.is_not(None), Team.name)
    query = query.order_by(*lists, Outcome.retired, Outcome.position, Outcome.id)
    return list(session.execute(query))
