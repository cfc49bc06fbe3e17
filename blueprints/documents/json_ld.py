"""An upload as JSON-LD with schema.org's vocabulary."""

from __future__ import annotations

from typing import Any

from blueprints.http.addresses import Addresses
from models import Upload


def document(upload: Upload, where: Addresses) -> dict[str, Any]:
    """schema.org's ImageObject or VideoObject."""
    direct, thumb = where.file(upload, upload.filename), where.file(upload, upload.derivative("th"))
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "VideoObject" if upload.is_video else "ImageObject",
        "name": upload.title or upload.filename,
        "url": where.viewer(upload),
        "contentUrl": direct,
        "thumbnailUrl": thumb,
        "uploadDate": upload.created_at.isoformat(),
        "width": upload.width,
        "height": upload.height,
        "encodingFormat": upload.mime,
        "contentSize": str(upload.size),
    }
    if upload.description:
        document["description"] = upload.description
    if upload.alt_text:
        document["caption"] = upload.alt_text
    if upload.user:
        document["author"] = {"@type": "Person", "name": upload.user.shown_name}
    if upload.is_video:
        document["duration"] = f"PT{upload.duration}S"
    return document
