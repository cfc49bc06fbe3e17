"""What a file is, by its content alone: name and declared type are not believed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image

from media import metadata
from media.containers import blocks, gif, riff
from media.decode import opened, reading
from media.errors import DisabledFormat, TooManyMegapixels, UnavailableFormat, Unreadable
from media.metadata import Metadata

MIME_TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
              "avif": "image/avif", "bmp": "image/bmp"}

_HEAD = 64  # bytes that tell every format apart
_AVIF_BRANDS = {b"avif", b"avis"}
# Real pictures and films that this version does not take: their owner is told so, rather than that the file is broken.
_OTHERS = (b"8BPS", b"\0\0\1\0", b"II*\0", b"MM\0*", b"\0\0\0\x0cJXL ", b"\xff\x0a", b"\0\0\0\x0cjP  ", b"qoif",
           b"\x76\x2f\x31\x01", b"DDS ", b"\x1aE\xdf\xa3", b"%PDF-", b"FLV\1", b"OggS", b"icns")


@dataclass(frozen=True)
class Facts:
    """``width`` and ``height`` are pixels as displayed, after orientation. ``duration`` is in whole seconds."""

    kind: Literal["image", "video"]
    format: str
    width: int
    height: int
    metadata: Metadata
    is_animated: bool = False
    duration: int = 0

    @property
    def mime(self) -> str:
        return MIME_TYPES[self.format]


def probe(path: Path, *, max_megapixels: int, allowed: Collection[str]) -> Facts:
    """Read the headers of ``path``, no pixels.

    Raises Unreadable, UnavailableFormat, DisabledFormat or TooManyMegapixels.
    """
    with path.open("rb") as file:
        format = sniff(file.read(_HEAD))
        if format not in allowed:
            raise DisabledFormat(format)
        with reading():
            found = blocks(file, format)
            told = metadata.read(file, found)
            canvas = riff.canvas(file) if format == "webp" else None
            frames = gif.frames(file) if format == "gif" else 0
    if canvas:
        _check_pixels(canvas, max_megapixels)
    with opened(path, format) as image:
        _check_pixels(image.size, max_megapixels)
        orientation = _orientation(image, format, told)
        is_animated = frames > 1 or bool(getattr(image, "is_animated", False) and format in ("png", "webp", "avif"))
        width, height = image.size if orientation < 5 else image.size[::-1]
    told = Metadata(**{**vars(told), "orientation": orientation})
    return Facts("image", format, width, height, told, is_animated)


def sniff(head: bytes) -> str:
    """The format that the first bytes of a file declare, by its usual extension. Raises UnavailableFormat, Unreadable."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "bmp"
    if head[4:8] == b"ftyp":
        if _brands(head) & _AVIF_BRANDS:
            return "avif"
        raise UnavailableFormat()
    if head.startswith(_OTHERS) or head[:4] == b"RIFF":
        raise UnavailableFormat()
    raise Unreadable()


def _brands(head: bytes) -> set[bytes]:
    """The major and compatible brands of an ISO media file (ISO/IEC 14496-12, 4.3), as far as ``head`` reaches."""
    end = min(int.from_bytes(head[:4]), len(head))
    return {head[8:12]} | {head[at:at + 4] for at in range(16, end - 3, 4)}


def _check_pixels(size: tuple[int, int], max_megapixels: int) -> None:
    if size[0] * size[1] > max_megapixels * 1_000_000:
        raise TooManyMegapixels(max_megapixels)


def _orientation(image: Image.Image, format: str, told: Metadata) -> int:
    """AVIF is turned by its container, which Pillow reports as EXIF; the others by EXIF, as browsers do."""
    if format == "avif":
        value = image.getexif().get(0x0112, 1)
        return value if value in range(1, 9) else 1
    return told.orientation


