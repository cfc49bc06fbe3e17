"""What other readers find in a file than our walkers: ExifRead and Pillow, each going its own way
through the container. It proves that nothing private is left, and is what is shown of a file.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree.ElementTree import Element

from PIL import Image

from media.errors import Unreadable
from media.metadata import marks, xmp
from media.metadata.containers import png
from media.metadata.containers.block import Block
from media.metadata.exif import read_tags
from media.metadata.reader import FirstReading
from media.pixels.decode import opened, reading
from media.privacy.xmp_names import kind_of

# by ExifRead's names, on any page
_TELLING = re.compile(r"Serial|Owner|Unique|Location|HostComputer|MakerNote")
_NOT_SHOWN = ("GPS ", "Thumbnail ", "Interoperability ", "MakerNote ")
_POINTERS = {
    "ExifOffset", "GPSInfo", "InteroperabilityOffset", "SubIFDs", "MakerNote", "JPEGThumbnail",
    "TIFFThumbnail", "Padding", "OffsetSchema", "PrintIM", "ApplicationNotes", "IPTC/NAA",
    "InterColorProfile",
}  # fmt: skip
_MAX_VALUE = 1000  # characters of one value kept for showing
_BY_EXIFREAD = ("jpg", "png", "webp", "tiff", "heic")
_GPS_IFD, _EXIF_IFD, _MAKER_NOTE = 0x8825, 0x8769, 0x927C


@dataclass(frozen=True)
class SecondReading:
    """EXIF tags to show, GPS tags, XMP roots.

    ``kinds`` says it in a word each: place, serial numbers, maker note, embedded thumbnail, camera,
    date. ``telling`` are the names of tags that nothing public may have.
    """

    tags: dict[str, str] = field(default_factory=dict)
    gps: tuple[str, ...] = ()
    xmp: tuple[Element, ...] = ()
    kinds: frozenset[str] = frozenset()
    telling: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """Pillow's part: what it makes of EXIF and XMP. ``exif`` is None where it could not read it."""

    exif: Image.Exif | None = None
    gps: tuple[str, ...] = ()
    has_maker_note: bool = False
    xmp: tuple[Element, ...] = ()


@dataclass(frozen=True)
class AsSent:
    """What a file says before anything is blanked in it.

    ``reading`` holds as long as nothing is; without it, ``seen`` does, and ExifRead is still to be
    asked. ``head`` are the bytes that Pillow went through to find the pixels of a JPEG; 0: not
    known.
    """

    blocks: tuple[Block, ...]
    kinds: frozenset[str]
    seen: Seen = Seen()
    reading: SecondReading | None = None
    head: int = 0

    def unchanged(self, path: Path, format: str) -> SecondReading:
        """The second reading of a file in which nothing was blanked."""
        return self.reading or _put_together(format, _tags_of(path, format), self.seen)


def as_sent(
    image: Image.Image, format: str, found: Sequence[Block], first: FirstReading, head: int
) -> AsSent:
    """Of a picture that Pillow has open; ``found`` and ``first`` are what our walkers and readers
    found in it.
    """
    pillow = seen(image)
    pillow = replace(pillow, xmp=first.roots or pillow.xmp)
    kinds = _put_together(format, dict(first.tags), pillow).kinds
    return AsSent(tuple(found), kinds, pillow, head=head)


def read_again(path: Path, format: str) -> SecondReading:
    """The file read with ExifRead, and with Pillow, which opens it for that."""
    found = Seen()
    with contextlib.suppress(Unreadable), _opened_without_pixels(path, format) as image:
        found = seen(image)
    return _put_together(format, _tags_of(path, format), found)


def read_by_marks(path: Path, head: int) -> SecondReading:
    """A JPEG read with ExifRead, and by what EXIF and XMP begin with, wherever it stands in the
    first ``head`` bytes: Pillow parses that, and need not open the file again.
    """
    with path.open("rb") as file:
        found = marks.find(file.read(head))
    if found is None:
        return read_again(path, "jpg")
    packet = b"".join(found.packets[:1])
    images = [_with_metadata(block, packet) for block in found.exif or [b""]]
    return _put_together("jpg", _tags_of(path, "jpg"), _seen(images, found.packets))


