"""Small real pictures, each of other bytes, made as fast as they are sent."""

from __future__ import annotations

import io
import random

from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP")
SIZE = 320, 240  # pixels: larger than a thumb, so that one is made of it
OPTIONS = {"JPEG": {"quality": 80}, "PNG": {"compress_level": 1}, "WEBP": {"method": 0}}


def picture(number: int) -> tuple[str, bytes]:
    """A file name and its bytes: soft noise of the seed ``number``."""
    format = FORMATS[number % len(FORMATS)]
    noise = random.Random(number).randbytes(16 * 12 * 3)
    image = Image.frombytes("RGB", (16, 12), noise).resize(SIZE, Image.Resampling.BILINEAR)
    written = io.BytesIO()
    image.save(written, format, **OPTIONS[format])
    return f"load-{number}.{format.lower()}", written.getvalue()
