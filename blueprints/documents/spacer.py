"""What holds a picture's place until it is there."""

from __future__ import annotations

from urllib.parse import quote

from models import Upload


def spacer(upload: Upload) -> str:
    """A picture of the upload's size, as a data: address: it holds the place, and a few blurred
    pixels of what will come.
    """
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
