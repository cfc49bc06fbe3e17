"""Who else may see an album, or add to it: its owner names them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, ForeignKey, delete, exists, false, func, select, update
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from models.base import Model, UtcDateTime, db, utcnow
from models.user import User

MAX_MEMBERS = 100  # of one album: they are all on its page
MAX_SHARED = 1000  # albums that one person is a member of: each page of them sorts all


class AlbumMember(Model):
    """``may_add``: files of their own, which stay theirs. Whoever is no longer a member takes
    theirs along (`services.album_members`).
    """

    album_id: Mapped[int] = mapped_column(
        ForeignKey("album.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    may_add: Mapped[bool] = mapped_column(default=False, server_default=false())
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    user: Mapped[User] = relationship()

    @classmethod
    def of(cls, album_id: int) -> list[Self]:
        """All of an album, with who they are, by name."""
        query = select(cls).where(cls.album_id == album_id).join(cls.user).order_by(User.name)
        return list(db.session.scalars(query.options(contains_eager(cls.user))))

    @classmethod
    def find(cls, album_id: int, user_id: int) -> Self | None:
        return db.session.get(cls, (album_id, user_id), populate_existing=True)

    @classmethod
    def is_one(cls, album_id: Any, user_id: Any, *, may_add: bool = False) -> ColumnElement[bool]:
        """A condition: this person is a member of this album; ``may_add``: and may add to it."""
        is_here = [cls.album_id == album_id, cls.user_id == user_id]
        return exists().where(*is_here, cls.may_add) if may_add else exists().where(*is_here)

    @classmethod
    def any_of(cls, album_id: Any) -> ColumnElement[bool]:
        """A condition: this album has members."""
        return exists().where(cls.album_id == album_id)

    @classmethod
    def how_many(cls, album_id: int) -> int:
        return db.session.scalar(select(func.count()).where(cls.album_id == album_id)) or 0

    @classmethod
    def how_many_albums(cls, user_id: int) -> int:
        return db.session.scalar(select(func.count()).where(cls.user_id == user_id)) or 0

    @classmethod
    def change(cls, album_id: int, user_id: int, *, may_add: bool) -> bool:
        """Whether they are a member."""
        is_one = (cls.album_id == album_id, cls.user_id == user_id)
        changed = db.session.execute(update(cls).where(*is_one).values(may_add=may_add))
        return bool(changed.rowcount)  # type: ignore[attr-defined]

    @classmethod
    def end(cls, album_id: int, user_id: int) -> bool:
        """Whether they were a member."""
        gone = delete(cls).where(cls.album_id == album_id, cls.user_id == user_id)
        return bool(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]

    @classmethod
    def end_all_of_album(cls, album_id: int) -> None:
        db.session.execute(delete(cls).where(cls.album_id == album_id))

    @classmethod
    def end_all_of_user(cls, user_id: int) -> None:
        db.session.execute(delete(cls).where(cls.user_id == user_id))
