"""Bytes to change in a file, or to put into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import IO, NamedTuple

_STEP = 1 << 20


class Splice(NamedTuple):
    """``after`` stands in the place of ``before``, which is as long, or has no bytes: then it is
    put in at ``offset``. Offsets are those of the file before any change.
    """

    offset: int
    before: bytes
    after: bytes


def write(source: IO[bytes], target: Path, splices: Iterable[Splice]) -> None:
    """Copy ``source`` to ``target`` with these changes."""
    with target.open("wb") as file:
        source.seek(0)
        for offset, before, after in sorted(splices):
            _copy(source, file, offset - source.tell())
            file.write(after)
            source.seek(len(before), 1)
        shutil.copyfileobj(source, file, _STEP)


def _copy(source: IO[bytes], target: IO[bytes], length: int) -> None:
    while length > 0 and (data := source.read(min(length, _STEP))):
        target.write(data)
        length -= len(data)
