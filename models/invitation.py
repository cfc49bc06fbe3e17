"""Links by which people make an account of their own, and who came by which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ColumnElement, ForeignKey, and_, exists, false, literal, or_, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Model, UtcDateTime, db, hash_secret, random_id, utcnow
from models.limits import MAX_LABEL
from models.one_time_link import TOKEN_LENGTH
from models.role import Role
from models.user import User

ID_LENGTH = 8
SHOWN = 100  # of the latest, with who came by them


class Invitation(Model):
    """``uses`` is how many people may come by it, ``used`` how many have. ``note`` says for whom it
    is. One that was not made on the command line (``is_of_site``) works only for as long as its
    creator could make it.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: random_id(ID_LENGTH))
    token_hash: Mapped[str] = mapped_column(unique=True)
    creator_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uses: Mapped[int]
    used: Mapped[int] = mapped_column(default=0, server_default="0")
    role: Mapped[str] = mapped_column(default=Role.USER, server_default=Role.USER)
    note: Mapped[str] = mapped_column(default="", server_default="")
    is_revoked: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_of_site: Mapped[bool] = mapped_column(default=False, server_default=false())

    creator: Mapped[User | None] = relationship()

    @classmethod
    def issue(
        cls, creator: User | None, *, lasts: timedelta, uses: int, role: Role, note: str = ""
    ) -> tuple[Self, str]:
        """A new one and its token, which is not stored."""
        token = random_id(TOKEN_LENGTH)
        made = cls(token_hash=hash_secret(token), creator=creator, expires_at=utcnow() + lasts)
        made.uses, made.role, made.note = uses, role, note.strip()[:MAX_LABEL]
        made.is_of_site = creator is None
        db.session.add(made)
        return made, token

    @classmethod
    def find(cls, token: str, *, members_invite: bool) -> Self | None:
        """One that works. ``members_invite``: whether they may."""
        working = cls._works(members_invite=members_invite)
        query = select(cls).where(cls.token_hash == hash_secret(token), *working)
        return db.session.scalar(query.options(joinedload(cls.creator)))

    def take(self, *, members_invite: bool) -> bool:
        """Count one use. Whether there was one left: one statement looks and counts, so that no two
        people get the same one.
        """
        working = self._works(members_invite=members_invite)
        count = update(Invitation).where(Invitation.id == self.id, *working)
        with db.session.no_autoflush:
            used = count.values(used=Invitation.used + 1).returning(Invitation.used)
            return db.session.scalar(used) is not None

    @classmethod
    def latest(cls, creator: User | None = None) -> Sequence[Self]:
        """Of all, or of ``creator``, the newest first."""
        query = select(cls).options(joinedload(cls.creator)).order_by(cls.id.desc()).limit(SHOWN)
        if creator:
            query = query.where(cls.creator_id == creator.id)
        return db.session.scalars(query).all()

    @classmethod
    def revoke(cls, public_id: str, creator: User | None = None) -> bool:
        """End one, of anybody or of ``creator``. Whether there was such a one."""
        ended = update(cls).where(cls.public_id == public_id, ~cls.is_revoked)
        if creator:
            ended = ended.where(cls.creator_id == creator.id)
        return db.session.scalar(ended.values(is_revoked=True).returning(cls.id)) is not None

    @property
    def is_open(self) -> bool:
        """Whether it isn't revoked, used up or expired."""
        return not self.is_revoked and self.used < self.uses and utcnow() < self.expires_at

    def is_backed(self, *, members_invite: bool) -> bool:
        """Whether who made it may still invite: `_works`, of a row that is loaded."""
        if self.is_of_site:
            return True
        may = members_invite and self.role == Role.USER
        creator = self.creator
        return creator is not None and creator.is_active and (creator.is_admin or may)

    @classmethod
    def _works(cls, *, members_invite: bool) -> tuple[ColumnElement[bool], ...]:
        may = and_(cls.role == Role.USER, literal(members_invite))
        creators = exists().where(
            User.id == cls.creator_id, User.is_in_use(), or_(User.role == Role.ADMIN, may)
        )
        return (
            ~cls.is_revoked,
            cls.used < cls.uses,
            cls.expires_at > utcnow(),
            or_(cls.is_of_site, creators),
        )


class Arrival(Model):
    """Who came by an invitation."""

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )

    user: Mapped[User] = relationship()

    @classmethod
    def names(cls, invitations: Sequence[Invitation]) -> Mapping[int, list[str]]:
        """Of who came by each, by its id."""
        found: dict[int, list[str]] = defaultdict(list)
        query = (
            select(cls.invitation_id, User.name)
            .join(User, User.id == cls.user_id)
            .where(cls.invitation_id.in_([one.id for one in invitations]))
            .order_by(cls.user_id)
        )
        for invitation_id, name in db.session.execute(query):
            found[invitation_id].append(name)
        return found
