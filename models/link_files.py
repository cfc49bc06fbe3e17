"""Which files of an upload a share link opens: to show it, and to keep it (`Download`)."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from models.share_link import Download, ShareLink
from models.upload import Upload

# the derivatives that pages show: the thumbnail, the tile, the medium size, the preview and, of a
# video, its still picture
_PICTURES = ("th", "tl", "md", "pv", "fr")


class Kept(NamedTuple):
    """A file that may be downloaded: its name, and its bytes."""

    name: str
    size: int


class Sizes(Protocol):
    """What of an upload says which of its files may be kept: an `Upload`, or a light row of one."""

    @property
    def filename(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def medium_size(self) -> int: ...
    @property
    def is_video(self) -> bool: ...
    @property
    def is_animated(self) -> bool: ...
    @property
    def is_playable(self) -> bool: ...
    def derivative(self, kind: str) -> str: ...


def opens_file(link: ShareLink, upload: Upload) -> bool:
    """Whether the link opens the file itself: it may be downloaded, or nothing smaller shows it, as
    of a small photo and of what moves.
    """
    return link.download == Download.FILE or _shows_itself(upload)


def opens(link: ShareLink, upload: Upload, name: str) -> bool:
    """Whether the link opens the file of this name, to be shown. The original is never one."""
    if name == upload.filename:
        return opens_file(link, upload)
    return name in {upload.derivative(kind) for kind in _PICTURES}


def kept(level: str, upload: Sizes) -> Kept | None:
    """The one that may be downloaded at a level, alone or in a ZIP. Where that is a preview: the
    medium size, or the photo itself where that is what is shown; what moves has none.
    """
    if level == Download.FILE:
        return Kept(upload.filename, upload.size)
    if level == Download.NONE or _moves(upload):
        return None
    if upload.medium_size:
        return Kept(upload.derivative("md"), upload.medium_size)
    return Kept(upload.filename, upload.size) if _shows_itself(upload) else None


def to_keep(link: ShareLink, upload: Upload) -> str:
    """The name of the file that may be downloaded, "" for none."""
    file = kept(link.download, upload)
    return file.name if file else ""


def _shows_itself(upload: Sizes) -> bool:
    return upload.is_playable and (_moves(upload) or not upload.medium_size)


def _moves(upload: Sizes) -> bool:
    return upload.is_video or upload.is_animated
