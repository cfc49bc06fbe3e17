"""A page of a listing as the sections that it is read in: days, or months where a day has few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from itertools import groupby
from operator import attrgetter
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

    @property
    def part(self) -> str:
        """2026-11-25, or 2026-11 of a month."""
        return self.day.isoformat() if self.is_day else f"{self.day:%Y-%m}"


def sections(
    uploads: Sequence[Upload],
    zone: tzinfo,
    today: date,
    date_of: Callable[[Upload], datetime] = attrgetter("created_at"),
) -> list[Section]:
    """``uploads`` in their order, under the days or months of a date in ``zone``. Today and
    yesterday are always days.
    """
    day_of = {upload: date_of(upload).astimezone(zone).date() for upload in uploads}
    older = [day for day in day_of.values() if not _has_name(day, today)]
    by_day = len(older) >= A_DAY * len(set(older))

    def heading(upload: Upload) -> tuple[date, bool]:
        day = day_of[upload]
        return (day, True) if by_day or _has_name(day, today) else (day.replace(day=1), False)

    return [Section(*head, list(some)) for head, some in groupby(uploads, heading)]


def whole(uploads: Sequence[Upload]) -> list[Section]:
    """``uploads`` in an order that isn't one of dates, under nothing."""
    return [Section(date.min, False, list(uploads))] if uploads else []


def proportion(upload: Upload) -> int:
    """Width to height in tenths, as a class of the style sheet; the extremes are cut."""
    return min(MOST, max(LEAST, round(STEP * upload.width / upload.height)))


def picture(upload: Upload, *, opens_file: bool = True) -> str:
    """The name of the file that a row shows: the tile, or the lightest of what could stand for
    it.
    """
    if upload.tile_size:
        return upload.derivative("tl")
    if opens_file and tile.shows_itself(upload) and not 0 < upload.medium_size <= upload.size:
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


def _has_name(day: date, today: date) -> bool:
    return (today - day).days in (0, 1)
