"""A ZIP that is made while it is sent, of files that are opened when their turn comes: nothing is
compressed, as photos and videos are already, so its length is known before it begins.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import datetime
from typing import IO, NamedTuple

from media.storage import ROOTS
from media.storage.streamed import StreamedFile
from services.site import Site

CHUNK = 256 * 1024  # bytes read at a time

Open = Callable[[], io.RawIOBase | IO[bytes]]


class Entry(NamedTuple):
    """``size`` is in bytes. ``at`` is a local time, as ZIPs have no zone. ``open`` raises OSError
    where the file is gone.
    """

    name: str
    size: int
    at: datetime
    open: Open


def archive(entries: Sequence[Entry], closing: contextlib.ExitStack) -> StreamedFile:
    """``closing`` is closed with the file. A file that is gone, or has another length by then, ends
    it with OSError: it is shorter than it said, which browsers call a failed download.
    """
    pieces = closing.enter_context(contextlib.closing(_pieces(entries)))
    return StreamedFile(pieces, length(entries), closing)


def length(entries: Sequence[Entry]) -> int:
    """The bytes of the whole ZIP. Opens nothing."""
    from services.zip_stream import length_of  # few processes need it

    return length_of((entry.name, entry.size) for entry in entries)


def _pieces(entries: Sequence[Entry]) -> Generator[bytes, None, None]:
    from services.zip_stream import DatedStream

    stream = DatedStream()
    for entry in entries:
        stream.at = entry.at
        stream.add(_read(entry), entry.name, size=entry.size)
        yield from stream.file()
    yield from stream.footer()


def _read(entry: Entry) -> Iterator[bytes]:
    left = entry.size
    with contextlib.closing(entry.open()) as file:
        while piece := file.read(CHUNK):
            left -= len(piece)
            yield piece
    if left:
        raise OSError(f"{entry.name} has another length")


def stored(site: Site, path: str) -> io.RawIOBase:
    """A file in whichever root it lies, even while it moves. Raises FileNotFoundError."""
    for root in (*ROOTS, *ROOTS):  # it may just be moved, in either direction
        with contextlib.suppress(FileNotFoundError):
            return site.storage.open(root, path).file
    raise FileNotFoundError(path)
