"""A picture's metadata: title, description, date taken, camera. EXIF by ExifRead, XMP and IPTC by
our readers.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from xml.etree.ElementTree import Element

import exifread
from PIL import Image

from media.errors import Unreadable
from media.metadata import encoding, iptc, png_text, xmp
from media.metadata.containers import png
from media.metadata.containers.block import Block, read_exactly
from media.pixels.decode import opened, reading
from media.privacy.xmp_names import kind_of

logging.getLogger("exifread").setLevel(logging.CRITICAL)  # it warns of every odd camera

# Texts that cameras write into every picture say nothing about this one: these words, with nothing
# but numbers between.
_BOILERPLATE = re.compile(
    r"olympus|sony|minolta|kodak|pentax|konica|maginon|exif|digital|dsc|camera|jpeg|picture|dcim"
    r"|samsung|default|charset=\w+|created with gimp|file written by .*|screenshot",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(r"[\s\d_\\/.:-]*")
_ZONE = re.compile(r"([+-])(\d\d):(\d\d)")
_MAX_TEXT = 10_000  # characters of a title or description that are looked at; 5,000 are kept
# by ExifRead's names, on any page
_TELLING = re.compile(r"Serial|Owner|Unique|Location|HostComputer|MakerNote")
_NOT_SHOWN = ("GPS ", "Thumbnail ", "Interoperability ", "MakerNote ")
_POINTERS = {
    "ExifOffset", "GPSInfo", "InteroperabilityOffset", "SubIFDs", "MakerNote", "JPEGThumbnail",
    "TIFFThumbnail", "Padding", "OffsetSchema", "PrintIM", "ApplicationNotes", "IPTC/NAA",
    "InterColorProfile",
}  # fmt: skip
_NOTES = (png_text.TITLE, png_text.DESCRIPTION, png_text.COMMENT)
_FIRST_PHOTOGRAPH = 1826  # an earlier year means that the clock was never set
_MAX_VALUE = 1000  # characters of one value kept for showing


@dataclass(frozen=True)
class Metadata:
    """Texts are "" where there is none. ``taken_at`` is naive where the camera did not say its
    zone.
    """

    title: str = ""
    description: str = ""
    camera: str = ""
    taken_at: datetime | None = None
    is_360: bool = False
    orientation: int = 1


@dataclass(frozen=True)
class SecondReading:
    """What ExifRead and Pillow find in a finished file: EXIF tags to show, GPS tags, XMP roots.

    ``kinds`` says it in a word each: place, serial numbers, maker note, embedded thumbnail, camera,
    date. ``telling`` are the names of tags that nothing public may have.
    """

    tags: dict[str, str] = field(default_factory=dict)
    gps: tuple[str, ...] = ()
    xmp: tuple[Element, ...] = ()
    kinds: frozenset[str] = frozenset()
    telling: tuple[str, ...] = ()


def read(file: IO[bytes], blocks: Iterable[Block]) -> Metadata:
    """The metadata in the given blocks of ``file``. Odd or broken metadata counts as none;
    Unreadable is raised for more than any file has.
    """
    exif: dict[str, str] = {}
    texts: dict[int, str] = {}
    roots: list[Element] = []
    notes: dict[str, str] = {}
    for block in blocks:
        if block.kind == "tiff":
            exif = _short_names(_exif_tags(file))
        is_note = (
            block.kind == "text"
            and block.chunk is not None
            and block.keyword in _NOTES
            and block.keyword not in notes
        )
        if block.kind not in ("exif", "xmp", "photoshop") and not is_note:
            continue
        try:
            data = block.read(file)
        except Unreadable:
            continue
        if is_note:
            notes[block.keyword] = png_text.text_of(read_exactly(file, block.chunk + 4, 4), data)  # type: ignore[operator]
        elif block.kind == "exif":
            exif = exif or _short_names(_exif_tags(data))
        elif block.kind == "photoshop":
            texts = texts or iptc.texts(data)
        elif (root := _xmp_root(data)) is not None:
            roots.append(root)
    return _put_together(exif, texts, roots, notes)


def _xmp_root(packet: bytes) -> Element | None:
    """XMP is UTF-8 by its standard, and by some programs in whatever the system spoke."""
    root = xmp.parse(packet)
    return (
        xmp.parse(encoding.decode(packet).encode())
        if root is None and not packet.isascii()
        else root
    )


def _short_names(tags: dict[str, str]) -> dict[str, str]:
    return {
        name.partition(" ")[2]: value
        for name, value in tags.items()
        if name.startswith(("Image ", "EXIF "))
    }


def of_video(raw_tags: dict[str, str]) -> Metadata:
    """From the tags of a film: title, description, camera, date."""
    tags = {
        name.lower().removeprefix("com.apple.quicktime."): value.strip()
        for name, value in raw_tags.items()
    }
    taken = next(
        (
            date
            for date in map(
                _iso_date, (tags.get("creationdate", ""), tags.get("creation_time", ""))
            )
            if date
        ),
        None,
    )
    return Metadata(
        title=_first([tags.get("title", ""), tags.get("displayname", "")]),
        description=_first([tags.get("description", ""), tags.get("comment", "")]),
        camera=_camera({"Make": tags.get("make", ""), "Model": tags.get("model", "")}),
        taken_at=taken,
    )


def _put_together(
    exif: dict[str, str], texts: dict[int, str], roots: list[Element], notes: dict[str, str]
) -> Metadata:
    def from_xmp(*names: str) -> list[str]:
        return [xmp.text(root, name) for name in names for root in roots]

    title = _first(
        from_xmp(xmp.DC + "title"),
        [texts.get(iptc.TITLE, "")],
        from_xmp(xmp.PHOTOSHOP + "Headline"),
        [texts.get(iptc.HEADLINE, ""), exif.get("XPTitle", ""), notes.get(png_text.TITLE, "")],
    )
    description = _first(
        from_xmp(xmp.DC + "description"),
        [texts.get(iptc.CAPTION, "")],
        [exif.get("ImageDescription", ""), exif.get("XPComment", "")],
        [notes.get(png_text.DESCRIPTION, ""), notes.get(png_text.COMMENT, "")],
    )
    taken = (
        _exif_date(exif.get("DateTimeOriginal"), exif.get("OffsetTimeOriginal"))
        or _exif_date(exif.get("DateTime"), exif.get("OffsetTime"))
        or next(
            (
                d
                for d in map(
                    _iso_date,
                    from_xmp(xmp.EXIF + "DateTimeOriginal", xmp.PHOTOSHOP + "DateCreated"),
                )
                if d
            ),
            None,
        )
    )
    orientation = int(exif.get("Orientation#", "1"))
    is_360 = any("equirectangular" in xmp.values_of(root, "ProjectionType") for root in roots)
    return Metadata(title, description, _camera(exif), taken, is_360, orientation)


def _first(*candidates: list[str]) -> str:
    for text in (text for group in candidates for text in group):
        text = text[:_MAX_TEXT].replace("\0", "").strip()
        if text and not _is_boilerplate(text):
            return text
    return ""


def _is_boilerplate(text: str) -> bool:
    return _NO_WORDS.fullmatch(_BOILERPLATE.sub("", text)) is not None


def _camera(exif: dict[str, str]) -> str:
    make, model = (exif.get(name, "").replace("\0", "").strip()[:100] for name in ("Make", "Model"))
    if make and model.lower().startswith(make.split()[0].lower()):
        return model[:100]
    return f"{make} {model}".strip()[:100]


def _exif_date(value: str | None, offset: str | None) -> datetime | None:
    try:
        taken = datetime.strptime(
            (value or "").strip(" \0")[:19].replace("-", ":"), "%Y:%m:%d %H:%M:%S"
        )
    except ValueError:
        return None
    if taken.year < _FIRST_PHOTOGRAPH:
        return None
    match = _ZONE.fullmatch((offset or "").strip(" \0"))
    if not match:
        return taken
    shift = timedelta(hours=int(match[2]), minutes=int(match[3])) * (-1 if match[1] == "-" else 1)
    return taken.replace(tzinfo=timezone(shift)) if abs(shift) < timedelta(days=1) else taken


def _iso_date(value: str) -> datetime | None:
    try:
        taken = datetime.fromisoformat(value)
    except ValueError:
        return None
    return taken if taken.year >= _FIRST_PHOTOGRAPH else None


def _exif_tags(data: bytes | IO[bytes]) -> dict[str, str]:
    """ExifRead's tags as text, ``Image Orientation#`` as its number. A block that breaks it counts
    as empty.

    Raises Unreadable for more entries than any file has: what it didn't get to see may tell
    something.
    """
    stream = _Rationed(
        io.BytesIO(data.removeprefix(b"Exif\0\0")) if isinstance(data, bytes) else data
    )
    try:
        tags: dict[str, Any] = exifread.process_file(
            cast(BinaryIO, stream), details=False, extract_thumbnail=False
        )
    except Exception:  # a third-party parser fed with hostile bytes raises anything
        tags = {}
    if stream.reads_left < 0:
        raise Unreadable()
    texts = {name: _text_of(tag) for name, tag in tags.items()}
    if "Image Orientation" in tags:
        values = getattr(tags["Image Orientation"], "values", [1])
        texts["Image Orientation#"] = str(values[0] if values and values[0] in range(1, 9) else 1)
    return texts


def _text_of(tag: Any) -> str:
    """A tag as text. ExifRead leaves text that is not UTF-8 as bytes."""
    values = getattr(tag, "values", None)
    return encoding.decode(values[:_MAX_TEXT]) if isinstance(values, bytes) else str(tag)[:100_000]


class _Rationed:
    """A file for a reader that believes every length: five thousand tags of one block may each
    claim all of it. And each tag takes it some reads: a photo has some hundred tags, an office
    scanner's file some tens a page.
    """

    # bytes; a real file's EXIF takes some kilobytes, read once or twice
    AT_ONCE, IN_ALL = 1_000_000, 64_000_000
    READS = 300_000

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.left, self.reads_left = file, self.IN_ALL, self.READS
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(self.AT_ONCE if size < 0 else min(size, self.AT_ONCE))
        self.left -= len(data)
        self.reads_left -= 1
        if self.left < 0 or self.reads_left < 0:
            raise Unreadable()
        return data


def read_again(path: Path, format: str) -> SecondReading:
    """The finished file read with ExifRead and Pillow, each finding its own way through the
    container.
    """
    tags: dict[str, str] = {}
    if format in ("jpg", "png", "webp", "tiff", "heic"):
        with path.open("rb") as file:
            tags = _exif_tags(file)
    gps = [name for name in tags if name.startswith("GPS ") and tags[name].strip(" 0[],")]
    packet = b""
    try:
        with _opened_without_pixels(path, format) as image:
            # PNG's own would decode all pixels for what stands behind them
            exif = Image.Image.getexif(image)
            if not tags:
                tags = _exif_tags(exif.tobytes()) if exif else {}
            gps += [f"GPS {tag}" for tag in exif.get_ifd(0x8825)]
            if 0x927C in exif.get_ifd(0x8769):  # ExifRead leaves it out of a quick reading
                tags.setdefault("EXIF MakerNote", "")
            packet = image.info.get("xmp") or b""
    except Unreadable:  # whatever Pillow makes of odd metadata, the pixels were checked elsewhere
        pass
    root = xmp.parse(packet if isinstance(packet, bytes) else str(packet).encode())
    roots = (root,) if root is not None else ()
    telling = tuple(name for name in tags if _TELLING.search(name) and tags[name].strip(" 0[],"))
    return SecondReading(
        _shown(tags), tuple(gps), roots, frozenset(_kinds(format, tags, gps, roots)), telling
    )


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
