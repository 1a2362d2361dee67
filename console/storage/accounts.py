"""Who may sign in, and who has: users, their sessions, tokens that are good once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CursorResult,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..domain.vocabulary import OPEN_STATES
from .database import Database
from .models import Call, Client, Organisation, SignInSession, UsedToken, User

DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000


def username_key(text: str) -> str:
    """One spelling per person: `Alice ` and `alice` are one account."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@dataclass(frozen=True, slots=True)
class SessionAge:
    """How old a session may become, in milliseconds: since sign-in, and since its last use."""

    whole: int
    idle: int

    def alive(self, now: int | BindParameter[int]) -> ColumnElement[bool]:
        """No clock ends the session of somebody who is on a call."""
        young = and_(
            SignInSession.created_at > now - self.whole, SignInSession.seen_at > now - self.idle
        )
        on_a_call = exists().where(
            Call.organisation_id == User.organisation_id,
            Call.state.in_(OPEN_STATES),
            Call.agent_id == SignInSession.user_id,
        )
        return or_(young, on_a_call)


class Accounts:
    def __init__(self, database: Database, age: SessionAge) -> None:
        self._database = database
        self._age = age
        self._signed_in = (  # asked by every request and every socket: built once
            select(User, SignInSession)
            .join(SignInSession, SignInSession.user_id == User.id)
            .where(
                SignInSession.id == bindparam("id"),
                User.disabled.is_(False),
                age.alive(bindparam("now", type_=BigInteger)),
            )
        )

    def timezone_of(self, user: User) -> str:
        """The user's own zone, else the organisation's."""
        if user.timezone:
            return user.timezone
        with self._database.read() as session:
            return session.get_one(Organisation, user.organisation_id).timezone

    def by_username(self, username: str) -> User | None:
        with self._database.read() as session:
            return session.scalar(select(User).where(User.username == username_key(username)))

    def signed_in(self, session_id: str) -> tuple[User, SignInSession] | None:
        """The user of a living session, which this counts as used.

        Users of a disabled account are nobody.
        """
        with self._database.read() as session:
            now = self._database.now(session)
            found = session.execute(self._signed_in, {"id": session_id, "now": now}).first()
        if found is None:
            return None
        if found[1].seen_at < now - MINUTE:
            self.touch([session_id])
        return found[0], found[1]

    def living(self, session_ids: Iterable[str]) -> set[str]:
        """Which of these sessions still are: asked for the open websockets from time to time."""
        with self._database.read() as session:
            return self._living(session, session_ids)

    def lives(self, session: Session, session_id: str) -> bool:
        """The same of one, in an open transaction."""
        return bool(self._living(session, [session_id]))

    def _living(self, session: Session, session_ids: Iterable[str]) -> set[str]:
        now = self._database.now(session)
        rows = session.scalars(
            select(SignInSession.id)
            .join(User, SignInSession.user_id == User.id)
            .where(
                SignInSession.id.in_(list(session_ids)),
                User.disabled.is_(False),
                self._age.alive(now),
            )
        )
        return set(rows)

    def too_old(self, user: User) -> list[str]:
        """This user's sessions that have ended by age, and that nobody has taken away yet."""
        with self._database.read() as session:
            of_user = (SignInSession.user_id == User.id, User.id == user.id)
            return list(
                session.scalars(
                    select(SignInSession.id).where(
                        *of_user, ~self._age.alive(self._database.now(session))
                    )
                )
            )

    def start_session(
        self, user: User, session_id: str, *, browser: str, address: str
    ) -> SignInSession | None:
        """None where the password that let them in has been changed, or the account disabled, a
        moment ago.
        """
        with self._database.write() as session:
            same = select(User.id).where(
                User.id == user.id,
                User.password_hash == user.password_hash,
                User.disabled.is_(False),
            )
            if session.scalar(same.with_for_update(key_share=True)) is None:
                return None
            now = self._database.now(session)
            fresh = SignInSession(
                id=session_id,
                user_id=user.id,
                created_at=now,
                seen_at=now,
                browser=browser,
                address=address,
            )
            session.add(fresh)
            return fresh

    def touch(self, session_ids: Iterable[str]) -> None:
        """These sessions are in use. Written at most once a minute each."""
        with self._database.write() as session:
            now = self._database.now(session)
            stale = (SignInSession.id.in_(list(session_ids)), SignInSession.seen_at < now - MINUTE)
            session.execute(update(SignInSession).where(*stale).values(seen_at=now))

    def sends_workspace(self, session_id: str) -> None:
        """A page of this session is opened or reloaded: its earlier document goes away only when
        this one is there.
        """
        with self._database.write() as session:
            now = self._database.now(session)
            session.execute(
                update(SignInSession).where(SignInSession.id == session_id).values(page_at=now)
            )

    def sessions_of(self, user: User) -> list[SignInSession]:
        with self._database.read() as session:
            alive = self._age.alive(self._database.now(session))
            mine = (
                select(SignInSession)
                .join(User, SignInSession.user_id == User.id)
                .where(User.id == user.id, alive)
            )
            return list(session.scalars(mine.order_by(SignInSession.seen_at.desc())))

    def keep_password(self, user: User, password_hash: str) -> None:
        """The same password, hashed anew; one that was set meanwhile stays."""
        unchanged = (User.id == user.id, User.password_hash == user.password_hash)
        with self._database.write() as session:
            session.execute(update(User).where(*unchanged).values(password_hash=password_hash))
        user.password_hash = password_hash

    def organisation_of(self, user: User) -> str:
        with self._database.read() as session:
            return organisation_name(session, user)

    def set_preferences(self, user: User, changes: dict[str, Any]) -> None:
        with self._database.write() as session:
            session.execute(update(User).where(User.id == user.id).values(**changes))

    def forget_used_tokens(self) -> None:
        """Those that have expired are refused by themselves."""
        with self._database.write() as session:
            session.execute(
                delete(UsedToken).where(UsedToken.expires_at < self._database.now(session))
            )

    def use_token(self, token_id: str, lifetime: int) -> bool:
        """True the first time, false ever after."""
        try:
            with self._database.write() as session:
                now = self._database.now(session)
                session.execute(delete(UsedToken).where(UsedToken.expires_at < now))
                session.add(UsedToken(id=token_id, expires_at=now + lifetime))
        except IntegrityError:
            return False
        return True


