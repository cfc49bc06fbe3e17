"""A user account."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask_login import UserMixin
from sqlalchemy import ColumnElement, Index, String, and_, false, func, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from werkzeug.security import check_password_hash, generate_password_hash

from models.account_faults import BadName, NameTaken
from models.base import Model, UtcDateTime, db, utcnow
from models.folding import folded
from models.limits import MAX_PASSWORD, MAX_USER, MIN_USER
from models.one_time_link import OneTimeLink
from models.passwords import check_password
from models.role import Role, State
from models.user_session import UserSession

NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")

# Checked when a name is unknown, so that the answer takes as long as for a known one. Its form and
# cost are those of a real hash, but it is of no password. Written out, it takes no time at a start.
NOBODY = "scrypt:32768:8:1$nobodynobodynobo$" + "0" * 128


class User(UserMixin, Model):
    __table_args__ = (
        Index("ix_user_waiting", "created_at", "id", sqlite_where=text("state = 'pending'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(collation="NOCASE"), unique=True)
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(default=Role.USER, server_default=Role.USER)
    state: Mapped[str] = mapped_column(default=State.ACTIVE, server_default=State.ACTIVE)
    visibility: Mapped[str | None]  # of new uploads; None: as the site says
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    quota_mb: Mapped[int | None]  # 0: none; None: as the site says
    has_private_profile: Mapped[bool] = mapped_column(default=False, server_default=false())
    # part of the secrets in the addresses of their feeds: with another number the old ones end
    feed_number: Mapped[int] = mapped_column(default=0, server_default="0")

    default_album: Mapped[str | None]  # of new uploads: a public id, maybe of one that is deleted
    expiration: Mapped[str | None]  # of new uploads, as P1M
    strip: Mapped[str | None]  # removed from new uploads, if that is more than the site wants

    display_name: Mapped[str | None]  # shown for the name, which addresses and the log-in have
    bio: Mapped[str | None]
    portrait: Mapped[str | None]  # the public id of their picture
    time_zone: Mapped[str | None]  # of the dates that they see, in tzdata's words; None: the site's

    sessions: Mapped[list[UserSession]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    links: Mapped[list[OneTimeLink]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )

    @classmethod
    def create(cls, name: str, password: str, *, site_name: str, role: Role = Role.USER) -> Self:
        """A new account. ``site_name`` can't be its password. Raises AccountFault."""
        cls.check_name(name)
        user = cls(name=name, role=role)
        user.set_password(password, site_name)
        db.session.add(user)
        return user

    @classmethod
    def create_without_password(cls, name: str, *, is_given: bool = False) -> Self:
        """Of somebody who logs in elsewhere, or with a passkey. ``is_given``: others choose the
        name, which comes before what somebody shows. Raises AccountFault.
        """
        cls.check_name(name, is_given=is_given)
        user = cls(name=name, password_hash=NOBODY)
        db.session.add(user)
        return user

    @classmethod
    def check_name(cls, name: str, *, is_given: bool = False) -> None:
        """As `create_without_password`. Raises BadName or NameTaken."""
        if not MIN_USER <= len(name) <= MAX_USER or not NAME_PATTERN.fullmatch(name):
            raise BadName(
                f"A name has {MIN_USER} to {MAX_USER} letters, digits, dots, dashes or "
                "underscores, the first a letter or digit."
            )
        if cls.by_name(name) if is_given else cls.is_taken(name):
            raise NameTaken("This name is taken.")

    def check_still_free(self) -> None:
        """Of a new row that isn't written yet: nobody has taken its name meanwhile. Raises
        NameTaken.
        """
        with db.session.no_autoflush:
            if self.is_taken(self.name):
                raise NameTaken("This name is taken.")

    @classmethod
    def by_row(cls, row: int) -> Self | None:
        return db.session.get(cls, row)

    @classmethod
    def by_name(cls, name: str) -> Self | None:
        return db.session.scalar(select(cls).where(cls.name == name))

    @classmethod
    def is_called(cls, text: str, by: Self) -> bool:
        """Whether an account but that of ``by`` has this name, or shows it. Case, accents and
        punctuation make no difference.
        """
        name = folded(text)
        names = or_(cls.name == text, cls._is_folded(cls.name, name), cls._shows(name))
        return db.session.scalar(select(cls.id).where(names, cls.id != by.id)) is not None

    @classmethod
    def is_taken(cls, name: str) -> bool:
        """Whether an account has this name, or shows it, in any case."""
        names = or_(cls.name == name, cls._shows(folded(name)))
        return db.session.scalar(select(cls.id).where(names)) is not None

    @classmethod
    def _shows(cls, folded_name: str) -> ColumnElement[bool]:
        return cls._is_folded(cls.display_name, folded_name)

    @staticmethod
    def _is_folded(column: Any, folded_name: str) -> ColumnElement[bool]:
        """A name of signs alone folds to nothing, and is nobody's."""
        return and_(func.folded(column) == folded_name, func.folded(column) != "")

    @property
    def shown_name(self) -> str:
        return self.display_name or self.name

    @property
    def zone(self) -> ZoneInfo | None:
        """None also where this machine no longer knows it."""
        try:
            return ZoneInfo(self.time_zone) if self.time_zone else None
        except (KeyError, ValueError, OSError):
            return None

    # Flask-Login compares what `get_id` gives, which is "" but for who has logged in.
    __eq__, __hash__ = object.__eq__, object.__hash__

    session_token = ""  # of the session that is being begun; Flask-Login puts it into the cookie

    def get_id(self) -> str:
        return self.session_token

    @classmethod
    def active(cls, user_id: int) -> Self | None:
        return db.session.scalar(select(cls).where(cls.id == user_id, cls.is_in_use()))

    @classmethod
    def is_in_use(cls) -> ColumnElement[bool]:
        """A condition: active."""
        return cls.state == State.ACTIVE

    @property
    def is_active(self) -> bool:  # Flask-Login asks, too
        return self.state == State.ACTIVE

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_moderator(self) -> bool:
        return self.role in (Role.MANAGER, Role.ADMIN)

    def is_last_admin(self) -> bool:
        """Whether nobody else could look after the site."""
        others = select(User.id).where(
            User.id != self.id, User.role == Role.ADMIN, User.is_in_use()
        )
        return self.is_admin and db.session.scalar(others.limit(1)) is None

    @classmethod
    def ids_of_admins(cls) -> Sequence[int]:
        """Of those who may act."""
        admins = select(cls.id).where(cls.role == Role.ADMIN, cls.is_in_use())
        return db.session.scalars(admins).all()

    @classmethod
    def ordered(cls) -> list[Self]:
        return list(db.session.scalars(select(cls).order_by(cls.name)))

    @classmethod
    def none_yet(cls) -> bool:
        return db.session.scalar(select(cls.id).limit(1)) is None

    @classmethod
    def authenticate(cls, name: str, password: str) -> Self | None:
        """Who has this name and password, active or not: `is_unchanged` says whether they can log
        in.
        """
        user = cls.by_name(name)
        matches = check_password_hash(
            user.password_hash if user else NOBODY, password[:MAX_PASSWORD]
        )
        return user if user and matches else None

    @property
    def has_password(self) -> bool:
        """Else they log in with a passkey, or elsewhere; no password is right, and is refused in
        the same time.
        """
        return self.password_hash != NOBODY

    def is_unchanged(self) -> bool:
        """Whether the password is the one that this row was loaded with, and the account in use."""
        is_same = [
            User.id == self.id, User.password_hash == self.password_hash, User.is_in_use()
        ]  # fmt: skip
        return db.session.scalar(select(User.id).where(*is_same)) is not None

    def set_password(self, password: str, site_name: str) -> None:
        """Raises BadPassword. Ends every session, every link and every secret address."""
        check_password(password, self.name, site_name)
        self.password_hash = generate_password_hash(password, method="scrypt")
        self.sessions.clear()
        self.links.clear()
        self.end_feeds()

    def leave(self) -> None:
        """Nobody gets in by this account from now on; what it told of its person is gone."""
        self.state = State.LEAVING
        self.display_name = self.bio = self.time_zone = None
        self.has_private_profile = True
        self.sessions.clear()
        self.links.clear()
        self.end_feeds()

    @classmethod
    def leaving(cls, user_id: int) -> Self | None:
        return db.session.scalar(select(cls).where(cls.id == user_id, cls.state == State.LEAVING))

    def delete(self) -> None:
        """With what belongs to it in the database. Of files it knows nothing."""
        db.session.delete(self)

    def end_feeds(self) -> None:
        """Secret addresses of feeds that were given out no longer work."""
        self.feed_number = (self.feed_number or 0) + 1
