"""A still, an animation or a video that somebody uploaded."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    delete,
    false,
    func,
    literal,
    null,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, joinedload, load_only, mapped_column, relationship, selectinload

from models.album import Album
from models.api_key import ApiKey
from models.base import Model, UtcDateTime, db, random_id, utcnow
from models.category import Category
from models.cursor import Cursor
from models.scrubbing import Scrubbing
from models.tag import Tag, upload_tag
from models.user import User

ID_LENGTH = 8  # 62 to the 8th: not to be found by trying
PAGE = 60  # pictures of one page of a listing
MAX_WORDS = 8  # of one search
DELETE_TOKEN_BYTES = 24  # 48 hexadecimal characters


class Upload(Model):
    __table_args__ = (
        UniqueConstraint("folder", "name", "derivative_extension"),  # a.heic and a.jpeg would share a.th.jpeg
        Index("ix_upload_user_id_id", "user_id", "id"),
        Index("ix_upload_created_at_id", "created_at", "id"),  # the order of listings
        Index("ix_upload_source_md5", "source_md5"),
        Index("ix_upload_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: random_id(ID_LENGTH))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    album_id: Mapped[int | None] = mapped_column(ForeignKey("album.id", ondelete="SET NULL"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id", ondelete="SET NULL"), index=True)
    key_id: Mapped[str | None] = mapped_column(index=True)  # public id of the API key that it came with, which may be gone
    guest: Mapped[str | None] = mapped_column(index=True)  # a keyed hash of a guest's address, forgotten after a day

    guest_session: Mapped[str | None]  # a keyed hash of a guest's browser session, forgotten with it

    kind: Mapped[str] = mapped_column(default="image")  # or video
    format: Mapped[str]
    mime: Mapped[str]
    folder: Mapped[str]  # 2026/11/23, below images/
    name: Mapped[str] = mapped_column(String(collation="NOCASE"))  # some file systems don't tell cases apart
    extension: Mapped[str]
    root: Mapped[str]  # public or private: which of the storage's roots the files lie in
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    duration: Mapped[int] = mapped_column(default=0)
    is_animated: Mapped[bool] = mapped_column(default=False)
    is_360: Mapped[bool] = mapped_column(default=False)
    is_playable: Mapped[bool] = mapped_column(default=True)  # common browsers show the file itself

    is_damaged: Mapped[bool] = mapped_column(default=False, server_default=false())  # browsers show it, and not all of it may be there

    derivative_extension: Mapped[str]
    thumb_size: Mapped[int]
    medium_size: Mapped[int] = mapped_column(default=0)
    medium_width: Mapped[int] = mapped_column(default=0)
    medium_height: Mapped[int] = mapped_column(default=0)
    frame_size: Mapped[int] = mapped_column(default=0)

    title: Mapped[str | None]
    description: Mapped[str | None]
    alt_text: Mapped[str | None]
    nsfw: Mapped[bool] = mapped_column(default=False)
    original_filename: Mapped[str]
    checksum: Mapped[str]  # MD5 of the file that is served
    source_md5: Mapped[str]  # MD5 and SHA-256 of the bytes that were sent
    source_sha256: Mapped[str]
    is_original: Mapped[bool] = mapped_column(default=True)  # what is served is what was sent, but for what was blanked
    # Where it isn't: the sent file, in the private root whatever the others do. None and 0: nobody may ask for it, or it was not kept yet.

    sent_format: Mapped[str | None]
    sent_size: Mapped[int] = mapped_column(default=0, server_default="0")

    exifdata: Mapped[str | None]  # JSON text of what the served file still says
    camera: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed: Mapped[str] = mapped_column(default="")  # the privacy report: what was taken out, and what is still in
    kept: Mapped[str] = mapped_column(default="")
    placeholder: Mapped[str] = mapped_column(default="")  # a few blurred pixels as a data: address
    leftovers: Mapped[str | None]  # what could not be scrubbed; the files are private then

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the upload's date as shown; an admin may set it
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_private: Mapped[bool] = mapped_column(default=False)  # only its owner and admins may see it
    views: Mapped[int] = mapped_column(default=0)
    likes: Mapped[int] = mapped_column(default=0)
    delete_token_hash: Mapped[str]

    user: Mapped[User | None] = relationship()
    album: Mapped[Album | None] = relationship()
    category: Mapped[Category | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=upload_tag, order_by=upload_tag.c.tag_id, passive_deletes=True)
    scrubbing: Mapped[Scrubbing | None] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    # --- queries

    @classmethod
    def visible_to(cls, user: User | None, at: datetime | None = None) -> ColumnElement[bool]:
        """A condition: not expired, and public or the user's own (an admin sees all)."""
        ends = _unindexed(cls.expires_at)
        alive = or_(ends.is_(None), ends > (at or utcnow()))
        if user and user.is_admin:
            return alive
        own = cls.user_id == user.id if user else false()
        return and_(alive, or_(cls.is_private.is_(False), own))

    @classmethod
    def find(cls, public_id: str, user: User | None) -> Self | None:
        """The upload with this id, if ``user`` (None: anybody) may see it now."""
        query = select(cls).where(cls.public_id == public_id, cls.visible_to(user))
        return db.session.scalar(query.options(joinedload(cls.user), selectinload(cls.tags)))

    @classmethod
    def at_path(cls, folder: str, name: str, path: str, user: User | None) -> Self | None:
        """The upload of this name in this folder that the file at ``path`` belongs to, if ``user`` may see it now."""
        query = select(cls).where(cls.folder == folder, cls.name == name, cls.visible_to(user))
        return next((upload for upload in db.session.scalars(query) if path in upload.files), None)

    @classmethod
    def deletable(cls, public_id: str, token: str) -> Self | None:
        """The upload with this id and delete token, unless it has expired."""
        alive = or_(cls.expires_at.is_(None), cls.expires_at > utcnow())
        upload = db.session.scalar(select(cls).where(cls.public_id == public_id, alive))
        kept = upload.delete_token_hash if upload else hash_token("")
        return upload if hmac.compare_digest(kept, hash_token(token)) and upload else None

    @classmethod
    def newest_of(cls, user: User, limit: int) -> list[Self]:
        return list(db.session.scalars(
            select(cls).where(cls.user_id == user.id, cls.visible_to(user)).order_by(cls.id.desc()).limit(limit)))

    @classmethod
    def first_with(cls, key: ApiKey, user: User) -> Self | None:
        """The first upload that came with this key and that ``user`` may see."""
        return db.session.scalar(select(cls).where(cls.key_id == key.public_id, cls.visible_to(user)).order_by(cls.id).limit(1))

    @classmethod
    def page(cls, user: User | None, *, before: Cursor | None = None, query: str = "", tag: str = "", limit: int = PAGE) -> list[Self]:
        """What ``user`` may find by browsing, in the order of the date shown, newest first, from below ``before``: nothing private of
        others, nothing of others that will expire. ``query`` are words of title, description or tags; ``tag`` is a tag's key."""
        found = select(cls).where(cls.listed_to(user)).order_by(cls.created_at.desc(), cls.id.desc()).limit(limit)
        if before:
            found = found.where(tuple_(cls.created_at, cls.id) < tuple_(literal(before.at, UtcDateTime), literal(before.id)))
        if tag:
            found = found.where(cls.id.in_(select(upload_tag.c.upload_id).join(Tag).where(Tag.key == tag)))
        if query:
            words = " ".join(f'"{word}"*' for word in search_words(query))
            if not words:
                return []
            found = found.where(cls.id.in_(text("SELECT rowid FROM upload_fts WHERE upload_fts MATCH :words").bindparams(words=words)))
        return list(db.session.scalars(found))

    @classmethod
    def listed_to(cls, user: User | None) -> ColumnElement[bool]:
        """A condition, narrower than visible_to: what will expire is listed to its owner alone."""
        own = cls.user_id == user.id if user else false()
        return and_(cls.visible_to(user), or_(_unindexed(cls.expires_at).is_(None), own))

    @classmethod
    def add_views(cls, counts: dict[int, int]) -> None:
        """Add to the view counts of these row ids."""
        for row, count in counts.items():
            db.session.execute(update(cls).where(cls.id == row).values(views=cls.views + count))

    @classmethod
    def expired(cls, limit: int, after: int) -> Sequence[Self]:
        """The first ``limit`` whose row ids are larger than ``after``."""
        query = select(cls).where(cls.expires_at <= utcnow(), cls.id > after)
        return db.session.scalars(query.order_by(cls.id).limit(limit)).all()

    @classmethod
    def homes(cls, paths: Collection[str]) -> dict[str, str]:
        """Of those paths (``images/2026/11/25/a.th.jpg``, in any case) that a file of an upload has: the root that it belongs in."""
        stems = [path.removeprefix("images/").rpartition(".")[0] for path in paths]
        stems += [stem[:-3] for stem in stems if stem.endswith((".th", ".md", ".fr", ".or"))]
        names = {tuple(stem.rpartition("/")[::2]) for stem in stems}
        rows = db.session.scalars(select(cls).where(tuple_(cls.folder, cls.name).in_(names)).execution_options(populate_existing=True))
        found = {path.lower(): root for upload in rows for path, root in upload.places.items()}
        return {path: found[path.lower()] for path in paths if path.lower() in found}

    @classmethod
    def ids_of(cls, paths: Collection[str]) -> list[str]:
        """The public ids of the uploads that these files belong to, each once."""
        folders = {path.removeprefix("images/").rpartition("/")[0] for path in paths}
        rows = db.session.scalars(select(cls).where(cls.folder.in_(folders)).order_by(cls.id))
        return [upload.public_id for upload in rows if not set(paths).isdisjoint(upload.places)]

    @classmethod
    def is_name_public(cls, folder: str, name: str) -> bool:
        """Whether every upload that has this name lies in the public root, where anybody can see that it is taken."""
        roots = db.session.scalars(select(cls.root).where(cls.folder == folder, cls.name == name)).all()
        return bool(roots) and set(roots) == {"public"}

    @classmethod
    def one_file_of_each_root(cls) -> dict[str, str]:
        """The path of a file of one of the newest uploads in each root that has any."""
        newest = select(func.max(cls.id)).group_by(cls.root, cls.sent_format.is_(None))
        uploads = db.session.scalars(select(cls).where(cls.id.in_(newest)))
        return {root: path for upload in uploads for path, root in upload.places.items()}

    @classmethod
    def folders(cls) -> list[str]:
        """Every folder that an upload has files in."""
        return list(db.session.scalars(select(cls.folder).distinct().order_by(cls.folder)))

    @classmethod
    def files_in(cls, folder: str) -> dict[str, str]:
        """The relative path of every file that an upload of this folder has, and the root that it belongs in."""
        uploads = db.session.scalars(select(cls).where(cls.folder == folder).options(load_only(
            cls.root, cls.folder, cls.name, cls.extension, cls.derivative_extension, cls.medium_size, cls.frame_size, cls.sent_format)))
        return {path: root for upload in uploads for path, root in upload.places.items()}

    @classmethod
    def exists(cls, public_id: str) -> bool:
        return db.session.scalar(select(cls.id).where(cls.public_id == public_id)) is not None

    @classmethod
    def received_from(cls, user: User | None, guest: str | None, within: timedelta) -> list[datetime]:
        """When the sender's uploads of the last while came, oldest first."""
        query = select(cls.received_at).where(cls._sender(user, guest), cls.received_at > utcnow() - within)
        return list(db.session.scalars(query.order_by(cls.received_at)))

    @classmethod
    def sent_before(cls, user: User | None, guest: str | None, md5: str, within: timedelta) -> bool:
        """Whether this sender sent these bytes in the last while and they are still here."""
        query = select(cls.id).where(cls.source_md5 == md5, cls._sender(user, guest),
                                     cls.received_at > utcnow() - within, cls.visible_to(user))
        return db.session.scalar(query.limit(1)) is not None

    @classmethod
    def arrived(cls, user: User | None, guest_session: str | None, sha256: str, within: timedelta, known: Sequence[str]) -> Self | None:
        """The first upload of these bytes that this user, or this guest's browser, sent in the last while; none of ``known`` ids."""
        own = cls.user_id == user.id if user else and_(cls.user_id.is_(None), cls.guest_session == guest_session)
        query = select(cls).where(cls.received_at > utcnow() - within, cls.source_sha256 == sha256, own, cls.public_id.not_in(known))
        return db.session.scalar(query.order_by(cls.id).limit(1))

    @classmethod
    def _sender(cls, user: User | None, guest: str | None) -> ColumnElement[bool]:
        return cls.user_id == user.id if user else and_(cls.user_id.is_(None), cls.guest == guest)

    @classmethod
    def knows_guests(cls, after: timedelta) -> bool:
        """Whether there is anything to forget."""
        query = select(cls.id).where(cls.guest.is_not(None), cls.received_at < utcnow() - after)
        return db.session.scalar(query.limit(1)) is not None

    @classmethod
    def forget_guests(cls, after: timedelta) -> None:
        db.session.execute(update(cls).where(cls.guest.is_not(None), cls.received_at < utcnow() - after).values(guest=None, guest_session=None))

    # --- what an upload knows of itself

    def new_delete_token(self) -> str:
        """A fresh token, of which only the hash is kept."""
        token = secrets.token_hex(DELETE_TOKEN_BYTES)
        self.delete_token_hash = hash_token(token)
        return token

    def delete_row(self) -> bool:
        """Whether this call was the one that deleted it."""
        return bool(db.session.execute(delete(Upload).where(Upload.id == self.id)).rowcount)  # type: ignore[attr-defined]

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.created_at, self.id)

    @property
    def filename(self) -> str:
        return f"{self.name}.{self.extension}"

    @property
    def files(self) -> list[str]:
        """The relative path of each file that has an address; the first is the picture or video itself."""
        names = [self.filename, self.derivative("th")]
        names += [self.derivative("md")] if self.medium_size else []
        names += [self.derivative("fr")] if self.frame_size else []
        return [f"images/{self.folder}/{name}" for name in names]

    @property
    def sent_file(self) -> str | None:
        """The relative path of what was sent, where that isn't what is served. It has no address."""
        return f"images/{self.folder}/{self.name}.or.{self.sent_format}" if self.sent_format else None

    @property
    def places(self) -> dict[str, str]:
        """All of its files, and the root that each lies in."""
        places = dict.fromkeys(self.files, self.root)
        return {**places, self.sent_file: "private"} if self.sent_file else places

    @property
    def has_original(self) -> bool:
        """Whether the bytes that were sent can be given back."""
        return self.is_original or self.sent_format is not None

    def derivative(self, size: str) -> str:
        """The file name of the ``th``, ``md`` or ``fr`` file."""
        return f"{self.name}.{size}.{'jpeg' if size == 'fr' else self.derivative_extension}"

    @property
    def is_video(self) -> bool:
        return self.kind == "video"

    @property
    def moves(self) -> bool:
        """Whether a listing may play it."""
        return self.is_playable and (self.is_video or self.is_animated)

    def is_owner(self, user: User | None) -> bool:
        """Whose the untouched original is: nobody else's, not even an admin's."""
        return user is not None and user.id == self.user_id

    def may_edit(self, user: User | None) -> bool:
        """Its owner, and an admin, who moderates."""
        return user is not None and (user.is_admin or self.is_owner(user))


def _unindexed(column: Any) -> Any:
    """The column, but SQLite won't walk its index for it: a listing is read in its own order, or from what was searched for."""
    return func.coalesce(column, null())


def search_words(text: str) -> list[str]:
    """What to look for, of what somebody typed: nothing that the index's own language could take for more than a word."""
    plain = "".join(letter if letter.isprintable() and letter != '"' else " " for letter in text)
    return [word for word in plain.split() if any(letter.isalnum() for letter in word)][:MAX_WORDS]


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
