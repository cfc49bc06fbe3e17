"""The logo of the site: a picture that somebody sends, small, and nothing but pixels."""

from __future__ import annotations

import io
from pathlib import Path

from media.formats import FORMATS
from media.pixels import works
from media.probe import Facts

BOX = 512, 256  # pixels: more than any place for it has, and enough for link previews
MIME = "image/png"


def logo(path: Path, facts: Facts) -> tuple[bytes, int, int]:
    """As PNG, with its width and height: all of it, upright, first frame, sRGB, without metadata;
    never enlarged. Raises Unreadable.
    """
    with works.source(path, facts) as image:
        pixels = works.works(image, path, facts).whole.copy()
    pixels = pixels if pixels.mode in ("RGB", "RGBA") else pixels.convert("RGBA")
    pixels.thumbnail(BOX)
    pixels.info.clear()
    buffer = io.BytesIO()
    pixels.save(buffer, **FORMATS["png"].encoding)
    return buffer.getvalue(), pixels.width, pixels.height
