"""What zipstream-ng lacks: the date of each file, and the length of what isn't queued."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from zipstream import ZipStream, ZipStreamInfo  # type: ignore[import-untyped]

MODE = 0o100644 << 16  # a plain file that its owner may change; as Unix has it
FIRST, LAST = datetime(1980, 1, 1), datetime(2107, 12, 31, 23, 59, 58)  # that ZIPs can hold


class DatedStream(ZipStream):  # type: ignore[misc]
    """What is added gets the time ``at``: local, as ZIPs have no zone. By itself each file would
    have that of the download.
    """

    at = FIRST

    def _gen_file_entry(self, *, iterable: Any, size: int, arcname: str) -> Iterator[bytes]:
        at = min(max(FIRST, self.at.replace(tzinfo=None)), LAST)
        info = ZipStreamInfo(arcname, tuple(at.timetuple()[:6]))
        info.file_size, info.header_offset, info.external_attr = size, self._pos, MODE
        for piece in info._file_data(iterable):  # noqa: SLF001 -- as its own does
            yield self._track(piece)
        self._filelist.append(info)


def length_of(files: Iterable[tuple[str, int]]) -> int:
    """The bytes of a ZIP of files of these names and sizes."""
    ruler = ZipStream(sized=True)
    for name, size in files:
        ruler.add((), name, size=size)
    return len(ruler)
