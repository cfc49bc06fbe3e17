"""Thumb, medium and tile from a picture, fast: a JPEG is decoded at a fraction of its size, and all
of them come from one reduced picture.

Also the two conversions that replace the file itself: BMP to PNG, and the resize that a sender asks
for.
"""

from __future__ import annotations

import base64
import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from media.formats import FORMATS
from media.pixels import colour, decode, tile
from media.pixels.decode import opened
from media.probe import Facts

THUMB_SIZE, MEDIUM_WIDTH = 320, 750  # pixels (contract, *Files*)

PLACEHOLDER_SIZE = 16  # pixels of the longer side: some 150 bytes in the page
# A JPEG is decoded at no less than this times the size wanted, so that the last step is a Lanczos
# filter. A photo of 1600 pixels is decoded at 800, 44 dB from the way by all pixels, one of 4000 at
# 1000, 47 dB: less than what saving it as JPEG costs (37), for half the time.
_DRAFT_MARGIN = 1.06
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Derivative:
    """A temp file waiting to be published. ``extension`` is the one that it is stored under."""

    path: Path
    extension: str
    width: int
    height: int

    @property
    def size(self) -> int:
        return self.path.stat().st_size


@dataclass(frozen=True)
class Derivatives:
    thumb: Derivative
    medium: Derivative | None
    tile: Derivative | None = None
    frame: Derivative | None = None
    placeholder: str = ""  # a few blurred pixels as a data: address, for the page to show at once

    @property
    def made(self) -> list[Derivative]:
        """In the order of an upload's files."""
        return [part for part in (self.thumb, self.medium, self.tile, self.frame) if part]


def derive(
    path: Path,
    facts: Facts,
    extension: str,
    *,
    thumb_size: int = THUMB_SIZE,
    medium_width: int = MEDIUM_WIDTH,
) -> Derivatives:
    """Thumb (square, cropped to fill) and, for a picture wider than ``medium_width``, medium;
    upright, first frame, sRGB. A format that browsers don't show always has a medium; a video has
    its frame, too. `media.pixels.tile` says which have a tile.

    Every row of the picture is decoded, so one that ends too early raises Unreadable. The files lie
    beside ``path``.
    """
    format = FORMATS[facts.format]
    encoding = _encoding(facts)
    with _source(path, facts) as image:
        frame = _save(image, path, "jpg", "jpeg") if facts.frame else None
        is_palette = image.mode == "P"
        work = _upright(image, path, facts, _working_size(facts, thumb_size, medium_width))
        medium = None
        if facts.width > medium_width or not format.is_shown:
            width = min(medium_width, facts.width)
            size = (width, max(1, round(facts.height * width / facts.width)))
            work_medium = work if work.size == size else work.resize(size, _filter(work))
            medium = _save(work_medium, path, encoding, extension)
        thumb = ImageOps.fit(work, (thumb_size, thumb_size), _filter(work))
        return Derivatives(
            _save(thumb, path, encoding, extension, FORMATS[encoding].thumb),
            medium,
            _tile(work, path, facts, extension, is_palette, facts, path.stat().st_size),
            frame,
            _placeholder(work),
        )


def derive_tile(
    path: Path, facts: Facts, extension: str, of: tile.File, file_bytes: int
) -> Derivative | None:
    """The tile alone, of the picture at ``path``, which may be the frame of the file that it stands
    for; None where none is worth it. Raises as `derive`.
    """
    with _source(path, facts) as image:
        is_palette = image.mode == "P"
        scale = tile.scale(facts.width, facts.height)
        work = _upright(image, path, facts, _scaled(facts, scale))
        return _tile(work, path, facts, extension, is_palette, of, file_bytes)


def _tile(
    work: Image.Image,
    path: Path,
    facts: Facts,
    extension: str,
    is_palette: bool,
    of: tile.File,
    file_bytes: int,
) -> Derivative | None:
    """Of what is too wide the middle, of what is too tall the top, as rows show it."""
    if not tile.is_needed(of, file_bytes):
        return None
    size = tile.size(facts.width, facts.height)
    pixels = ImageOps.fit(work, size, _filter(work), centering=(0.5, 0))
    encoding = _encoding(facts)
    if is_palette and encoding == "png":  # all its colours would take three times the bytes
        pixels = pixels.quantize(method=Image.Quantize.FASTOCTREE)
    made = _save(pixels, path, encoding, extension, FORMATS[encoding].tile)
    if tile.is_worth_it(of, file_bytes, made.size):
        return made
    made.path.unlink()
    return None


def _encoding(facts: Facts) -> str:
    """The format of a picture's derivatives."""
    return facts.format if FORMATS[facts.format].has_own_derivatives else "jpg"


@contextlib.contextmanager
def _source(path: Path, facts: Facts) -> Iterator[Image.Image]:
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


