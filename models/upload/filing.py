"""The files of an upload, and the upload of a file."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from sqlalchemy import ColumnElement, Computed, String, and_, exists, false, func, or_, select
from sqlalchemy.orm import Mapped, load_only, mapped_column

from models.base import db
from models.upload.access import PRIVATE, PUBLIC, Access
from models.visitor import Visitor

KEPT_BYTES = (  # all that is kept for an upload; a derivative that comes later counts, too
    "size + thumb_size + medium_size + coalesce(tile_size, 0) + frame_size "
    "+ coalesce(preview_size, 0) + sent_size + scrubbed_size"
)


class Filing(Access):
    """``sent_format`` and ``sent_size`` are of the sent file, where another one is served: kept for
    its owner, in the private root whatever the others do. None and 0: there is none, or nobody may
    ask for it.
    """

    folder: Mapped[str]  # 2026/11/23, below images/
    # some file systems are case-insensitive
    name: Mapped[str] = mapped_column(String(collation="NOCASE"))
    extension: Mapped[str]
    derivative_extension: Mapped[str]
    thumb_size: Mapped[int]
    medium_size: Mapped[int] = mapped_column(default=0)
    tile_size: Mapped[int | None]  # rows of listings show another picture where there is none
    frame_size: Mapped[int] = mapped_column(default=0)
    # None: it needs none (`media.pixels.preview`); 0: a job will make it
    preview_size: Mapped[int | None]
    # what is served is what was sent, but for what was blanked
    is_original: Mapped[bool] = mapped_column(default=True)
    sent_format: Mapped[str | None]
    sent_size: Mapped[int] = mapped_column(default=0, server_default="0")
    # what was taken out of the file, kept in the database for its owner
    scrubbed_size: Mapped[int] = mapped_column(default=0, server_default="0")
    kept_bytes: Mapped[int] = mapped_column(Computed(KEPT_BYTES, persisted=False), deferred=True)

    @classmethod
    def at_path(cls, path: str, visitor: Visitor) -> Self | None:
        """The upload that the file at ``path`` belongs to, if ``visitor`` may open it now."""
        query = select(cls).where(cls.named_as([path]), cls.openable_by(visitor))
        return next((upload for upload in db.session.scalars(query) if path in upload.files), None)

    @classmethod
    def homes(cls, paths: Collection[str]) -> dict[str, str]:
        """Of those paths (``images/2026/11/25/a.th.jpg``, in any case) that a file of an upload
        has: the root that it belongs in.
        """
        rows = db.session.scalars(
            select(cls).where(cls.named_as(paths)).execution_options(populate_existing=True)
        )
        roots = {path.lower(): root for upload in rows for path, root in upload.places.items()}
        return {path: roots[path.lower()] for path in paths if path.lower() in roots}

    @classmethod
    def named_as(cls, paths: Collection[str]) -> ColumnElement[bool]:
        """A condition: an upload has a name that one of these paths may have come from."""
        stems = {path.removeprefix("images/").rpartition(".")[0] for path in paths}
        stems |= {stem.rpartition(".")[0] for stem in stems if "." in stem}
        names: dict[str, set[str]] = {}
        for folder, _, name in (stem.rpartition("/") for stem in stems):
            names.setdefault(folder, set()).add(name)
        # of SQLite's indexes, a pair of values among pairs would use none
        return or_(
            false(),
            *(and_(cls.folder == folder, cls.name.in_(some)) for folder, some in names.items()),
        )

    @classmethod
    def none_named_as(cls, paths: Collection[str]) -> ColumnElement[bool]:
        """A condition: no upload has such a name."""
        return ~exists().where(cls.named_as(paths))

    @classmethod
    def ids_of(cls, paths: Collection[str]) -> list[str]:
        """The public ids of the uploads that these files belong to, each once."""
        folders = {path.removeprefix("images/").rpartition("/")[0] for path in paths}
        rows = db.session.scalars(select(cls).where(cls.folder.in_(folders)).order_by(cls.id))
        return [upload.public_id for upload in rows if not set(paths).isdisjoint(upload.places)]

    @classmethod
    def is_name_public(cls, folder: str, name: str) -> bool:
        """Whether every upload that has this name lies in the public root, where anybody can see
        that it is taken.
        """
        roots = db.session.scalars(
            select(cls.root).where(cls.folder == folder, cls.name == name)
        ).all()
        return bool(roots) and set(roots) == {PUBLIC}

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
        """The relative path of every file that an upload of this folder has, and the root that it
        belongs in.
        """
        uploads = db.session.scalars(
            select(cls)
            .where(cls.folder == folder)
            .options(
                load_only(
                    cls.root,
                    cls.folder,
                    cls.name,
                    cls.extension,
                    cls.derivative_extension,
                    cls.thumb_size,
                    cls.medium_size,
                    cls.tile_size,
                    cls.frame_size,
                    cls.preview_size,
                    cls.sent_format,
                )
            )
        )
        return {path: root for upload in uploads for path, root in upload.places.items()}

    @property
    def filename(self) -> str:
        return f"{self.name}.{self.extension}"

    @property
    def files(self) -> list[str]:
        """The relative path of each file that has an address; the first is the picture or video
        itself.
        """
        names = [self.filename, *(self.derivative(kind) for kind in self.sizes)]
        return [f"images/{self.folder}/{name}" for name in names]

    @property
    def sizes(self) -> dict[str, int]:
        """The bytes of each derivative that it has, by kind."""
        sizes = {
            "th": self.thumb_size,
            "md": self.medium_size,
            "tl": self.tile_size,
            "fr": self.frame_size,
            "pv": self.preview_size,
        }
        return {kind: size for kind, size in sizes.items() if size}

    @property
    def sent_file(self) -> str | None:
        """The relative path of what was sent, where that isn't what is served. It has no
        address.
        """
        return (
            f"images/{self.folder}/{self.name}.or.{self.sent_format}" if self.sent_format else None
        )

    @property
    def places(self) -> dict[str, str]:
        """All of its files, and the root that each lies in."""
        places = dict.fromkeys(self.files, self.root)
        return {**places, self.sent_file: PRIVATE} if self.sent_file else places

    @property
    def has_original(self) -> bool:
        """Whether the sent file can be restored."""
        return self.is_original or self.sent_format is not None

    def derivative(self, kind: str) -> str:
        """The file name of the ``th``, ``md``, ``tl``, ``fr`` or ``pv`` file."""
        return derivative(self.name, kind, self.derivative_extension)


def derivative(name: str, kind: str, extension: str) -> str:
    """The same of any upload with this name and extension of derivatives."""
    if kind == "pv":  # always WebP, so that the name has the extension of the others, too
        return f"{name}.pv-{extension}.webp"
    return f"{name}.{kind}.{'jpeg' if kind == 'fr' else extension}"
