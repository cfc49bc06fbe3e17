"""What the rows say of files, as plain values: for who compares all of them, and holds no
transaction meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from models.base import db
from models.journal import Journal
from models.scrubbing import Scrubbing
from models.seen_sums import SeenSums, Sums
from models.upload import Upload

FILE, SENT = "file", "sent"  # what is served, and what was sent where that is another file


class Part(NamedTuple):
    """One file. ``what`` is FILE, SENT, or the kind of a derivative; ``size`` is in bytes."""

    what: str
    root: str
    path: str
    size: int

    @property
    def is_derivative(self) -> bool:
        return self.what not in (FILE, SENT)


@dataclass(frozen=True)
class Filed:
    """An upload's files. ``md5`` is of what is served, ``sha256`` of what was sent, and
    ``is_original`` says that they are one, but for what was blanked. Two of the same row are equal
    where nothing was done with the files between.
    """

    row: int
    public_id: str
    parts: tuple[Part, ...]
    md5: str
    sha256: str
    is_original: bool
    scrubbed_size: int
    format: str
    megapixels: int
    seen: Sums

    @property
    def paths(self) -> list[str]:
        return [part.path for part in self.parts]


class Told(NamedTuple):
    """What a person knows an upload by."""

    title: str
    owner: str
    sent_at: datetime


def filed_after(row: int, limit: int) -> list[Filed]:
    """Of all uploads, also in bins, replaced and waiting: the first from behind this row."""
    query = select(Upload).where(Upload.id > row).order_by(Upload.id).limit(limit)
    return _all_filed(query)


def filed(row: int) -> Filed | None:
    """As it is now; None where it has been deleted."""
    return next(iter(_all_filed(select(Upload).where(Upload.id == row))), None)


def rows_of(public_ids: Sequence[str]) -> Sequence[int]:
    """Row ids of those that are there."""
    found = select(Upload.id).where(Upload.public_id.in_(public_ids)).order_by(Upload.id)
    return db.session.scalars(found).all()


def originals(row: int) -> bytes | None:
    """What was blanked in the upload's file."""
    return db.session.scalar(select(Scrubbing.originals).where(Scrubbing.upload_id == row))


def is_on_its_way(paths: Collection[str]) -> bool:
    """Whether somebody writes, moves or deletes one of these files just now."""
    return bool(Journal.taken(paths))


def totals(after: int = 0) -> tuple[int, int]:
    """Uploads, and bytes of all of their files, from behind a row."""
    in_database = func.coalesce(func.sum(Upload.kept_bytes - Upload.scrubbed_size), 0)
    query = select(func.count(), in_database).where(Upload.id > after)
    uploads, size = db.session.execute(query).one()
    return uploads, size


def told(public_ids: Sequence[str]) -> dict[str, Told]:
    """By public id; a guest's has no owner."""
    query = select(Upload).where(Upload.public_id.in_(public_ids)).options(joinedload(Upload.user))
    return {
        one.public_id: Told(
            one.title or one.original_filename, one.user.name if one.user else "", one.received_at
        )
        for one in db.session.scalars(query)
    }


def _all_filed(query: Select[Upload]) -> list[Filed]:
    uploads = db.session.scalars(query.execution_options(populate_existing=True)).all()
    seen = SeenSums.of([upload.id for upload in uploads])
    return [_filed(upload, seen.get(upload.id, {})) for upload in uploads]


def _filed(upload: Upload, seen: Sums) -> Filed:
    sizes = upload.sizes
    parts = [
        Part(what, upload.root, f"images/{upload.folder}/{upload.derivative(what)}", sizes[what])
        for what in sizes
    ]
    parts.insert(0, Part(FILE, upload.root, upload.files[0], upload.size))
    if upload.sent_file:
        parts.append(Part(SENT, "private", upload.sent_file, upload.sent_size))
    return Filed(
        upload.id,
        upload.public_id,
        tuple(parts),
        upload.checksum,
        upload.source_sha256,
        upload.is_original,
        upload.scrubbed_size,
        upload.format,
        -(-upload.width * upload.height // 1_000_000),
        seen,
    )
