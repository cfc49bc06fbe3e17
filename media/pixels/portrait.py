"""A person's picture: the middle square of what they send, small, and nothing but pixels."""

from __future__ import annotations

import io
from pathlib import Path

from media.formats import FORMATS
from media.pixels import works
from media.probe import Facts

SIDE = 256  # pixels: twice what the largest place for it has
MIME = "image/webp"


def portrait(path: Path, facts: Facts) -> bytes:
    """As WebP: upright, first frame, sRGB, without metadata; never enlarged. Raises Unreadable."""
    side = min(SIDE, facts.width, facts.height)
    with works.source(path, facts) as image:
        pixels = works.square_work(image, path, facts, side)
    pixels = pixels if pixels.mode in ("RGB", "RGBA") else pixels.convert("RGB")
    pixels.info.clear()
    buffer = io.BytesIO()
    pixels.save(buffer, **FORMATS["webp"].encoding)
    return buffer.getvalue()
