"""A link that shows files to people without an account: some chosen ones, an album or a tag."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Table,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from werkzeug.security import check_password_hash, generate_password_hash

from models.album import KEY_LENGTH, Album
from models.album_uploads import STEP
from models.base import Base, Model, UtcDateTime, db, hash_secret, random_id, utcnow
from models.limits import MAX_PASSWORD
from models.tag import Tag
from models.user import User
from models.visitor import Visitor

ID_LENGTH = 8
MB = 1_000_000  # bytes

# The files of a link to some chosen ones, in their order. A trigger keeps out what couldn't be
# cleaned (migration 0060); what isn't approved is in it, but not shown.
share_link_upload = Table(
    "share_link_upload",
    Base.metadata,
    Column("link_id", Integer, ForeignKey("share_link.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "upload_id",
        Integer,
        ForeignKey("upload.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("position", Integer, nullable=False),
    Index("ix_share_link_upload_link_id_position", "link_id", "position"),
)


class ShareKind(StrEnum):
    FILES = "files"
    ALBUM = "album"
    TAG = "tag"


class Download(StrEnum):
    """What of a file may be downloaded: nothing, its preview, or the file itself."""

    NONE = "none"
    PREVIEW = "preview"
    FILE = "file"


class ShareLink(Model):
    """The secret of its address is derived from its public id and the site's secret key
    (`blueprints.http.share_address`): stored is a hash, by which it is found.

    ``views`` counts people's visits; ``max_views`` of them are let in (None: any number).
    ``password_key`` is random, and another for each password: whoever has entered that has it.
    ``is_revoked_by_merge``: its tag was merged with another one (`models.link_ends.merge_links`).
    ``form_hash`` is of the form that made it, where that had an id.
    ``added_files`` and ``added_bytes`` were sent by it, ``max_files`` and ``max_mb`` may be.
    """

    __table_args__ = (
        Index("ix_share_link_user_id_id", "user_id", "id"),
        Index("ix_share_link_form_hash", "form_hash", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: random_id(ID_LENGTH))
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str]
    album_id: Mapped[int | None] = mapped_column(
        ForeignKey("album.id", ondelete="CASCADE"), index=True
    )
    tag_id: Mapped[int | None] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None]
    password_key: Mapped[str | None]
    download: Mapped[str] = mapped_column(default=Download.FILE, server_default=Download.FILE)
    max_views: Mapped[int | None]
    views: Mapped[int] = mapped_column(default=0, server_default="0")
    is_revoked: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_revoked_by_merge: Mapped[bool] = mapped_column(default=False, server_default=false())
    form_hash: Mapped[str | None]
    may_add: Mapped[bool] = mapped_column(default=False, server_default=false())
    needs_approval: Mapped[bool] = mapped_column(default=False, server_default=false())
    max_files: Mapped[int | None]
    max_mb: Mapped[int | None]
    added_files: Mapped[int] = mapped_column(default=0, server_default="0")
    added_bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")

    user: Mapped[User] = relationship()
    album: Mapped[Album | None] = relationship()
    tag: Mapped[Tag | None] = relationship()

    @classmethod
    def find(cls, token: str) -> Self | None:
        """The link that works with this secret, whatever it still asks for."""
        query = select(cls).where(cls.token_hash == hash_secret(token), cls.works())
        loaded = (joinedload(cls.user), joinedload(cls.album), joinedload(cls.tag))
        return db.session.scalar(query.options(*loaded))

    @classmethod
    def find_of(cls, user: User, public_id: str) -> Self | None:
        """The user's own, whether it works or not."""
        query = select(cls).where(cls.public_id == public_id, cls.user_id == user.id)
        loaded = (joinedload(cls.album), joinedload(cls.tag))
        return db.session.scalar(query.options(*loaded))

    @classmethod
    def find_made_by(cls, user: User, form_hash: str) -> Self | None:
        """The user's own that this form has made, if it is still there."""
        query = select(cls).where(cls.form_hash == form_hash, cls.user_id == user.id)
        return db.session.scalar(query)

    @classmethod
    def works(cls) -> ColumnElement[bool]:
        """A condition: neither revoked nor expired, and of somebody who is active."""
        lasts = or_(cls.expires_at.is_(None), cls.expires_at > utcnow())
        owners = select(User.id).where(User.id == cls.user_id, User.is_in_use())
        return ~cls.is_revoked & lasts & owners.exists()

    def still_works(self) -> bool:
        """Asked anew; then the link is as it is now."""
        found = select(ShareLink).where(ShareLink.id == self.id, ShareLink.works())
        anew = found.execution_options(populate_existing=True)
        return db.session.scalar(anew) is not None

    @property
    def name(self) -> str:
        """Its own title, else that of its album or tag; "" of chosen files."""
        of = self.album or self.tag
        return self.title or (of.name if of else "")

    @property
    def has_ended(self) -> bool:
        return self.expires_at is not None and self.expires_at <= utcnow()

    @property
    def is_used_up(self) -> bool:
        """Whether nobody new is let in."""
        return self.max_views is not None and self.views >= self.max_views

    @property
    def asks_first(self) -> bool:
        """Whether a click or a password is needed before anything is shown."""
        return self.password_hash is not None or self.max_views is not None

    def is_owner(self, visitor: Visitor) -> bool:
        return visitor.is_member and visitor.user_id == self.user_id

    def set_password(self, password: str) -> None:
        """Whoever opened it with another has to enter this one; "": it asks for none."""
        self.password_hash = generate_password_hash(password, method="scrypt") if password else None
        self.password_key = random_id(KEY_LENGTH) if password else None

    def is_opened_by(self, password: str) -> bool:
        return check_password_hash(self.password_hash or "", password[:MAX_PASSWORD])

    def take_view(self) -> bool:
        """Count one visit. Whether there was one left: one statement looks and counts."""
        is_left = or_(ShareLink.max_views.is_(None), ShareLink.views < ShareLink.max_views)
        count = update(ShareLink).where(ShareLink.id == self.id, ShareLink.works(), is_left)
        counted = count.values(views=ShareLink.views + 1).returning(ShareLink.id)
        return db.session.scalar(counted) is not None

    def delete_row(self) -> None:
        db.session.execute(delete(ShareLink).where(ShareLink.id == self.id))

    @classmethod
    def add_views(cls, counts: dict[str, int]) -> None:
        """Add to the counts of these public ids; clicks alone are those of a link with a number."""
        for public_id, count in counts.items():
            found = update(cls).where(cls.public_id == public_id, cls.max_views.is_(None))
            db.session.execute(found.values(views=cls.views + count))

    def has_room_for(self, files: int, size: int) -> bool:
        """Whether so many more files of so many bytes in all are within its limits."""
        is_many = self.max_files is not None and self.added_files + files > self.max_files
        is_much = self.max_mb is not None and self.added_bytes + size > self.max_mb * MB
        return not (is_many or is_much)

    @property
    def files_left(self) -> int | None:
        """How many more may be sent by it; None: any number."""
        return None if self.max_files is None else max(0, self.max_files - self.added_files)

    @property
    def bytes_left(self) -> int | None:
        return None if self.max_mb is None else max(0, self.max_mb * MB - self.added_bytes)

    @property
    def takes_more(self) -> bool:
        return self.may_add and 0 not in (self.files_left, self.bytes_left)

    def choose(self, upload_ids: Sequence[int]) -> None:
        """The files of a new link to chosen ones: row ids in their order."""
        rows = [
            {"link_id": self.id, "upload_id": one, "position": (at + 1) * STEP}
            for at, one in enumerate(dict.fromkeys(upload_ids))
        ]
        if rows:
            db.session.execute(insert(share_link_upload), rows)

    def append(self, upload_id: int) -> None:
        """Behind all other files of a link to chosen ones; one that is there stays where it is."""
        column = share_link_upload.c
        last = select(func.coalesce(func.max(column.position), 0) + STEP)
        row = insert(share_link_upload).prefix_with("OR IGNORE")
        place = last.where(column.link_id == self.id).scalar_subquery()
        db.session.execute(row.values(link_id=self.id, upload_id=upload_id, position=place))