def _filter(pixels: Image.Image) -> Image.Resampling:
    """Lanczos, but for what has alpha: its second lobe draws a faint ring where nothing is, which a
    GIF makes opaque.

    Pillow premultiplies before it filters, so no colour of transparent pixels comes in.
    """
    return Image.Resampling.BICUBIC if pixels.mode in ("RGBA", "LA") else Image.Resampling.LANCZOS


def _placeholder(pixels: Image.Image) -> str:
    tiny = colour.flatten(pixels).convert("RGB")
    tiny.thumbnail((PLACEHOLDER_SIZE, PLACEHOLDER_SIZE))
    tiny.info.clear()
    buffer = io.BytesIO()
    tiny.save(buffer, "WEBP", quality=40)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def _working_size(facts: Facts, thumb_size: int, medium_width: int) -> tuple[int, int]:
    """The smallest size that all derivatives can be cut from."""
    return _scaled(
        facts,
        max(
            medium_width / facts.width,
            thumb_size / min(facts.width, facts.height),
            tile.scale(facts.width, facts.height),
        ),
    )


def _scaled(facts: Facts, scale: float) -> tuple[int, int]:
    if scale >= 1:
        return facts.width, facts.height
    return max(1, round(facts.width * scale)), max(1, round(facts.height * scale))


def _upright(image: Image.Image, path: Path, facts: Facts, size: tuple[int, int]) -> Image.Image:
    orientation = facts.metadata.orientation
    stored = size if orientation < 5 else size[::-1]
    profile = image.info.get("icc_profile")
    if facts.format == "jpg":
        image.draft(image.mode, (ceil(stored[0] * _DRAFT_MARGIN), ceil(stored[1] * _DRAFT_MARGIN)))
    pixels = colour.resizable(decode.pixels(image, path))
    if pixels.size != stored:
        pixels = pixels.resize(stored, _filter(pixels), reducing_gap=3.0)
    pixels.load()
    pixels = colour.to_srgb(pixels, profile)
    return pixels.transpose(_TRANSPOSE[orientation]) if orientation in _TRANSPOSE else pixels


def _save(
    pixels: Image.Image,
    beside: Path,
    format: str,
    extension: str,
    also: dict[str, Any] | None = None,
) -> Derivative:
    options = {**FORMATS[format].encoding, **(also or {})}
    handle, name = tempfile.mkstemp(dir=beside.parent, prefix=beside.name + "-")
    path = Path(name)
    pixels = _encodable(pixels, format)
    pixels.info.clear()  # Pillow would write the source's colour profile, which was applied already
    with os.fdopen(handle, "wb") as file:
        pixels.save(file, **options)
    return Derivative(path, extension, *pixels.size)


def _encodable(pixels: Image.Image, format: str) -> Image.Image:
    if format == "jpg":
        return colour.flatten(pixels)
    # which knows no half: without this, all but nothing is everything
    if format == "gif" and pixels.mode == "RGBA":
        pixels = pixels.copy()
        pixels.putalpha(pixels.getchannel("A").point(lambda value: 255 * (value >= 128)))
    if format in ("webp", "avif") and pixels.mode == "L":
        return pixels.convert("RGB")
    return pixels


def to_png(path: Path, facts: Facts) -> Path:
    """A BMP as PNG, pixel for pixel. Raises Unreadable."""
    with opened(path, facts.format) as image:
        image.load()
        return _save(
            image if image.mode != "CMYK" else image.convert("RGB"), path, "png", "png"
        ).path


def resize(path: Path, facts: Facts, width: int) -> tuple[Path, tuple[int, int]]:
    """The picture at ``width`` pixels in its own format, upright, with its colour profile and EXIF;
    and its new size.
    """
    size = (width, max(1, round(facts.height * width / facts.width)))
    with opened(path, facts.format, is_damaged=facts.is_damaged) as image:
        orientation = facts.metadata.orientation
        exif = image.getexif()
        profile = image.info.get("icc_profile")
        pixels = colour.resizable(decode.pixels(image, path))
        pixels = pixels.resize(size if orientation < 5 else size[::-1], _filter(pixels))
        if pixels.mode == "RGBX":
            pixels = pixels.convert("RGB")
        if orientation in _TRANSPOSE:
            pixels = pixels.transpose(_TRANSPOSE[orientation])
        if 0x0112 in exif:
            exif[0x0112] = 1
        format = FORMATS[facts.format]
        options = {**format.encoding, **format.resized}
        if exif and facts.format != "gif":
            options["exif"] = exif.tobytes()
        if profile and pixels.mode == image.mode:
            options["icc_profile"] = profile
        elif profile:
            pixels = colour.to_srgb(pixels, profile)
        pixels.info.clear()
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name + "-")
        with os.fdopen(handle, "wb") as file:
            pixels.save(file, **options)
    return Path(name), size
