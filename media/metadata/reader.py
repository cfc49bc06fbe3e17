"""A picture's metadata: title, description, date taken, camera. EXIF by ExifRead, XMP and IPTC by
our readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import IO
from xml.etree.ElementTree import Element

from media.errors import Unreadable
from media.metadata import encoding, iptc, png_text, xmp
from media.metadata.containers.block import Block, read_exactly
from media.metadata.exif import read_tags

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
_NOTES = (png_text.TITLE, png_text.DESCRIPTION, png_text.COMMENT)
FIRST_PHOTOGRAPH = 1826  # an earlier year means that the clock was never set
LAST_YEAR = 9998  # a zone may move a date of 9999 out of the calendar


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
class FirstReading:
    """What the blocks of a file say: put together, and as ExifRead's tags and XMP's roots."""

    metadata: Metadata
    tags: dict[str, str]
    roots: tuple[Element, ...]


def read(file: IO[bytes], blocks: Iterable[Block]) -> FirstReading:
    """The metadata in the given blocks of ``file``. Odd or broken metadata counts as none;
    Unreadable is raised for more than any file has.
    """
    exif: dict[str, str] = {}
    texts: dict[int, str] = {}
    roots: list[Element] = []
    notes: dict[str, str] = {}
    for block in blocks:
        if block.kind == "tiff":
            exif = read_tags(file)
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
            exif = exif or read_tags(data)
        elif block.kind == "photoshop":
            texts = texts or iptc.texts(data)
        elif (root := _xmp_root(data)) is not None:
            roots.append(root)
    metadata = _put_together(_short_names(exif), texts, roots, notes)
    return FirstReading(metadata, exif, tuple(roots))


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
    taken = taken_by(exif) or next(
        (
            d
            for d in map(
                _iso_date, from_xmp(xmp.EXIF + "DateTimeOriginal", xmp.PHOTOSHOP + "DateCreated")
            )
            if d
        ),
        None,
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


def taken_by(exif: Mapping[str, str]) -> datetime | None:
    """When, by EXIF's tags; naive where they don't say the zone."""
    return _exif_date(exif.get("DateTimeOriginal"), exif.get("OffsetTimeOriginal")) or _exif_date(
        exif.get("DateTime"), exif.get("OffsetTime")
    )


def _exif_date(value: str | None, offset: str | None) -> datetime | None:
    try:
        taken = datetime.strptime(
            (value or "").strip(" \0")[:19].replace("-", ":"), "%Y:%m:%d %H:%M:%S"
        )
    except ValueError:
        return None
    if not FIRST_PHOTOGRAPH <= taken.year <= LAST_YEAR:
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
    return taken if FIRST_PHOTOGRAPH <= taken.year <= LAST_YEAR else None
