"""Replaced versions of an upload: rows of their own, away, each with a file that was behind its
page before. What is the page's (its ids, texts, albums, views) stays; what is the file's changes
places.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import undefer

from models.base import db
from models.scrubbing import Scrubbing
from models.upload.away import Away
from models.upload.filing import Filing
from models.visitor import Visitor

# What a row knows of its file. Not its root: a version's files lie in the private one.
OF_THE_FILE = (
    "folder", "name", "extension", "derivative_extension", "kind", "format", "mime", "size",
    "width", "height", "duration", "is_animated", "is_360", "is_playable", "is_damaged",
    "medium_width", "medium_height", "thumb_size", "medium_size", "tile_size", "frame_size",
    "preview_size", "checksum", "is_original", "sent_format", "sent_size", "scrubbed_size",
    "source_md5", "source_sha256", "original_filename", "exifdata", "camera", "removed", "kept",
    "leftovers", "placeholder",
)  # fmt: skip


class Versions(Filing, Away):
    @classmethod
    def versions_of(cls, row: int) -> Sequence[Self]:
        """Of the upload with this row id, the one that was replaced last first, with all that is
        kept for each.
        """
        replaced_at: Any = cls.created_at  # type: ignore[attr-defined]
        query = select(cls).where(cls.version_of_id == row).options(undefer(cls.kept_bytes))
        return db.session.scalars(query.order_by(replaced_at.desc(), cls.id.desc())).all()

    @classmethod
    def version(cls, row: int, public_id: str) -> Self | None:
        """One of these, by its id."""
        found = cls.version_of_id == row, cls.public_id == public_id
        return db.session.scalar(select(cls).where(*found))

    @classmethod
    def of_replaced(cls, path: str, visitor: Visitor) -> tuple[Self, Self] | None:
        """The version whose file is at ``path``, and the upload that it is of, if ``visitor`` may
        open that now.
        """
        query = select(cls).where(cls.named_as([path]), cls.version_of_id.is_not(None))
        version = next((one for one in db.session.scalars(query) if path in one.files), None)
        if version is None:
            return None
        of_it = cls.id == version.version_of_id, cls.openable_by(visitor)
        upload = db.session.scalar(select(cls).where(*of_it))
        return (version, upload) if upload else None

    def of_the_file(self) -> dict[str, Any]:
        """What this row knows of its file, by column, but for its name."""
        return {name: getattr(self, name) for name in OF_THE_FILE if name != "name"}

    def exchange_file(self, other: Self, at: datetime) -> None:
        """The files of the two change places, all but their roots. ``at``: when this upload's was
        replaced, which becomes the other's.
        """
        own, others = ({name: getattr(one, name) for name in OF_THE_FILE} for one in (self, other))
        other.folder = f"~{other.id}"  # a path is one row's at any moment
        db.session.flush()
        _set(self, others)
        db.session.flush()
        _set(other, own)
        other.created_at = at  # type: ignore[attr-defined]
        db.session.flush()
        Scrubbing.exchange(self.id, other.id)
        for one in (self, other):
            db.session.expire(one, ["scrubbing"])


def _set(upload: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(upload, name, value)
