"""A placeholder for a picture that is still loading."""

from __future__ import annotations

from urllib.parse import quote

from models import Upload


def spacer(upload: Upload, scale: int = 1) -> str:
    """A picture of the upload's size, ``scale`` times as large, with a few blurred pixels of it, as
    a ``data:`` URL.
    """
    width, height = upload.width * scale, upload.height * scale
    inside = (
        f'<image href="{upload.placeholder}" width="100%" height="100%" '
        'preserveAspectRatio="none"/>'
        if upload.placeholder
        else ""
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{inside}</svg>'
    )
    return "data:image/svg+xml," + quote(svg)
