"""The addresses of uploads on the pages of an album: their own where those answer the visitor, else
the album's, which answer whoever may open it.
"""

from __future__ import annotations

from dataclasses import dataclass

from blueprints.http.addresses import Addresses
from blueprints.http.language import gettext
from models import Album, Upload, Visitor

FILES = {
    "file": "", "thumb": "th", "medium": "md", "preview": "pv", "tile": "tl", "frame": "fr",
}  # fmt: skip


@dataclass(frozen=True)
class AlbumAddresses(Addresses):
    within: Album
    visitor: Visitor

    def file(self, upload: Upload, filename: str) -> str:
        if upload.is_openable_by(self.visitor):
            return super().file(upload, filename)
        which = next(name for name in FILES if file_of(upload, name) == filename)
        return f"{self.base}/album/{self.within.public_id}/file/{upload.public_id}/{which}"

    def author(self, upload: Upload) -> str:
        return sender_of(upload, self.visitor) if upload.contribution else super().author(upload)

    def download(self, upload: Upload) -> str:
        return self.shown(upload, upload.filename)

    def viewer(self, upload: Upload) -> str:
        if upload.is_openable_by(self.visitor):
            return super().viewer(upload)
        return f"{self.album(self.within)}/{upload.public_id}"

    def viewer_path(self, upload: Upload) -> str:
        if upload.is_openable_by(self.visitor):
            return super().viewer_path(upload)
        return f"{self.album_path(self.within)}/{upload.public_id}"


def sender_of(upload: Upload, visitor: Visitor) -> str:
    """Of what somebody sent by a share link: a sender's name is told to its owner alone. Others
    read no name, as the owner's would be wrong.
    """
    if upload.contribution and upload.is_owner(visitor):
        return gettext("Sent by %(name)s", name=upload.contribution.name)
    return ""


def file_of(upload: Upload, which: str) -> str:
    """The name of one of its files, which it need not have."""
    return upload.derivative(FILES[which]) if FILES[which] else upload.filename


def path_of(upload: Upload, which: str) -> str | None:
    """The relative path of one of its files; None where it has no such file."""
    path = f"images/{upload.folder}/{file_of(upload, which)}" if which in FILES else ""
    return path if path in upload.files else None
