"""Users, their sign-in sessions, and single-use tokens."""

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
    """The lifetime of a session in milliseconds, since sign-in (`whole`) and since its last use."""

    whole: int
    idle: int

    def is_valid(self, now: int | BindParameter[int]) -> ColumnElement[bool]:
        """Whether the session is valid. It never expires during a call of its user."""
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
        self._signed_in = (  # built once: every request and every socket executes it
            select(User, SignInSession)
            .join(SignInSession, SignInSession.user_id == User.id)
            .where(
                SignInSession.id == bindparam("id"),
                User.disabled.is_(False),
                age.is_valid(bindparam("now", type_=BigInteger)),
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
        """The user of a valid session, which counts as used now. None for a disabled user."""
        with self._database.read() as session:
            now = self._database.now(session)
            found = session.execute(self._signed_in, {"id": session_id, "now": now}).first()
        if found is None:
            return None
        if found[1].seen_at < now - MINUTE:
            self.touch([session_id])
        return found[0], found[1]

    def valid_sessions(self, session_ids: Iterable[str]) -> set[str]:
        """Those of these sessions that are valid; queried for the open websockets."""
        with self._database.read() as session:
            return self._valid(session, session_ids)

    def is_valid(self, session: Session, session_id: str) -> bool:
        """Whether this session is valid, in an open transaction."""
        return bool(self._valid(session, [session_id]))

    def _valid(self, session: Session, session_ids: Iterable[str]) -> set[str]:
        now = self._database.now(session)
        rows = session.scalars(
            select(SignInSession.id)
            .join(User, SignInSession.user_id == User.id)
            .where(
                SignInSession.id.in_(list(session_ids)),
                User.disabled.is_(False),
                self._age.is_valid(now),
            )
        )
        return set(rows)

    def expired_sessions(self, user: User) -> list[str]:
        """This user's sessions that have expired but are not deleted yet."""
        with self._database.read() as session:
            of_user = (SignInSession.user_id == User.id, User.id == user.id)
            return list(
                session.scalars(
                    select(SignInSession.id).where(
                        *of_user, ~self._age.is_valid(self._database.now(session))
                    )
                )
            )

    def start_session(
        self, user: User, session_id: str, *, browser: str, address: str
    ) -> SignInSession | None:
        """A new session; None if the password was changed or the user disabled meanwhile."""
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
        """Stores that these sessions are in use, at most once a minute each."""
        with self._database.write() as session:
            now = self._database.now(session)
            stale = (SignInSession.id.in_(list(session_ids)), SignInSession.seen_at < now - MINUTE)
            session.execute(update(SignInSession).where(*stale).values(seen_at=now))

    def sends_workspace(self, session_id: str) -> None:
        """Stores that the workspace is sent to this session: its earlier document closes later."""
        with self._database.write() as session:
            now = self._database.now(session)
            session.execute(
                update(SignInSession).where(SignInSession.id == session_id).values(page_at=now)
            )

    def sessions_of(self, user: User) -> list[SignInSession]:
        with self._database.read() as session:
            alive = self._age.is_valid(self._database.now(session))
            mine = (
                select(SignInSession)
                .join(User, SignInSession.user_id == User.id)
                .where(User.id == user.id, alive)
            )
            return list(session.scalars(mine.order_by(SignInSession.seen_at.desc())))

    def keep_password(self, user: User, password_hash: str) -> None:
        """Stores a new hash of the same password, unless another password was set meanwhile."""
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
        """Deletes expired tokens, which are refused anyway."""
        with self._database.write() as session:
            session.execute(
                delete(UsedToken).where(UsedToken.expires_at < self._database.now(session))
            )

    def use_token(self, token_id: str, lifetime: int) -> bool:
        """True for the first use of a token, False for any later one."""
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


_EXISTING = select(SignInSession.id).where(SignInSession.id.in_(bindparam("ids", expanding=True)))


def existing_sessions(session: Session, session_ids: Iterable[str]) -> set[str]:
    """Those of these sessions that exist."""
    return set(session.scalars(_EXISTING, {"ids": list(session_ids)}))


_PAGE_AT = (
    select(SignInSession.page_at)
    .join(Client, Client.session_id == SignInSession.id)
    .where(Client.agent_id == bindparam("agent"), Client.id == bindparam("client"))
)


def is_closed(session: Session, agent: str, client: str, since: int) -> bool:
    """Whether a leaving page was closed: the workspace was not sent again after `since`."""
    return 0 < (session.scalar(_PAGE_AT, {"agent": agent, "client": client}) or 0) <= since


def organisation_name(session: Session, user: User) -> str:
    return session.get_one(Organisation, user.organisation_id).name


def session_ids(session: Session, user: str) -> list[str]:
    return list(session.scalars(select(SignInSession.id).where(SignInSession.user_id == user)))


def set_password(
    session: Session, user: str, password_hash: str, *, instead_of: str | None = None
) -> bool:
    """Returns whether it was set; False if `instead_of` is no longer the stored hash."""
    still = [User.password_hash == instead_of] if instead_of else []
    changed = update(User).where(User.id == user, *still).values(password_hash=password_hash)
    return cast("CursorResult[Any]", session.execute(changed)).rowcount == 1


def set_disabled(session: Session, user: str, disabled: bool) -> None:
    session.execute(update(User).where(User.id == user).values(disabled=disabled))


def end_session(session: Session, user: str, session_id: str) -> bool:
    """Ends one of this user's own sessions; False for any other session."""
    mine = delete(SignInSession).where(
        SignInSession.id == session_id, SignInSession.user_id == user
    )
    return cast("CursorResult[Any]", session.execute(mine)).rowcount == 1
