"""A page of a listing as the sections that it is read in: days, or months where a day has few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from itertools import groupby
from typing import NamedTuple

from media.pixels import tile
from models import Upload

A_DAY = 4  # uploads, on average of the page, that are worth a heading for each day
TINY = 160  # pixels of the longer side: two thirds of a row's height
STEP = 10  # proportions are in tenths
LEAST, MOST = round(STEP * tile.NARROWEST), round(STEP * tile.WIDEST)


class Section(NamedTuple):
    day: date  # of one of them
    is_day: bool  # or the month of it
    uploads: list[Upload]


def sections(uploads: Sequence[Upload], zone: tzinfo) -> list[Section]:
    """``uploads`` in their order, under the days or months of the date shown in ``zone``."""
    days = {_day(upload, zone) for upload in uploads}
    by_day = len(uploads) >= A_DAY * len(days)

    def first(upload: Upload) -> date:
        day = _day(upload, zone)
        return day if by_day else day.replace(day=1)

    return [Section(day, by_day, list(some)) for day, some in groupby(uploads, first)]


def months(
    uploads: Sequence[Upload], date_of: Callable[[Upload], datetime], zone: tzinfo
) -> list[Section]:
    """``uploads`` in their order, under the months of a date."""

    def first(upload: Upload) -> date:
        return date_of(upload).astimezone(zone).date().replace(day=1)

    return [Section(day, False, list(some)) for day, some in groupby(uploads, first)]


def whole(uploads: Sequence[Upload]) -> list[Section]:
    """``uploads`` in an order that isn't one of dates, under nothing."""
    return [Section(date.min, False, list(uploads))] if uploads else []


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


def is_tiny(upload: Upload) -> bool:
    """Whether a row would enlarge it so far that its pixels show: it gets a frame instead."""
    return max(upload.width, upload.height) < TINY


def badge(upload: Upload) -> str:
    """What a picture in a listing is, where it isn't just a picture: ``gif``, ``animated`` or
    ``360``.
    """
    if upload.is_animated and not upload.is_video:
        return "gif" if upload.format == "gif" else "animated"
    return "360" if upload.is_360 else ""


def proportions() -> Iterator[int]:
    """All that `proportion` gives."""
    yield from range(LEAST, MOST + 1)


def _day(upload: Upload, zone: tzinfo) -> date:
    return upload.created_at.astimezone(zone).date()
