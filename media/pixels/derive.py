"""Thumb, medium and tile from a picture, fast: a JPEG is decoded at a fraction of its size, and all
of them come from one reduced picture.

Also the two conversions that replace the file itself: BMP to PNG, and the resize that a sender asks
for.
"""

from __future__ import annotations

import base64
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from media.formats import FORMATS
from media.pixels import colour, decode, preview, reduced, tile
from media.pixels.decode import opened
from media.pixels.reduced import PLACEHOLDER_SIZE, THUMB_SIZE
from media.pixels.works import TRANSPOSE, filter_of, preview_work, source, tile_work, works
from media.probe import Facts


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

    @property
    def paths(self) -> list[Path]:
        return [part.path for part in self.made]


def derive(path: Path, facts: Facts, extension: str) -> Derivatives:
    """Thumb (square, cropped to fill) and, for a picture wider than 750 pixels, medium; upright,
    first frame, sRGB. A format that browsers don't show always has a medium; a video has
    its frame, too. `media.pixels.tile` says which have a tile.

    Every row of the picture is decoded, so one that ends too early raises Unreadable. The files lie
    beside ``path``.
    """
    encoding = _encoding(facts)
    with source(path, facts) as image:
        frame = _save(image, path, "jpg", "jpeg") if facts.frame else None
        is_palette = image.mode == "P"
        made = works(image, path, facts)
        medium = None
        if size := reduced.medium_size(facts):
            work = made.whole
            work = work if work.size == size else work.resize(size, filter_of(work))
            medium = _save(work, path, encoding, extension)
        thumb = ImageOps.fit(made.thumb, (THUMB_SIZE, THUMB_SIZE), filter_of(made.thumb))
        return Derivatives(
            _save(thumb, path, encoding, extension, FORMATS[encoding].thumb),
            medium,
            _tile(made.tile, path, facts, extension, is_palette, facts, path.stat().st_size),
            frame,
            _placeholder(made.whole),
        )


def derive_tile(
    path: Path, facts: Facts, extension: str, of: tile.File, file_bytes: int
) -> Derivative | None:
    """The tile alone, of the picture at ``path``, which may be the frame of the file that it stands
    for; None where none is worth it. Raises as `derive`.
    """
    with source(path, facts) as image:
        is_palette = image.mode == "P"
        work = tile_work(image, path, facts)
        return _tile(work, path, facts, extension, is_palette, of, file_bytes)


def derive_preview(path: Path, facts: Facts) -> Derivative | None:
    """The preview of the picture at ``path``, as WebP; None where none is worth it. Raises as
    `derive`.
    """
    with source(path, facts) as image:
        pixels = preview_work(image, path, facts)
    file_bytes = path.stat().st_size
    made = _save(pixels, path, "webp", "webp", FORMATS["webp"].preview)
    if preview.is_worth_it(facts, file_bytes, made.size):
        return made
    made.path.unlink()
    return None


def _tile(
    work: Image.Image,
    path: Path,
    facts: Facts,
    extension: str,
    is_palette: bool,
    of: tile.File,
    file_bytes: int,
) -> Derivative | None:
    """Of what is too tall the top, as rows show it."""
    if not tile.is_needed(of, file_bytes):
        return None
    size = tile.size(facts.width, facts.height)
    # a small step as a rule: nobody sees that it wasn't Lanczos, which takes half as long again
    pixels = ImageOps.fit(work, size, Image.Resampling.BICUBIC, centering=(0.5, 0))
    encoding = _encoding(facts)
    # Of a PNG, all colours would take three times the bytes. Of a GIF, Pillow's own choice of them
    # takes twenty times the time, but where there is alpha: then it is this one.
    if is_palette and (encoding == "png" or (encoding == "gif" and pixels.mode == "RGB")):
        pixels = pixels.quantize(method=Image.Quantize.FASTOCTREE)
    made = _save(pixels, path, encoding, extension, FORMATS[encoding].tile)
    if tile.is_worth_it(of, file_bytes, made.size):
        return made
    made.path.unlink()
    return None


def _encoding(facts: Facts) -> str:
    """The format of a picture's derivatives."""
    return facts.format if FORMATS[facts.format].has_own_derivatives else "jpg"


def _placeholder(pixels: Image.Image) -> str:
    tiny = pixels.copy()
    tiny.thumbnail((PLACEHOLDER_SIZE, PLACEHOLDER_SIZE))
    tiny = colour.flatten(tiny).convert("RGB")
    tiny.info.clear()
    buffer = io.BytesIO()
    tiny.save(buffer, "WEBP", quality=40)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


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
        pixels = pixels.resize(size if orientation < 5 else size[::-1], filter_of(pixels))
        if pixels.mode == "RGBX":
            pixels = pixels.convert("RGB")
        if orientation in TRANSPOSE:
            pixels = pixels.transpose(TRANSPOSE[orientation])
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
