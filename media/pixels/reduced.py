"""The reduced picture that all derivatives are cut from: how large it is, and how it is made
without decoding more of a JPEG than it needs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from math import ceil
from pathlib import Path

from PIL import Image

from media.pixels import colour, decode, tile
from media.pixels.decode import opened
from media.probe import Facts

THUMB_SIZE, MEDIUM_WIDTH = 320, 750  # pixels (contract, *Files*)

# A JPEG is decoded at no less than this times the size wanted, so that the last step is a Lanczos
# filter. A photo of 1600 pixels is decoded at 800, 44 dB from the way by all pixels, one of 4000 at
# 1000, 47 dB: less than what saving it as JPEG costs (37), for half the time.
_DRAFT_MARGIN = 1.06
TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def size(facts: Facts) -> tuple[int, int]:
    """The smallest size that all derivatives can be cut from."""
    shorter = min(facts.width, facts.height)
    return scaled(
        facts,
        max(
            MEDIUM_WIDTH / facts.width, THUMB_SIZE / shorter, tile.scale(facts.width, facts.height)
        ),
    )


def scaled(facts: Facts, scale: float) -> tuple[int, int]:
    """Never enlarged."""
    if scale >= 1:
        return facts.width, facts.height
    return max(1, round(facts.width * scale)), max(1, round(facts.height * scale))


def need(facts: Facts) -> int:
    """Bytes that a JPEG takes at the peak while it is reduced: at 4 a pixel as it is decoded, as it
    is then, and in the copy that is turned, or is the medium.
    """
    width, height = size(facts)
    wide, high = _drafted((width, height))
    by = next(
        by for by in (8, 4, 2, 1) if by == 1 or facts.width // wide >= by <= facts.height // high
    )
    return round(4 * facts.width * facts.height / by**2 + 8 * width * height)


@contextlib.contextmanager
def source(path: Path, facts: Facts) -> Iterator[Image.Image]:
    """The picture that derivatives are made of, opened here if it isn't yet."""
    if facts.frame:
        with opened(facts.frame, "png") as image:
            yield image
    elif facts.image:
        with decode.reading():
            decode.forget(facts.image)
            yield facts.image
    elif facts.format == "webp":
        with decode.reading():
            yield decode.webp(path)
    else:
        with opened(path, facts.format, is_damaged=facts.is_damaged) as image:
            yield image


def filter_of(pixels: Image.Image) -> Image.Resampling:
    """Lanczos, but for what has alpha: its second lobe draws a faint ring where nothing is, which a
    GIF makes opaque.

    Pillow premultiplies before it filters, so no colour of transparent pixels comes in.
    """
    return Image.Resampling.BICUBIC if pixels.mode in ("RGBA", "LA") else Image.Resampling.LANCZOS


def upright(image: Image.Image, path: Path, facts: Facts, size: tuple[int, int]) -> Image.Image:
    """The picture in this size, as displayed, in sRGB."""
    orientation = facts.metadata.orientation
    stored = size if orientation < 5 else size[::-1]
    profile = image.info.get("icc_profile")
    if facts.format == "jpg":
        image.draft(image.mode, _drafted(stored))
    pixels = colour.resizable(decode.pixels(image, path))
    if pixels.size != stored:
        pixels = pixels.resize(stored, filter_of(pixels), reducing_gap=3.0)
    pixels.load()
    pixels = colour.to_srgb(pixels, profile)
    return pixels.transpose(TRANSPOSE[orientation]) if orientation in TRANSPOSE else pixels


def _drafted(stored: tuple[int, int]) -> tuple[int, int]:
    return ceil(stored[0] * _DRAFT_MARGIN), ceil(stored[1] * _DRAFT_MARGIN)
