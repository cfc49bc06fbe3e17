"""What a file is, by its content alone: name and declared type are not believed."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PIL import Image, ImageCms

from media.errors import DisabledFormat, FileTooBig, TooManyMegapixels, UnavailableFormat, Unreadable
from media.metadata import raw, reader
from media.metadata.containers import blocks, gif, riff
from media.metadata.containers.block import DAMAGE, MAX_BLOCK_BYTES, MAX_METADATA_BYTES, Block
from media.metadata.reader import Metadata
from media.pixels import video
from media.pixels.decode import opened, reading

MIME_TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif",
              "bmp": "image/bmp", "heic": "image/heic", "tiff": "image/tiff", **video.MIME_TYPES}

# Their decoders want the whole file in memory. Real ones have some megabytes; a long animation some tens.
_READ_WHOLE = {"webp", "avif", "heic"}
MAX_WHOLE_BYTES = 128_000_000
# Of every file that is stored, by its extension; two formats go by two names.
MIME_BY_EXTENSION = {**MIME_TYPES, "jpeg": "image/jpeg", "tif": "image/tiff", "heif": "image/heic"}

_HEAD = 512  # bytes that tell every format apart; a transport stream only by its third packet
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_OTHER_BRANDS = {b"crx ", b"jxl ", b"jp2 ", b"M4A ", b"M4B "}
_EARLY_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # from before files began with their type
# Real pictures and films that this version does not take: their owner is told so, rather than that the file is broken.
_OTHERS = (b"8BPS", b"\0\0\1\0", b"II+\0", b"MM\0+", b"\0\0\0\x0cJXL ", b"\xff\x0a", b"\0\0\0\x0cjP  ", b"qoif",
           b"\x76\x2f\x31\x01", b"DDS ", b"%PDF-", b"FLV\1", b"OggS", b"icns", b"\0\0\1\xba", b"\x30\x26\xb2\x75",
           b"\0\0\1\xb3", b"gimp xcf", b"#?RADIANCE",
           # Camera raw: Fujifilm, Olympus, Panasonic, Minolta, Sigma, Canon before 2004
           b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"\0MRM", b"FOVb", b"II\x1a\0\0\0HEAP")
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}  # bytes; the reserved fields before it hold what they like
_TRANSPORT_STREAMS = ((0, 188), (4, 192))  # where the first 0x47 stands, and how long a packet is (ISO/IEC 13818-1; AVCHD)


@dataclass(frozen=True)
class Facts:
    """``width`` and ``height`` are pixels as displayed, after orientation. ``duration`` is in whole seconds.

    ``is_playable``: whether common browsers show the file itself. ``frame`` is the PNG of a video's picture.
    ``places`` names what a reader other than the walkers found of a position. ``is_damaged``: browsers show it, and not all of it may be
    there; how much, is looked at when it is decoded. ``is_progressive`` JPEGs are held in memory whole, as coefficients. ``metadata_bytes`` may be
    in memory at once, in a copy or two.
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

    @property
    def mime(self) -> str:
        return MIME_TYPES[self.format]


def probe(path: Path, *, max_megapixels: int, allowed: Collection[str], limits: video.Limits | None = None) -> Facts:
    """Read the headers of ``path``, no pixels of a still; of a video, one frame, in a process of its own.

    Raises Unreadable, UnavailableFormat, DisabledFormat or TooManyMegapixels.
    """
    format = format_of(path)
    if format not in allowed:
        raise DisabledFormat(format)
    with path.open("rb") as file:
        if format == "tiff" and raw.is_raw(file):
            raise UnavailableFormat()
        with reading():
            found = blocks(file, format)
            told = reader.read(file, found)
            canvas = riff.canvas(file) if format == "webp" else None
            frames = gif.frames(file) if format == "gif" else 0
    is_damaged = any(block.keyword == DAMAGE for block in found)
    if format in _READ_WHOLE and path.stat().st_size > MAX_WHOLE_BYTES:
        raise FileTooBig(MAX_WHOLE_BYTES)
    if format in video.DEMUXERS:
        facts = _probe_video(path, format, told, replace(limits or video.Limits(), max_megapixels=max_megapixels))
        return replace(facts, metadata_bytes=min(MAX_BLOCK_BYTES, sum(block.length for block in found)))
    metadata_bytes = _metadata_bytes(found)
    if canvas:
        _check_pixels(canvas, max_megapixels)
    with opened(path, format) as image:
        _check_pixels(image.size, max_megapixels)
        orientation = _orientation(image, format, told)
        is_animated = frames > 1 or bool(getattr(image, "is_animated", False) and format in ("png", "webp", "avif"))
        width, height = image.size if orientation < 5 else image.size[::-1]
        is_playable = format not in ("heic", "tiff") and not (format == "avif" and _has_foreign_profile(image))
    return Facts("image", format, width, height, replace(told, orientation=orientation), is_animated, is_playable=is_playable,
                 is_damaged=is_damaged, is_progressive=format == "jpg" and bool(image.info.get("progressive")), metadata_bytes=metadata_bytes)