def use_key(session: Session, key: str, expires_at: int) -> bool:
    """Stores a single-use key. False: it was used before."""
    if session.get(UsedToken, key) is not None:
        return False
    session.add(UsedToken(id=key, expires_at=expires_at))
    return True


def user_name(session: Session, user: str) -> str:
    return session.get_one(User, user).name


_THERE = select(SignInSession.id).where(SignInSession.id.in_(bindparam("ids", expanding=True)))


def there(session: Session, session_ids: Iterable[str]) -> set[str]:
    """Which of these sessions nobody has ended."""
    return set(session.scalars(_THERE, {"ids": list(session_ids)}))


_PAGE_AT = (
    select(SignInSession.page_at)
    .join(Client, Client.session_id == SignInSession.id)
    .where(Client.agent_id == bindparam("agent"), Client.id == bindparam("client"))
)


def is_closed(session: Session, agent: str, client: str, since: int) -> bool:
    """Whether a page that leaves was closed: the workspace was sent to its browser, and not again
    after `since`.
    """
    return 0 < (session.scalar(_PAGE_AT, {"agent": agent, "client": client}) or 0) <= since


def organisation_name(session: Session, user: User) -> str:
    return session.get_one(Organisation, user.organisation_id).name


def session_ids(session: Session, user: str) -> list[str]:
    return list(session.scalars(select(SignInSession.id).where(SignInSession.user_id == user)))


def set_password(
    session: Session, user: str, password_hash: str, *, instead_of: str | None = None
) -> bool:
    """Answers whether it was set: not where `instead_of` is no more the hash of the password."""
    still = [User.password_hash == instead_of] if instead_of else []
    changed = update(User).where(User.id == user, *still).values(password_hash=password_hash)
    return cast("CursorResult[Any]", session.execute(changed)).rowcount == 1


def set_disabled(session: Session, user: str, disabled: bool) -> None:
    session.execute(update(User).where(User.id == user).values(disabled=disabled))


def end_session(session: Session, user: str, session_id: str) -> bool:
    """Ends one of this user's own sessions; anybody else's is as if it did not exist."""
    mine = delete(SignInSession).where(
        SignInSession.id == session_id, SignInSession.user_id == user
    )
    return cast("CursorResult[Any]", session.execute(mine)).rowcount == 1
