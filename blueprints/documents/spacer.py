"""A placeholder for a picture that is still loading."""

from __future__ import annotations

from urllib.parse import quote

from models import Upload


def spacer(upload: Upload) -> str:
    """A picture of the upload's size with a few blurred pixels of it, as a ``data:`` URL."""
    inside = (
        f'<image href="{upload.placeholder}" width="100%" height="100%" '
        'preserveAspectRatio="none"/>'
        if upload.placeholder
        else ""
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{upload.width}" '
        f'height="{upload.height}">{inside}</svg>'
    )
    return "data:image/svg+xml," + quote(svg)
