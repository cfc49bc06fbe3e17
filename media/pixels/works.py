"""What derivatives are cut from: made without decoding more of a JPEG than is needed, and without
copies of all of a long picture.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from media.pixels import colour, decode, preview, reduced, tile
from media.pixels.decode import opened
from media.probe import Facts

TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
Size = tuple[int, int]


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


@dataclass(frozen=True)
class Works:
    """Upright and in sRGB. Medium and placeholder come from ``whole``."""

    whole: Image.Image
    thumb: Image.Image
    tile: Image.Image


def works(image: Image.Image, path: Path, facts: Facts) -> Works:
    """One picture as a rule."""
    decoded = _Decoded(image, path, facts, reduced.size(facts))
    if not reduced.is_apart(facts):
        work = decoded.whole(reduced.size(facts))
        return Works(work, work, work)
    square = min(facts.width, facts.height)
    thumb = decoded.part((square, square), (reduced.THUMB_SIZE, reduced.THUMB_SIZE))
    shown = _shown(decoded, facts)
    return Works(decoded.whole(reduced.whole_size(facts)), thumb, shown)


def tile_work(image: Image.Image, path: Path, facts: Facts) -> Image.Image:
    """For the tile alone."""
    size = reduced.scaled(facts, tile.scale(facts.width, facts.height))
    decoded = _Decoded(image, path, facts, size)
    if tile.shown(facts.width, facts.height) == (facts.width, facts.height):
        return decoded.whole(size)
    return _shown(decoded, facts)


def preview_work(image: Image.Image, path: Path, facts: Facts) -> Image.Image:
    """For the preview alone. A JPEG is decoded at a half of its size at the most."""
    size = preview.size(facts.width, facts.height)
    wide, high = reduced.drafted(size)
    drafted = min(wide, facts.width // preview.PART), min(high, facts.height // preview.PART)
    return _Decoded(image, path, facts, size, drafted).whole(size)


def square_work(image: Image.Image, path: Path, facts: Facts, side: int) -> Image.Image:
    """The middle square, ``side`` pixels wide: for the picture of a person."""
    square = min(facts.width, facts.height)
    decoded = _Decoded(image, path, facts, reduced.scaled(facts, side / square))
    return decoded.part((square, square), (side, side))


def _shown(decoded: _Decoded, facts: Facts) -> Image.Image:
    """Of what is too wide the middle, of what is too tall the top, as rows show it."""
    width, height = facts.width, facts.height
    return decoded.part(tile.shown(width, height), tile.size(width, height), top=0)


class _Decoded:
    """A picture as it is stored, at no less than ``size``; a JPEG at no less than ``drafted``."""

    def __init__(
        self, image: Image.Image, path: Path, facts: Facts, size: Size, drafted: Size | None = None
    ) -> None:
        self._size = facts.width, facts.height
        self._orientation = facts.metadata.orientation
        self._profile = image.info.get("icc_profile")
        if facts.format == "jpg":
            image.draft(image.mode, self._stored(drafted or reduced.drafted(size)))
        self._pixels = colour.resizable(decode.pixels(image, path))

    def whole(self, size: Size) -> Image.Image:
        """All of it in this size; to be called last, as what was decoded may go."""
        pixels, stored = self._pixels, self._stored(size)
        del self._pixels
        if pixels.size != stored:
            pixels = pixels.resize(stored, filter_of(pixels), reducing_gap=3.0)
        pixels.load()
        return self._upright(pixels)

    def part(self, part: Size, size: Size, top: int | None = None) -> Image.Image:
        """Its middle, or what is below ``top``, in this size. It is cut out first: to be scaled,
        what has alpha is copied.
        """
        (width, height), (wide, high) = self._size, part
        left = (width - wide) // 2
        top = (height - high) // 2 if top is None else top
        right, bottom = left + wide, top + high
        if self._orientation in (2, 3, 6, 7):
            left, right = width - right, width - left
        if self._orientation in (3, 4, 7, 8):
            top, bottom = height - bottom, height - top
        x, y = (
            decoded / stored
            for decoded, stored in zip(self._pixels.size, self._stored(self._size), strict=True)
        )
        (left, top), (right, bottom) = self._stored((left, top)), self._stored((right, bottom))
        left, top = int(left * x), int(top * y)
        pixels = self._pixels.crop(
            (left, top, max(left + 1, round(right * x)), max(top + 1, round(bottom * y)))
        )
        return self._upright(pixels.resize(self._stored(size), filter_of(pixels), reducing_gap=3.0))

    def _stored(self, size: Size) -> Size:
        return size if self._orientation < 5 else size[::-1]

    def _upright(self, pixels: Image.Image) -> Image.Image:
        pixels = colour.to_srgb(pixels, self._profile)
        turn = TRANSPOSE.get(self._orientation)
        return pixels if turn is None else pixels.transpose(turn)


def filter_of(pixels: Image.Image) -> Image.Resampling:
    """Lanczos, but for what has alpha: its second lobe draws a faint ring where nothing is, which a
    GIF makes opaque.

    Pillow premultiplies before it filters, so no colour of transparent pixels comes in.
    """
    return Image.Resampling.BICUBIC if pixels.mode in ("RGBA", "LA") else Image.Resampling.LANCZOS
