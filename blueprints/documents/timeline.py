"""A page of a listing as the sections that it is read in: days, or months where a day has few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, tzinfo
from itertools import groupby
from typing import NamedTuple

from media.pixels import tile
from models import Upload

A_DAY = 4  # uploads, on average of the page, that are worth a heading for each day
STEP = 10  # proportions are in tenths
LEAST, MOST = round(STEP * tile.NARROWEST), round(STEP * tile.WIDEST)


class Section(NamedTuple):
    heading: str
    uploads: list[Upload]


def sections(uploads: Sequence[Upload], zone: tzinfo, today: date) -> list[Section]:
    """``uploads`` in their order, under the days or months of the date shown in ``zone``."""
    days = {_day(upload, zone) for upload in uploads}
    by_day = len(uploads) >= A_DAY * len(days)

    def heading(upload: Upload) -> str:
        day = _day(upload, zone)
        return _day_heading(day, today) if by_day else f"{day:%B} {day.year}"

    return [Section(name, list(some)) for name, some in groupby(uploads, heading)]


def proportion(upload: Upload) -> int:
    """Width to height in tenths, as a class of the style sheet; the extremes are cut."""
    return min(MOST, max(LEAST, round(STEP * upload.width / upload.height)))


def picture(upload: Upload) -> str:
    """The name of the file that a row shows: the tile, or the lightest of what could stand for
    it.
    """
    if upload.tile_size:
        return upload.derivative("tl")
    if tile.shows_itself(upload) and not 0 < upload.medium_size <= upload.size:
        return upload.filename
    return upload.derivative("md" if upload.medium_size else "th")


def badge(upload: Upload) -> str:
    """What a picture in a listing is, where it isn't just a picture; a video's is its duration."""
    if upload.is_animated and not upload.is_video:
        return "GIF" if upload.format == "gif" else "Animated"
    return "360°" if upload.is_360 else ""


def proportions() -> Iterator[int]:
    """All that `proportion` gives."""
    yield from range(LEAST, MOST + 1)


def _day(upload: Upload, zone: tzinfo) -> date:
    return upload.created_at.astimezone(zone).date()


def _day_heading(day: date, today: date) -> str:
    if (today - day).days in (0, 1):
        return "Yesterday" if day < today else "Today"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A}, {day.day} {day:%B}{year}"
