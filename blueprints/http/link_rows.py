"""A person's share links as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from blueprints.http.album_addresses import AlbumAddresses
from blueprints.http.context import addresses, time_zone, visitor
from blueprints.http.link_target import picture_of
from blueprints.http.link_words import last_day, state_of, title_of
from blueprints.http.share_address import own_address
from models import ShareLink, Upload
from models.album_listing import covers
from models.link_listing import first_files, how_many_files
from models.sent_files import counts_of_waiting


class Row(NamedTuple):
    """``files``: of how many chosen ones it is. ``address`` is "" where it can't be told any more,
    ``picture`` where there is no cover. ``last_day``: on which it works.
    ``waiting``: how many files that were sent by it wait for its owner.
    """

    link: ShareLink
    title: str
    state: str
    address: str
    files: int
    last_day: date | None
    cover: Upload | None
    picture: str
    waiting: int


def rows_of(links: Sequence[ShareLink]) -> list[Row]:
    """Few queries for all of them."""
    files, firsts = how_many_files(links), first_files(links)
    waiting = counts_of_waiting(links)
    of_albums = covers([link.album for link in links if link.album])
    return [
        _row(
            link,
            files.get(link.id, 0),
            of_albums.get(link.album.id) if link.album else firsts.get(link.id),
            waiting.get(link.id, 0),
        )
        for link in links
    ]


def row_of(link: ShareLink) -> Row:
    return rows_of([link])[0]


def _row(link: ShareLink, files: int, cover: Upload | None, waiting: int) -> Row:
    where = addresses()
    if link.album:
        where = AlbumAddresses(where.base, link.album, visitor())
    return Row(
        link,
        title_of(link, files),
        state_of(link),
        own_address(link),
        files,
        last_day(link, time_zone()),
        cover,
        picture_of(cover, where),
        waiting,
    )
