"""A still, an animation or a video that somebody uploaded: its columns, and what a row knows. What
it can do stands in its parts.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from sqlalchemy import (
    ForeignKey,
    Index,
    UniqueConstraint,
    and_,
    delete,
    false,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from models.album import Album
from models.album_uploads import album_upload, album_wish
from models.base import Model, UtcDateTime, db, hash_secret, utcnow
from models.category import Category
from models.contribution import Contribution
from models.scrubbing import Scrubbing
from models.tag import Tag, upload_tag
from models.upload.access import IS_HERE, Visibility, unindexed
from models.upload.away import AWAY, Away
from models.upload.beside import Beside
from models.upload.ending import Ending
from models.upload.explored import IS_ANIMATION, IS_LASTING, IS_VIDEO, Explored
from models.upload.library import ORDERS
from models.upload.listing import PAGE
from models.upload.owned import Owned
from models.upload.review import WAITS, Reviewing
from models.upload.selected import Selected
from models.upload.versions import Versions
from models.user import User
from models.visitor import Visitor

__all__ = ["PAGE", "Upload", "Visibility"]

Cursor = tuple[datetime | None, int]  # when it expired, row id
DELETE_TOKEN_BYTES = 24  # 48 hexadecimal characters


class Upload(Versions, Reviewing, Explored, Beside, Ending, Selected, Owned, Away, Model):
    __table_args__ = (
        # a.heic and a.jpeg would share a.th.jpeg
        UniqueConstraint("folder", "name", "derivative_extension"),
        Index("ix_upload_user_id_id", "user_id", "id"),
        Index(
            "ix_upload_visibility_rank",
            "visibility",
            "rank",
            sqlite_where=text("expires_at IS NULL"),
        ),
        Index("ix_upload_popular", "visibility", "views", "rank", sqlite_where=text(IS_LASTING)),
        Index(
            "ix_upload_by_chance", "visibility", "public_id", "rank", sqlite_where=text(IS_LASTING)
        ),
        *(
            Index(
                f"ix_upload_{name}",
                "visibility",
                "rank",
                sqlite_where=text(f"{only} AND {IS_LASTING}"),
            )
            for name, only in {"videos": IS_VIDEO, "animations": IS_ANIMATION}.items()
        ),
        Index("ix_upload_user_id_rank", "user_id", "rank", sqlite_where=text(IS_HERE)),
        Index("ix_upload_own", "user_id", "id", sqlite_where=text(IS_HERE)),
        Index(
            "ix_upload_user_id_visibility_rank",
            "user_id",
            "visibility",
            "rank",
            sqlite_where=text(IS_LASTING),
        ),
        Index("ix_upload_user_id_received_at", "user_id", "received_at"),
        Index(
            "ix_upload_guest_received_at",
            "guest",
            "received_at",
            sqlite_where=text("guest IS NOT NULL"),
        ),
        Index(
            "ix_upload_guest_browser",
            "guest_browser",
            "received_at",
            "rank",
            sqlite_where=text("guest_browser IS NOT NULL"),
        ),
        Index("ix_upload_guests", "received_at", sqlite_where=text("guest IS NOT NULL")),
        Index(
            "ix_upload_without_preview", "preview_size", "id", sqlite_where=text("preview_size = 0")
        ),
        Index("ix_upload_waiting", "received_at", "id", sqlite_where=text(WAITS)),
        Index("ix_upload_source_sha256", "source_sha256"),
        Index("ix_upload_source_md5", "source_md5"),
        Index("ix_upload_expires_at", "expires_at"),
        Index(
            "ix_upload_binned",
            "user_id",
            "binned_at",
            "id",
            sqlite_where=text("binned_at IS NOT NULL"),
        ),
        Index("ix_upload_ends_at", "ends_at", "id", sqlite_where=text("ends_at IS NOT NULL")),
        Index("ix_upload_bin", "binned_at", "id", sqlite_where=text("binned_at IS NOT NULL")),
        Index(
            "ix_upload_version_of_id",
            "version_of_id",
            "id",
            sqlite_where=text("version_of_id IS NOT NULL"),
        ),
        *(
            Index(f"ix_upload_shelf_{column}", "user_id", "shelf", column, "rank")
            for column in sorted({order.column for order in ORDERS.values()})
        ),
    )

    category_id: Mapped[int | None] = mapped_column(
        ForeignKey("category.id", ondelete="SET NULL"), index=True
    )

    kind: Mapped[str] = mapped_column(default="image")  # or video
    format: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    duration: Mapped[int] = mapped_column(default=0)
    is_animated: Mapped[bool] = mapped_column(default=False)
    is_360: Mapped[bool] = mapped_column(default=False)
    is_playable: Mapped[bool] = mapped_column(default=True)  # common browsers show the file itself
    # browsers show it, but part of it may be missing
    is_damaged: Mapped[bool] = mapped_column(default=False, server_default=false())
    medium_width: Mapped[int] = mapped_column(default=0)
    medium_height: Mapped[int] = mapped_column(default=0)
    checksum: Mapped[str]  # MD5 of the file that is served

    title: Mapped[str | None]
    description: Mapped[str | None]
    alt_text: Mapped[str | None]
    nsfw: Mapped[bool] = mapped_column(default=False)
    exifdata: Mapped[str | None]  # JSON: metadata still in the served file
    camera: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # the privacy report: what was taken out, and what is still in
    removed: Mapped[str] = mapped_column(default="")
    kept: Mapped[str] = mapped_column(default="")
    placeholder: Mapped[str] = mapped_column(default="")  # a few blurred pixels as a data: address

    views: Mapped[int] = mapped_column(default=0)
    likes: Mapped[int] = mapped_column(default=0)
    delete_token_hash: Mapped[str]

    user: Mapped[User | None] = relationship()
    albums: Mapped[list[Album]] = relationship(
        secondary=album_upload, viewonly=True, order_by=Album.name
    )
    # those that it comes into once it is approved
    wished_albums: Mapped[list[Album]] = relationship(
        secondary=album_wish, viewonly=True, order_by=Album.name
    )
    category: Mapped[Category | None] = relationship()
    # by whom, where it was sent by a share link
    contribution: Mapped[Contribution | None] = relationship(viewonly=True)
    tags: Mapped[list[Tag]] = relationship(
        secondary=upload_tag,
        secondaryjoin=lambda: and_(Tag.id == upload_tag.c.tag_id, ~Tag.is_retired()),
        order_by=upload_tag.c.tag_id,
        passive_deletes=True,
    )
    scrubbing: Mapped[Scrubbing | None] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )

    @classmethod
    def some_of(cls, user_id: int, after: int, limit: int) -> Sequence[int]:
        """Row ids of a person's, whatever has expired, in their order, from behind one."""
        query = select(cls.id).where(cls.user_id == user_id, cls.id > after)
        return db.session.scalars(query.order_by(cls.id).limit(limit)).all()

    @classmethod
    def give_some(cls, user_id: int, to: int, limit: int) -> int:
        """So many uploads of a person are another's from now on, under the addresses that they
        have; how many that were.
        """
        some = select(cls.id).where(cls.user_id == user_id).order_by(cls.id).limit(limit)
        given = update(cls).where(cls.id.in_(some)).values(user_id=to)
        return int(db.session.execute(given).rowcount)  # type: ignore[attr-defined]

    @classmethod
    def all_of(cls, user: User, after: int, limit: int) -> Sequence[Self]:
        """What this person has here, with tags, albums and category: in the order of row ids, from
        behind one.
        """
        query = select(cls).where(cls.user_id == user.id, cls.id > after, cls.alive())
        with_all = query.options(
            selectinload(cls.tags),
            selectinload(cls.albums),
            selectinload(cls.wished_albums),
            joinedload(cls.category),
            joinedload(cls.contribution),
        )
        return db.session.scalars(with_all.order_by(cls.id).limit(limit)).all()

    @classmethod
    def find(cls, public_id: str, visitor: Visitor) -> Self | None:
        """The upload with this id, if ``visitor`` may open it now."""
        query = select(cls).where(cls.public_id == public_id, cls.openable_by(visitor))
        loaded = joinedload(cls.user), joinedload(cls.category), selectinload(cls.tags)
        return db.session.scalar(query.options(*loaded))

    @classmethod
    def find_any(cls, public_id: str) -> Self | None:
        """The upload with this id, whoever may open it: for what says that it is private."""
        query = select(cls).where(cls.public_id == public_id, cls.alive())
        return db.session.scalar(query.options(joinedload(cls.user)))

    @classmethod
    def newest_without_tile(cls, below: int | None) -> Self | None:
        """The newest upload that has none, of those with a row id below this one."""
        query = select(cls).where(cls.tile_size.is_(None), cls.alive())
        if below is not None:
            query = query.where(cls.id < below)
        return db.session.scalar(query.order_by(cls.id.desc()).limit(1))

    @classmethod
    def newest_without_preview(cls, below: int | None = None) -> Self | None:
        """The newest upload that waits for one, of those with a row id below this one."""
        query = select(cls).where(cls.preview_size == 0, cls.alive())
        if below is not None:
            query = query.where(cls.id < below)
        return db.session.scalar(query.order_by(cls.id.desc()).limit(1))

    @classmethod
    def needs_no_preview(cls, public_id: str) -> None:
        waits = update(cls).where(cls.public_id == public_id, cls.preview_size == 0)
        db.session.execute(waits.values(preview_size=None))

    @classmethod
    def deletable(cls, public_id: str, token: str) -> Self | None:
        """The upload with this id and delete token, unless it has expired; also one in a bin."""
        is_there = or_(cls.alive(), cls.binned_at.is_not(None))
        upload = db.session.scalar(select(cls).where(cls.public_id == public_id, is_there))
        expected_hash = upload.delete_token_hash if upload else hash_secret("")
        return upload if hmac.compare_digest(expected_hash, hash_secret(token)) and upload else None

    @classmethod
    def expired(cls, limit: int, after: Cursor | None = None) -> Sequence[Self]:
        """The first ``limit`` that have expired, by that moment; ``after`` is where to go on.
        What is away is none of them.
        """
        query = select(cls).where(cls.expires_at > AWAY, cls.expires_at <= utcnow())
        if after:
            at, row = literal(after[0], UtcDateTime), literal(after[1])
            query = query.where(tuple_(cls.expires_at, cls.id) > tuple_(at, row))
        return db.session.scalars(query.order_by(cls.expires_at, cls.id).limit(limit)).all()

    @classmethod
    def row_ids_of(cls, user: User, public_ids: Sequence[str]) -> list[int]:
        """The row ids of those that this user sent and that are there, in the order of their ids
        here.
        """
        query = select(cls.public_id, cls.id).where(cls.public_id.in_(public_ids), cls.alive())
        rows = db.session.execute(query.where(unindexed(cls.user_id) == user.id))
        found = {row[0]: row[1] for row in rows}
        return [found[one] for one in dict.fromkeys(public_ids) if one in found]

    @classmethod
    def exists(cls, public_id: str) -> bool:
        return db.session.scalar(select(cls.id).where(cls.public_id == public_id)) is not None

    @classmethod
    def reload(cls, row: int) -> bool:
        """Whether it is still there; then who holds it has it as it is now."""
        return cls.by_row(row) is not None

    @classmethod
    def by_row(cls, row: int) -> Self | None:
        """As it is now."""
        return db.session.get(cls, row, populate_existing=True)

    @classmethod
    def add_views(cls, counts: dict[str, int]) -> None:
        """Add to the view counts of these public ids, which, unlike row ids, are never used
        again.
        """
        for public_id, count in counts.items():
            found = update(cls).where(cls.public_id == public_id)
            db.session.execute(found.values(views=cls.views + count))

    def set_tags(self, tags: Sequence[Tag]) -> None:
        """It has these from now on. Rows that are there already stay: somebody may be renaming
        tags. So do those of tags that are being merged, which become others.
        """
        ids, of_it = [tag.id for tag in tags], upload_tag.c.upload_id == self.id
        others = select(Tag.id).where(Tag.id.not_in(ids), ~Tag.is_retired())
        db.session.execute(delete(upload_tag).where(of_it, upload_tag.c.tag_id.in_(others)))
        for number in ids:
            row = insert(upload_tag).values(upload_id=self.id, tag_id=number)
            db.session.execute(row.prefix_with("OR IGNORE"))
        db.session.expire(self, ["tags"])

    def new_delete_token(self) -> str:
        """A new token, of which only the hash is stored."""
        token = secrets.token_hex(DELETE_TOKEN_BYTES)
        self.delete_token_hash = hash_secret(token)
        return token

    def delete_row(self) -> bool:
        """Whether this call deleted it."""
        return bool(db.session.execute(delete(Upload).where(Upload.id == self.id)).rowcount)  # type: ignore[attr-defined]

    @property
    def is_video(self) -> bool:
        return self.kind == "video"

    @property
    def plays_in_listings(self) -> bool:
        """Whether a listing may play it."""
        return self.is_playable and (self.is_video or self.is_animated)
