"""A TIFF file, in which pictures and metadata share one structure."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata import tiff
from media.privacy import tiff_pixels
from media.privacy.exif_names import HARMLESS
from media.privacy.patch import Change
from media.privacy.policy import Policy

_STEP = 1 << 20  # bytes of what nothing refers to, blanked at a time


def changes(file: IO[bytes], policy: Policy) -> Iterator[Change]:
    """What to overwrite. Raises Unreadable where the structure can't be followed."""
    # only the pages that are changed take memory
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as copy:
        editor, unclean = _clean(file, copy, policy)
        for start, stop in sorted(editor.touched):
            file.seek(start)
            yield from Change(start, file.read(stop - start), copy[start:stop]).narrowed()
        gaps = () if unclean else editor.gaps()
        for at, stop in (
            (at, min(at + _STEP, end)) for start, end in gaps for at in range(start, end, _STEP)
        ):
            file.seek(at)
            yield from Change(at, file.read(stop - at), bytes(stop - at)).narrowed()


def _clean(file: IO[bytes], copy: mmap.mmap, policy: Policy) -> tuple[tiff.Editor, str]:
    keep = tiff.STRUCTURE if policy.metadata else tiff.STRUCTURE | HARMLESS
    try:
        return tiff_pixels.clean(file, copy, lambda tag: tag not in keep)
    except tiff.MalformedTiff:
        raise Unreadable() from None


def uncleanable(file: IO[bytes], policy: Policy) -> list[str]:
    """What of it can't be blanked, in words. Raises Unreadable."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as copy:
        _, unclean = _clean(file, copy, policy)
    return [unclean] if unclean else []
