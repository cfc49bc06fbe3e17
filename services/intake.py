"""The input of the upload pipeline, and a file on its way through it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from media.intake.spool import Spool
from media.probe import Facts
from models import ShareLink, User
from services.sent_key import KeyClaim


class Parameters(TypedDict):
    """The parsed parameters of an upload: fields of an UploadRequest."""

    title: str
    description: str
    alt_text: str
    tags: tuple[str, ...]
    album_id: str | None  # its public id
    visibility: str | None
    category_id: int | None
    width: int | None
    expires_at: datetime | None
    unused_days: int | None
    nsfw: bool
    use_file_date: bool
    neutral_name: bool
    reuse: bool


@dataclass(frozen=True)
class Sender:
    """Who sends files by a share link, without an account: under the ``name`` that they gave.
    ``browser`` is a keyed hash of the secret that their browser keeps, another one for each link;
    ``network`` one of their IP address.
    """

    link: ShareLink
    name: str
    browser: str
    network: str


@dataclass(frozen=True)
class UploadRequest:
    """A checked upload request. ``guest`` is a keyed hash of the IP address of a guest, the other
    two of secrets of the browser, where it comes from one. What a ``sender`` sends is the upload of
    ``user``, whose link it is.
    """

    source: Spool
    user: User | None
    guest: str | None = None
    guest_browser: str | None = None
    sender: Sender | None = None
    key_id: str | None = None
    title: str = ""
    description: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()
    album_id: str | None = None  # its public id
    visibility: str | None = None  # None: by default
    category_id: int | None = None
    width: int | None = None
    expires_at: datetime | None = None
    unused_days: int | None = None  # since the last view, which puts `expires_at` off
    nsfw: bool = False
    use_file_date: bool = False
    neutral_name: bool = False
    reuse: bool = False  # an upload of the same bytes, where the sender has one
    claim: KeyClaim | None = None  # of the Idempotency-Key that it was sent with

    @property
    def sent_as(self) -> str:
        """The name that the sender gave and visitors may learn, or ""."""
        return "" if self.neutral_name else self.source.filename


@dataclass(frozen=True)
class Work:
    """A file on its way through the pipeline. ``md5`` is that of ``path`` before it is cleaned.

    ``sent_format`` is that of the source, where ``path`` is another file that was made from it.
    """

    path: Path
    facts: Facts
    md5: str
    sent_format: str | None = None
