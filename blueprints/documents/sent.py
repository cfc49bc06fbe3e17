"""A file that was sent by a share link, as the script of its sender gets it."""

from __future__ import annotations

from typing import Any

from blueprints.http.addresses import Addresses
from models.sent_files import SentFile


def document(sent: SentFile, name: str, link: Addresses, said: str) -> dict[str, Any]:
    """``name`` is what the file is called under the link. Addresses are the link's
    alone; None where the file isn't shown by it. ``said`` is who sees it.
    """
    upload = sent.upload
    return {
        "id": name,
        "name": upload.original_filename,
        "sha256": upload.source_sha256,
        "size": sent.how.size,
        "url": link.viewer_path(upload) if sent.is_shown else None,
        "thumb": link.shown(upload, upload.derivative("th")) if sent.is_shown else None,
        "said": said,
    }
