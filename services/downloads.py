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
from services.site import Site
from services.zip_names import Names, name_of

# Files of one ZIP. Its list of all of them comes last, so each takes 1 KB of memory until then, and
# 40 us before the first byte: 20 MB and less than a second.
MOST_FILES = 20_000
# At once, of the places that the site has. One network is one person, or a party's Wi-Fi; guests of
# one link shall leave room for those of another.
OF_NETWORK, OF_ONE = 4, 10


class TooMany(Exception):
    """Files for one ZIP."""


class NothingThere(Exception):
    """Not one file."""


class Download(NamedTuple):
    """``key`` names the album or link, ``network`` who asks."""

    source: ZipSource
    key: str
    network: str
    zone: tzinfo


def zip_of(site: Site, download: Download) -> StreamedFile:
    """Its files as they are now. One that is deleted or taken out before its turn ends the
    download, as does the end of the link: it is shorter than it said then. Raises Busy where too
    many are on their way, TooMany, NothingThere and StorageMissing.
    """
    site.storage.check(site.id)
    shares = {download.key: OF_ONE, f"from {download.network}": OF_NETWORK}
    with contextlib.ExitStack() as stack:
        stack.enter_context(site.zips.one(shares))
        watch = stack.enter_context(contextlib.closing(Watch(download.source)))
        return archive(_entries(site, download, watch), stack.pop_all())


def length_of(site: Site, download: Download) -> int:
    """Of the ZIP, in bytes. Raises TooMany and NothingThere."""
    return length(_entries(site, download, None))


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
