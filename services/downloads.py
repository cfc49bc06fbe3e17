"""All files of an album, or under a link, as a ZIP that is made while it is sent. They are as they
are shown, never as their owner sent them.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from typing import NamedTuple

from media.storage.streamed import StreamedFile
from models.link_files import kept
from models.zipped import Watch, ZipSource
from services.archive import Entry, archive, length, stored
from services.errors import Busy
from services.site import ZIPS, Site
from services.zip_names import Names, name_of

# Files of one ZIP. Its list of all of them comes last, so each takes 1 KB of memory until then, and
# 40 us before the first byte: 20 MB and less than a second.
MOST_FILES = 20_000
# At once, of the places that the site has. One network is one person, or a party's Wi-Fi; guests of
# one link shall leave room for those of another, and all of them for members.
OF_NETWORK, OF_ONE, OF_MEMBER, FOR_MEMBERS = 4, 10, 4, 4
LAST = 4  # of the guests' places, and of one link's, are for networks that have none yet


class TooMany(Exception):
    """Files for one ZIP."""


class NothingThere(Exception):
    """Not one file."""


class Download(NamedTuple):
    """``key`` names the album or link, ``network`` and ``member`` (their row id) who asks."""

    source: ZipSource
    key: str
    network: str
    member: int | None
    zone: tzinfo


def zip_of(site: Site, download: Download) -> StreamedFile:
    """Its files as they are now. One that is deleted or taken out before its turn ends the
    download, as does the end of the link: it is shorter than it said then. Raises Busy where too
    many are on their way, TooMany, NothingThere and StorageMissing.
    """
    site.storage.check(site.id)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_place(site, download))
        watch = stack.enter_context(contextlib.closing(Watch(download.source)))
        return archive(_entries(site, download, watch), stack.pop_all())


def length_of(site: Site, download: Download) -> int:
    """Of the ZIP, in bytes. It costs as much until the first byte, so it takes a place as well.
    Raises Busy, TooMany and NothingThere.
    """
    with _place(site, download):
        return length(_entries(site, download, None))


def _place(site: Site, download: Download) -> contextlib.ExitStack:
    """Guests can't take the places of members, nor few of them all of the others. Raises Busy."""
    places = contextlib.ExitStack()
    if download.member is not None:
        places.enter_context(site.zips.one({f"member {download.member}": OF_MEMBER}))
        return places
    network, guests = f"from {download.network}", ZIPS - FOR_MEMBERS
    several = {network: OF_NETWORK, download.key: OF_ONE - LAST, "guests": guests - LAST}
    try:
        places.enter_context(site.zips.one(several))
    except Busy:
        first = {network: 1, download.key: OF_ONE, "guests": guests}
        places.enter_context(site.zips.one(first))
    return places


def _entries(site: Site, download: Download, watch: Watch | None) -> Sequence[Entry]:
    rows = download.source.files(MOST_FILES + 1)
    if len(rows) > MOST_FILES:
        raise TooMany()
    names, entries = Names(), []
    for row in rows:
        if file := kept(download.source.level, row):
            path = row.path(file.name)
            at = (row.taken_at or row.received_at).astimezone(download.zone)
            name = names.free("", name_of(row.title, at, path.rpartition(".")[2]), path)
            entries.append(Entry(name, file.size, at, partial(_opened, site, path, row.id, watch)))
    if not entries:
        raise NothingThere()
    return entries


def _opened(site: Site, path: str, upload_id: int, watch: Watch | None) -> io.RawIOBase:
    """Raises FileNotFoundError where it is gone, or may be had no more."""
    if watch and not watch.lets(upload_id):
        raise FileNotFoundError(path)
    return stored(site, path)
