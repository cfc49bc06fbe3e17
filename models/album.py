"""An album of a user; which uploads are in it stands in `models.album_uploads`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Index, delete, exists, false, func, or_, select, text, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from werkzeug.security import check_password_hash, generate_password_hash

from models.album_access import AlbumVisibility
from models.album_member import AlbumMember
from models.album_uploads import AlbumUploads, album_upload, album_wish
from models.base import Base, Model, UtcDateTime, db, random_id, utcnow
from models.folding import folded
from models.limits import MAX_ALBUM, MAX_PASSWORD
from models.user import User
from models.visitor import Visitor

MOST_NAMED = 50  # albums of one name that a search looks into
KEY_LENGTH = 22  # letters and digits: 128 bits


class Album(AlbumUploads, Model):
    """``upload_count``, ``cover_id`` and ``changed_at`` follow by triggers where uploads come and
    go; in a deleted one's place, ``parent_id`` gets what is above it (`models.album_tree`).
    """

    __table_args__ = (
        Index("ix_album_user_id_changed_at", "user_id", "changed_at"),
        Index("ix_album_top", "user_id", "changed_at", sqlite_where=text("parent_id IS NULL")),
        Index(
            "ix_album_visibility_changed_at",
            "visibility",
            "changed_at",
            sqlite_where=text("upload_count > 0"),
        ),
    )

    parent_id: Mapped[int | None] = mapped_column(index=True)  # one of the same user's
    name: Mapped[str]
    # as `models.folding` has it, for searches; kept by triggers
    search_name: Mapped[str] = mapped_column(default="", server_default="", index=True)
    description: Mapped[str | None]
    sort: Mapped[str] = mapped_column(default="taken", server_default="taken")
    # whether its positions are somebody's work, which stays while it has another order
    is_arranged: Mapped[bool] = mapped_column(default=False, server_default=false())
    cover_id: Mapped[int | None]  # row id of one that is in it
    views: Mapped[int] = mapped_column(default=0, server_default="0")
    upload_count: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=utcnow, server_default="2000-01-01 00:00:00.000000"
    )

    user: Mapped[User] = relationship()

    @classmethod
    def create(cls, user: User, name: str, visibility: str = AlbumVisibility.PRIVATE) -> Self:
        """Raises ValueError with a message for the user."""
        if not name.strip():
            raise ValueError("An album needs a name.")
        album = cls(user=user, name=name.strip()[:MAX_ALBUM], visibility=visibility)
        db.session.add(album)
        return album

    @classmethod
    def of(cls, user: User) -> list[Self]:
        return list(
            db.session.scalars(select(cls).where(cls.user_id == user.id).order_by(cls.name, cls.id))
        )

    @classmethod
    def find(cls, public_id: str, visitor: Visitor) -> Self | None:
        """The album with this id, if ``visitor`` may open it now."""
        query = select(cls).where(cls.public_id == public_id, cls.openable_by(visitor))
        return db.session.scalar(query.options(joinedload(cls.user)))

    @classmethod
    def find_closed(cls, public_id: str) -> Self | None:
        """The album with this id, whoever may open it: for what says that it is closed."""
        query = select(cls).where(cls.public_id == public_id)
        return db.session.scalar(query.options(joinedload(cls.user)))

    @classmethod
    def find_of(cls, user: User, public_id: str) -> Self | None:
        """The user's own album with this id."""
        return db.session.scalar(
            select(cls).where(cls.public_id == public_id, cls.user_id == user.id)
        )

    @classmethod
    def find_to_add(cls, user: User, public_id: str) -> Self | None:
        """The album with this id, if the user may put files of theirs into it."""
        is_one = (cls.public_id == public_id, cls.takes_from(user.id))
        return db.session.scalar(select(cls).where(*is_one).options(joinedload(cls.user)))

    @classmethod
    def find_row_to_add(cls, user_id: int, row: int) -> Self | None:
        """`find_to_add`, of a row id."""
        is_one = (cls.id == row, cls.takes_from(user_id))
        return db.session.scalar(select(cls).where(*is_one).options(joinedload(cls.user)))

    @classmethod
    def those_to_add(
        cls, user: User, public_ids: Collection[str], upload_id: int | None = None
    ) -> list[Self]:
        """Those of these ids that `find_to_add` finds, and those that ``upload_id`` is in."""
        may_be = [cls.takes_from(user.id)]
        may_be += [cls.has_in_it(upload_id)] if upload_id is not None else []
        query = select(cls).where(cls.public_id.in_(public_ids), or_(*may_be))
        return list(db.session.scalars(query.order_by(cls.id)))

    @classmethod
    def load(cls, row_ids: Collection[int]) -> list[Self]:
        """Those of these that are still there."""
        return list(db.session.scalars(select(cls).where(cls.id.in_(row_ids)).order_by(cls.id)))

    @classmethod
    def first_of(cls, user_id: int) -> Self | None:
        return db.session.scalar(
            select(cls).where(cls.user_id == user_id).order_by(cls.id).limit(1)
        )

    @classmethod
    def give_all(cls, user_id: int, to: int) -> None:
        """All albums of a person are another's from now on, and stay in each other as they are; who
        was a member of one is its owner now.
        """
        own = select(cls.id).where(cls.user_id == user_id)
        is_new_owner = AlbumMember.user_id == to, AlbumMember.album_id.in_(own)
        db.session.execute(delete(AlbumMember).where(*is_new_owner))
        db.session.execute(update(cls).where(cls.user_id == user_id).values(user_id=to))

    @classmethod
    def ids_named(cls, names: Collection[str], visitor: Visitor) -> dict[str, list[int]]:
        """The row ids of albums with one of these names, in any case, or public ids, that
        ``visitor`` comes upon. Many may have the same name.
        """
        wanted = {folded(name): name for name in names}
        is_one = or_(cls.search_name.in_(wanted), cls.public_id.in_(names))
        # walks no index of visibilities: few have the name
        is_listed = func.coalesce(cls.listed_to(visitor), false())
        query = select(cls.search_name, cls.public_id, cls.id).where(is_one, is_listed)
        found: dict[str, list[int]] = {name: [] for name in names}
        for name, public_id, row in db.session.execute(query.limit(MOST_NAMED)):
            found[public_id if public_id in found else wanted[name]].append(row)
        return found

    @classmethod
    def those_of(cls, user: User, public_ids: Collection[str]) -> list[Self]:
        """The user's own albums among these ids."""
        query = select(cls).where(cls.public_id.in_(public_ids), cls.user_id == user.id)
        return list(db.session.scalars(query.order_by(cls.id)))

    @classmethod
    def shows(cls, upload_id: Any) -> ColumnElement[bool]:
        """A condition: one that others may open has this upload in it. As the triggers have it, a
        link that has expired counts, too: nothing happens to a row at that moment. What a page says
        of links asks for those that work (`models.link_listing.sight_of`).
        """
        is_in = cls.id == album_upload.c.album_id, album_upload.c.upload_id == upload_id
        link = Base.metadata.tables["share_link"]  # whose class needs this one
        is_linked = exists().where(link.c.album_id == cls.id, ~link.c.is_revoked)
        is_open = cls.visibility != AlbumVisibility.PRIVATE
        return exists().where(*is_in, or_(is_open, AlbumMember.any_of(cls.id), is_linked))

    @classmethod
    def is_shown_by_one(cls, upload_id: int) -> bool:
        return bool(db.session.scalar(select(cls.shows(upload_id))))

    @classmethod
    def wished_for(cls, upload_id: int) -> list[Self]:
        """Those that an upload comes into once it is approved."""
        query = select(cls).join(album_wish, album_wish.c.album_id == cls.id)
        query = query.where(album_wish.c.upload_id == upload_id)
        return list(db.session.scalars(query.order_by(cls.name, cls.id)))

    @classmethod
    def add_views(cls, counts: dict[str, int]) -> None:
        """Add to the view counts of these public ids."""
        for public_id, count in counts.items():
            found = update(cls).where(cls.public_id == public_id)
            db.session.execute(found.values(views=cls.views + count))

    def close(self) -> None:
        """To all but its owner: also to its members, and by its links."""
        AlbumMember.end_all_of_album(self.id)
        link = Base.metadata.tables["share_link"]
        revoked = update(link).where(link.c.album_id == self.id, ~link.c.is_revoked)
        db.session.execute(revoked.values(is_revoked=True))
        self.visibility, self.password_hash, self.password_key = AlbumVisibility.PRIVATE, None, None

    def delete_row(self) -> None:
        """What was in it stays; only the rows that say so go with it."""
        db.session.execute(delete(Album).where(Album.id == self.id))

    def set_password(self, password: str) -> None:
        """Whoever opened it with another has to enter this one."""
        self.password_hash = generate_password_hash(password, method="scrypt")
        self.password_key = random_id(KEY_LENGTH)

    def is_opened_by(self, password: str) -> bool:
        return check_password_hash(self.password_hash or "", password[:MAX_PASSWORD])