def _probe_video(path: Path, format: str, packets: Metadata, limits: video.Limits) -> Facts:
    """``packets`` is what XMP in the film says: the last source of its title and description."""
    frame = path.with_name(path.name + "-frame.png")
    seen = video.inspect(path, format, frame, limits)
    told = reader.of_video(seen.told)
    told = replace(told, title=told.title or packets.title, description=told.description or packets.description)
    return Facts("video", format, seen.width, seen.height, told, duration=max(1, round(seen.duration)),
                 is_playable=seen.is_playable, frame=frame, places=seen.places)


def _metadata_bytes(found: Iterable[Block]) -> int:
    """What is in memory of a picture's metadata. Raises Unreadable for more than a decoder should keep; what follows its end, none reads."""
    inside = sum(block.length for block in found if block.kind not in ("tiff", "trailer"))
    if inside > MAX_METADATA_BYTES:
        raise Unreadable()
    return inside + min(MAX_BLOCK_BYTES, sum(block.length for block in found if block.kind == "trailer"))


def format_of(path: Path) -> str:
    """As `sniff`."""
    with path.open("rb") as file:
        return sniff(file.read(_HEAD))


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
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if head.startswith((b"II*\0", b"MM\0*")) and head[8:10] != b"CR":  # Canon's raw pictures are TIFF by their first bytes
        return "tiff"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if b"webm" in head[:64] else "mkv"
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    if head[4:8] in _EARLY_QUICKTIME:
        return "mov"
    if head.startswith((*_OTHERS, b"II*\0", b"RIFF")) or any(head[at:at + 3 * size:size] == b"GGG" for at, size in _TRANSPORT_STREAMS):
        raise UnavailableFormat()
    raise Unreadable()


def _sniff_brands(head: bytes) -> str:
    """By the major and compatible brands of an ISO media file (ISO/IEC 14496-12, 4.3), as far as ``head`` reaches."""
    major = head[8:12]
    end = min(int.from_bytes(head[:4]), len(head))
    brands = {major} | {head[at:at + 4] for at in range(16, end - 3, 4)}
    if brands & _AVIF_BRANDS:
        return "avif"
    if brands & _HEIC_BRANDS:
        return "heic"
    if major in _OTHER_BRANDS:
        raise UnavailableFormat()
    if major == b"qt  ":
        return "mov"
    if major.startswith(b"M4V"):
        return "m4v"
    return "3gp" if major.startswith((b"3gp", b"3g2")) else "mp4"


def _check_pixels(size: tuple[int, int], max_megapixels: int) -> None:
    if size[0] * size[1] > max_megapixels * 1_000_000:
        raise TooManyMegapixels(max_megapixels)


def _orientation(image: Image.Image, format: str, told: Metadata) -> int:
    """AVIF is turned by its container, which Pillow reports as EXIF; HEIF and TIFF come upright from their decoders;
    the others are turned by EXIF, as browsers do."""
    if format in ("heic", "tiff"):
        return 1
    if format == "avif":
        value = image.getexif().get(0x0112, 1)
        return value if value in range(1, 9) else 1
    return told.orientation


def _has_foreign_profile(image: Image.Image) -> bool:
    """Whether the colour profile is for other channels than the picture's: some browsers refuse such an AVIF."""
    profile = image.info.get("icc_profile")
    if not profile:
        return False
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip() != "RGB"
    except (ImageCms.PyCMSError, OSError):
        return True
