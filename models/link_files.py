"""Which files of an upload a share link opens: to show it, and to keep it (`Download`)."""

from __future__ import annotations

from models.share_link import Download, ShareLink
from models.upload import Upload

# the derivatives that pages show: the thumbnail, the tile, the medium size, the preview and, of a
# video, its still picture
_PICTURES = ("th", "tl", "md", "pv", "fr")


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


def to_keep(link: ShareLink, upload: Upload) -> str:
    """The name of the file that may be downloaded, "" for none. Where that is a preview: the medium
    size, or what is shown instead; what moves has none but itself.
    """
    if link.download == Download.FILE:
        return upload.filename
    if link.download == Download.NONE or upload.is_video or upload.is_animated:
        return ""
    return upload.derivative("md") if upload.medium_size else upload.filename


def _shows_itself(upload: Upload) -> bool:
    moves = upload.is_video or upload.is_animated
    return upload.is_playable and (moves or not upload.medium_size)