def seen(image: Image.Image) -> Seen:
    """What Pillow has of metadata in an open picture; whatever it makes of odd one, the pixels are
    checked elsewhere.
    """
    packet = image.info.get("xmp") or b""
    return _seen([image], [packet if isinstance(packet, bytes) else str(packet).encode()])


def _with_metadata(exif: bytes, packet: bytes) -> Image.Image:
    """A picture without pixels, for Pillow to make of its metadata what it makes of a file's."""
    image = Image.new("1", (1, 1))
    image.info |= {"exif": exif, "xmp": packet}
    return image


def _seen(images: Iterable[Image.Image], packets: Iterable[bytes]) -> Seen:
    exifs = []
    for image in images:
        with contextlib.suppress(Unreadable), reading():
            # PNG's own would decode all pixels for what stands behind them
            exifs.append(Image.Image.getexif(image))
    roots = map(xmp.parse, packets)
    return Seen(
        next((exif for exif in exifs if exif), None),
        tuple(f"GPS {tag}" for exif in exifs for tag in _directory(exif, _GPS_IFD)),
        any(_MAKER_NOTE in _directory(exif, _EXIF_IFD) for exif in exifs),
        tuple(root for root in roots if root is not None),
    )


def _directory(exif: Image.Exif, number: int) -> Mapping[int, object]:
    with contextlib.suppress(Unreadable), reading():
        return exif.get_ifd(number)
    return {}


def _tags_of(path: Path, format: str) -> dict[str, str]:
    if format not in _BY_EXIFREAD:
        return {}
    with path.open("rb") as file:
        return read_tags(file)


def _put_together(format: str, tags: dict[str, str], found: Seen) -> SecondReading:
    if not tags and found.exif:
        with contextlib.suppress(Unreadable), reading():
            tags = read_tags(found.exif.tobytes())
    gps = [name for name in tags if name.startswith("GPS ") and tags[name].strip(" 0[],")]
    gps += found.gps
    if found.has_maker_note:  # ExifRead leaves it out of a quick reading
        tags.setdefault("EXIF MakerNote", "")
    telling = tuple(name for name in tags if _TELLING.search(name) and tags[name].strip(" 0[],"))
    kinds = frozenset(_kinds(format, tags, gps, found.xmp))
    return SecondReading(_shown(tags), tuple(gps), found.xmp, kinds, telling)


@contextlib.contextmanager
def _opened_without_pixels(path: Path, format: str) -> Iterator[Image.Image]:
    if format != "png":
        with opened(path, format) as image:
            yield image
        return
    with (
        reading(),
        path.open("rb") as file,
        Image.open(png.without_pixels(file), formats=["PNG"]) as image,
    ):
        yield image


def _kinds(
    format: str, tags: dict[str, str], gps: list[str], roots: tuple[Element, ...]
) -> Iterator[str]:
    yield from {kind_of(*name) for root in roots for name in xmp.private_names(root)} - {""}
    if gps:
        yield "place"
    if any("SerialNumber" in name for name in tags):
        yield "serial numbers"
    if any("OwnerName" in name for name in tags):
        yield "owner"
    if "EXIF MakerNote" in tags:
        yield "maker note"
    # a TIFF's second directory is a page
    if format != "tiff" and any(name.startswith("Thumbnail ") for name in tags):
        yield "embedded thumbnail"
    if "Image Make" in tags or "Image Model" in tags:
        yield "camera"
    if "EXIF DateTimeOriginal" in tags or "Image DateTime" in tags:
        yield "date"


def _shown(tags: dict[str, str]) -> dict[str, str]:
    shown = {}
    for name, value in tags.items():
        short = name.partition(" ")[2]
        if (
            not name.startswith((*_NOT_SHOWN, "IFD "))
            and short not in _POINTERS
            and not short.endswith("#")
        ):
            text = "".join(c for c in value if c.isprintable() or c == "\n").strip()
            if text:
                shown[short] = text[:_MAX_VALUE]
    return shown
