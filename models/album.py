"""An album of a user, and which uploads are in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Self

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from werkzeug.security import check_password_hash, generate_password_hash

from models.album_access import AlbumAccess, AlbumVisibility
from models.album_member import AlbumMember
from models.base import Base, Model, UtcDateTime, db, random_id, utcnow
from models.folding import folded
from models.limits import MAX_ALBUM, MAX_PASSWORD
from models.user import User
from models.visitor import Visitor

STEP = 1 << 20  # between positions, so that one can be put between two
MOST_NAMED = 50  # albums of one name that a search looks into
KEY_LENGTH = 22  # letters and digits: 128 bits

# An upload may be in any number of albums. By what an album may be sorted stands here, too, so that
# a page is read from an index in its order; triggers copy it, and keep out what couldn't be cleaned
# (migration 0024). Positions give the order by hand; gaps are allowed.
album_upload = Table(
    "album_upload",
    Base.metadata,
    Column("album_id", Integer, ForeignKey("album.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "upload_id",
        Integer,
        ForeignKey("upload.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("position", Integer, nullable=False),
    Column("received_at", UtcDateTime),
    Column("pictured_at", UtcDateTime),
    Column("name_key", String),
    *(
        Index(f"ix_album_upload_{key}", "album_id", key, *more)
        for key, *more in (
            ("position",),
            ("received_at", "position"),
            ("pictured_at", "position"),
            ("name_key", "position"),
        )
    ),
)

# The albums of uploads that wait for approval, in which these are once they are approved. Triggers
# put them here in the place of `album_upload`, and there (migration 0053).
album_wish = Table(
    "album_wish",
    Base.metadata,
    Column("album_id", Integer, ForeignKey("album.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "upload_id",
        Integer,
        ForeignKey("upload.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class Album(AlbumAccess, Model):
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
    def those_to_add(
        cls, user: User, public_ids: Collection[str], upload_id: int | None = None
    ) -> list[Self]:
        """Those of these ids that `find_to_add` finds, and those that ``upload_id`` is in."""
        may_be = [cls.takes_from(user.id)]
        may_be += [cls.has_in_it(upload_id)] if upload_id is not None else []
        query = select(cls).where(cls.public_id.in_(public_ids), or_(*may_be))
        return list(db.session.scalars(query.order_by(cls.id)))

    @classmethod
    def has_in_it(cls, upload_id: Any) -> ColumnElement[bool]:
        """A condition: an upload is in it, or comes into it once it is approved."""
        columns = (album_upload.c, album_wish.c)
        return or_(
            *(exists().where(one.album_id == cls.id, one.upload_id == upload_id) for one in columns)
        )

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
        """A condition: one that others may open has this upload in it."""
        is_in = cls.id == album_upload.c.album_id, album_upload.c.upload_id == upload_id
        link = Base.metadata.tables["share_link"]  # whose class needs this one
        is_linked = exists().where(link.c.album_id == cls.id, ~link.c.is_revoked)
        is_open = cls.visibility != AlbumVisibility.PRIVATE
        return exists().where(*is_in, or_(is_open, AlbumMember.any_of(cls.id), is_linked))

    @classmethod
    def is_shown_by_one(cls, upload_id: int) -> bool:
        return bool(db.session.scalar(select(cls.shows(upload_id))))

    def how_many_go(self) -> int:
        """Uploads of its owner that are in it, or come into it once they are approved."""
        upload = Base.metadata.tables["upload"]  # whose class needs this one
        parts = [
            select(func.count())
            .join_from(table, upload, upload.c.id == table.c.upload_id)
            .where(table.c.album_id == self.id, upload.c.user_id == self.user_id)
            for table in (album_upload, album_wish)
        ]
        return sum(db.session.execute(select(*(one.scalar_subquery() for one in parts))).one())

    def has_of_others(self) -> bool:
        """Whether somebody else has put an upload into it."""
        upload = Base.metadata.tables["upload"]
        column = album_upload.c
        here = select(column.upload_id).join(upload, upload.c.id == column.upload_id)
        query = here.where(column.album_id == self.id, upload.c.user_id != self.user_id)
        return db.session.scalar(query.limit(1)) is not None

    def ids_that_wait(self) -> list[str]:
        """The public ids of what comes into it once it is approved."""
        upload = Base.metadata.tables["upload"]  # whose class needs this one
        query = select(upload.c.public_id).join(album_wish, album_wish.c.upload_id == upload.c.id)
        return list(db.session.scalars(query.where(album_wish.c.album_id == self.id)))

    @classmethod
    def wished_for(cls, upload_id: int) -> list[Self]:
        """Those that an upload comes into once it is approved."""
        query = select(cls).join(album_wish, album_wish.c.album_id == cls.id)
        query = query.where(album_wish.c.upload_id == upload_id)
        return list(db.session.scalars(query.order_by(cls.name, cls.id)))

    @staticmethod
    def append(album_id: int, upload_ids: Sequence[int]) -> None:
        """Put uploads behind all others. Those that are in it already stay where they are; those
        whose owner may not add to the album, or no longer, are left out.
        """
        column = album_upload.c
        last = select(func.coalesce(func.max(column.position), 0) + STEP).where(
            column.album_id == album_id
        )
        upload = Base.metadata.tables["upload"]  # whose class needs this one
        for upload_id in upload_ids:
            row = select(Album.id, upload.c.id, last.scalar_subquery())  # while both are there
            row = row.join(upload, upload.c.id == upload_id)
            row = row.where(Album.id == album_id, Album.takes_from(upload.c.user_id))
            into = insert(album_upload).prefix_with("OR IGNORE")
            db.session.execute(into.from_select(["album_id", "upload_id", "position"], row))

    @staticmethod
    def ids_in(album_id: int, upload_ids: Sequence[int]) -> set[int]:
        """Those of these row ids that are in it, or come into it once they are approved."""
        found = set[int]()
        for table in (album_upload, album_wish):
            is_one = table.c.album_id == album_id, table.c.upload_id.in_(upload_ids)
            found.update(db.session.scalars(select(table.c.upload_id).where(*is_one)))
        return found

    @classmethod
    def put(cls, upload_id: int, album_ids: Sequence[int]) -> None:
        """An upload into these albums, and out of all others, also of those that it comes into once
        it is approved.
        """
        for table in (album_upload, album_wish):
            others = table.c.album_id.not_in(album_ids)
            db.session.execute(delete(table).where(table.c.upload_id == upload_id, others))
        for album_id in album_ids:
            cls.append(album_id, [upload_id])

    @staticmethod
    def remove(album_id: int, upload_ids: Sequence[int]) -> None:
        """Take uploads out, also those that come into it once they are approved."""
        for table in (album_upload, album_wish):
            is_one = table.c.upload_id.in_(upload_ids)
            db.session.execute(delete(table).where(table.c.album_id == album_id, is_one))

    @classmethod
    def take_out_of_others(cls, upload_ids: Sequence[int], user_ids: Sequence[int]) -> None:
        """Take uploads out of the albums of all but these people, who are members of none of them
        either.
        """
        members = select(AlbumMember.album_id).where(AlbumMember.user_id.in_(user_ids))
        theirs = select(cls.id).where(or_(cls.user_id.in_(user_ids), cls.id.in_(members)))
        for table in (album_upload, album_wish):
            is_one = table.c.upload_id.in_(upload_ids), table.c.album_id.not_in(theirs)
            db.session.execute(delete(table).where(*is_one))

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

    def take_out_some(self, limit: int) -> bool:
        """Whether any was left in it."""
        is_in = album_upload.c.album_id == self.id
        some = select(album_upload.c.upload_id).where(is_in).limit(limit)
        query = delete(album_upload).where(is_in, album_upload.c.upload_id.in_(some))
        return bool(db.session.execute(query).rowcount)  # type: ignore[attr-defined]

    def delete_row(self) -> None:
        """What was in it stays; only the rows that say so go with it."""
        db.session.execute(delete(Album).where(Album.id == self.id))

    def set_password(self, password: str) -> None:
        """Whoever opened it with another has to enter this one."""
        self.password_hash = generate_password_hash(password, method="scrypt")
        self.password_key = random_id(KEY_LENGTH)

    def is_opened_by(self, password: str) -> bool:
        return check_password_hash(self.password_hash or "", password[:MAX_PASSWORD])
