"""What a file is, by its content alone; its name and declared type are ignored."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from PIL import Image, ImageCms, ImageFile

from media.errors import (
    DisabledFormat,
    FileTooBig,
    TooManyMegapixels,
    UnavailableFormat,
    Unreadable,
)
from media.formats import FORMATS
from media.metadata import raw, reader, second
from media.metadata.containers import blocks, gif, riff
from media.metadata.containers.block import DAMAGE, MAX_BLOCK_BYTES, MAX_METADATA_BYTES, Block
from media.metadata.reader import Metadata
from media.metadata.second import AsSent
from media.pixels import video
from media.pixels.decode import header, reading
from media.sniff import format_of

# Where a decoder wants the whole file in memory. Real ones have some megabytes; a long animation
# some tens.
MAX_WHOLE_BYTES = 128_000_000

# What was read of more metadata than that is read again by who needs it, rather than held while an
# upload waits for memory; a photo has some tens of kilobytes.
HANDED_ON_BYTES = 500_000
_HANDED_ON = ("jpg", "png", "webp")
_STAYS_OPEN = ("jpg", "png")  # the others' decoders hold all of the file, or step through it


@dataclass(frozen=True)
class Facts:
    """``width`` and ``height`` are pixels as displayed, after orientation. ``duration`` is in whole
    seconds.

    ``is_playable``: whether common browsers show the file itself. ``frame`` is the PNG of a video's
    picture. ``places`` names what a reader other than the walkers found of a position.
    ``is_damaged``: browsers show it, and not all of it may be there; how much, is looked at when it
    is decoded. ``is_progressive`` JPEGs are held in memory whole, as coefficients.
    ``metadata_bytes`` may be in memory at once, in a copy or two. ``as_sent`` is what else was read
    of a still, and ``image`` the picture where it is still open; both are None where that would
    take more memory than is worth it.
    """

    kind: Literal["image", "video"]
    format: str
    width: int
    height: int
    metadata: Metadata
    is_animated: bool = False
    duration: int = 0
    is_playable: bool = True
    frame: Path | None = None
    places: tuple[str, ...] = ()
    is_damaged: bool = False
    is_progressive: bool = False
    metadata_bytes: int = 0
    as_sent: AsSent | None = field(default=None, repr=False)
    image: ImageFile.ImageFile | None = field(default=None, repr=False, compare=False)

    @property
    def mime(self) -> str:
        return FORMATS[self.format].mime


def probe(
    path: Path,
    *,
    max_megapixels: int,
    allowed: Collection[str],
    limits: video.Limits | None = None,
    stays_open: contextlib.ExitStack | None = None,
) -> Facts:
    """Read the headers of ``path``, no pixels of a still; of a video, one frame, in a process of
    its own. With ``stays_open``, a picture may stay open until that is closed.

    Raises Unreadable, UnavailableFormat, DisabledFormat or TooManyMegapixels.
    """
    format = format_of(path)
    if format not in allowed:
        raise DisabledFormat(format)
    with path.open("rb") as file:
        if format == "tiff" and raw.is_raw(file):
            raise UnavailableFormat()
        with reading():
            metadata_blocks = blocks(file, format)
            first = reader.read(file, metadata_blocks)
            canvas = riff.canvas(file) if format == "webp" else None
            frames = gif.frames(file) if format == "gif" else 0
    is_damaged = any(block.keyword == DAMAGE for block in metadata_blocks)
    if FORMATS[format].whole and path.stat().st_size > MAX_WHOLE_BYTES:
        raise FileTooBig(MAX_WHOLE_BYTES)
    if FORMATS[format].kind == "video":
        limits = replace(limits or video.Limits(), max_megapixels=max_megapixels)
        facts = _probe_video(path, format, first.metadata, limits)
        return replace(
            facts,
            metadata_bytes=min(MAX_BLOCK_BYTES, sum(block.length for block in metadata_blocks)),
        )
    metadata_bytes = _metadata_bytes(metadata_blocks)
    if canvas:
        _check_pixels(canvas, max_megapixels)
    with contextlib.ExitStack() as closing, reading():
        image = closing.enter_context(header(path, format))
        _check_pixels(image.size, max_megapixels)
        head = image.fp.tell() if image.format == "JPEG" and image.fp else 0
        orientation = _orientation(image, format, first.metadata)
        is_animated = frames > 1 or bool(
            getattr(image, "is_animated", False) and format in ("png", "webp", "avif")
        )
        width, height = image.size if orientation < 5 else image.size[::-1]
        is_playable = FORMATS[format].is_shown and not (
            format == "avif" and _has_foreign_profile(image)
        )
        facts = Facts(
            "image",
            format,
            width,
            height,
            replace(first.metadata, orientation=orientation),
            is_animated,
            is_playable=is_playable,
            is_damaged=is_damaged,
            is_progressive=format == "jpg" and bool(image.info.get("progressive")),
            metadata_bytes=metadata_bytes,
        )
        if metadata_bytes <= HANDED_ON_BYTES and format in _HANDED_ON:
            facts = replace(
                facts, as_sent=second.as_sent(image, format, metadata_blocks, first, head)
            )
            if stays_open and format in _STAYS_OPEN and not is_damaged:
                stays_open.enter_context(closing.pop_all())
                facts = replace(facts, image=image)
    return facts


def _probe_video(path: Path, format: str, packets: Metadata, limits: video.Limits) -> Facts:
    """``packets`` is the XMP of the film, the last source of its title and description."""
    frame = path.with_name(path.name + "-frame.png")
    seen = video.inspect(path, format, frame, limits)
    metadata = reader.of_video(seen.tags)
    metadata = replace(
        metadata,
        title=metadata.title or packets.title,
        description=metadata.description or packets.description,
    )
    return Facts(
        "video",
        format,
        seen.width,
        seen.height,
        metadata,
        duration=max(1, round(seen.duration)),
        is_playable=seen.is_playable,
        frame=frame,
        places=seen.places,
    )


def _metadata_bytes(metadata_blocks: Iterable[Block]) -> int:
    """What is in memory of a picture's metadata. Raises Unreadable for more than a decoder should
    keep; what follows its end, none reads.
    """
    inside = sum(block.length for block in metadata_blocks if block.kind not in ("tiff", "trailer"))
    if inside > MAX_METADATA_BYTES:
        raise Unreadable()
    return inside + min(
        MAX_BLOCK_BYTES, sum(block.length for block in metadata_blocks if block.kind == "trailer")
    )


def _check_pixels(size: tuple[int, int], max_megapixels: int) -> None:
    if size[0] * size[1] > max_megapixels * 1_000_000:
        raise TooManyMegapixels(max_megapixels)


def _orientation(image: Image.Image, format: str, metadata: Metadata) -> int:
    """AVIF is turned by its container, which Pillow reports as EXIF; HEIF and TIFF come upright
    from their decoders; the others are turned by EXIF, as browsers do.
    """
    if FORMATS[format].is_upright:
        return 1
    if format == "avif":
        value = image.getexif().get(0x0112, 1)
        return value if value in range(1, 9) else 1
    return metadata.orientation


def _has_foreign_profile(image: Image.Image) -> bool:
    """Whether the colour profile is for other channels than the picture's: some browsers refuse
    such an AVIF.
    """
    profile = image.info.get("icc_profile")
    if not profile:
        return False
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip() != "RGB"
    except (ImageCms.PyCMSError, OSError):
        return True
