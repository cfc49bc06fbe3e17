"""The oEmbed 1.0 document of an upload."""

from __future__ import annotations

from typing import Any

from blueprints.documents.embed_codes import sizes, video_tag
from blueprints.http.addresses import Addresses
from models import Upload


def document(
    upload: Upload, where: Addresses, site_name: str, max_width: int, max_height: int
) -> dict[str, Any]:
    """A photo or a video, scaled to fit into ``max_width`` × ``max_height`` pixels."""
    pictures = sizes(upload, where)
    thumb = pictures[-1]
    document: dict[str, Any] = {
        "version": "1.0",
        "title": upload.title or upload.filename,
        "provider_name": site_name,
        "provider_url": where.base + "/",
        "author_name": upload.user.shown_name if upload.user else "a guest",
        "cache_age": 0 if upload.expires_at else 3600,
        "thumbnail_url": thumb.url,
        "thumbnail_width": thumb.width,
        "thumbnail_height": thumb.height,
    }
    if upload.is_video and upload.is_playable:
        scale = min(1.0, max_width / upload.width, max_height / upload.height)
        width, height = max(1, int(upload.width * scale)), max(1, int(upload.height * scale))
        frame, direct = pictures[0].url, where.file(upload, upload.filename)
        code = video_tag(direct, frame, width, height)
        return {**document, "type": "video", "html": code, "width": width, "height": height}
    fitting = [
        shown for shown in pictures if shown.width <= max_width and shown.height <= max_height
    ]
    shown = fitting[0] if fitting else thumb
    scale = min(1.0, max_width / shown.width, max_height / shown.height)
    alt = {"alt_text": upload.alt_text} if upload.alt_text else {}
    return {
        **document,
        "type": "photo",
        "url": shown.url,
        "width": max(1, int(shown.width * scale)),
        "height": max(1, int(shown.height * scale)),
        **alt,
    }
