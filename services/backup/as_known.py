"""A file as its row and the copy before know it."""

from __future__ import annotations

import logging
from pathlib import Path

from media import verified
from media.storage import ROOTS
from models.snapshot import KnownFile

log = logging.getLogger("keepsake")


def roots_of(known: KnownFile) -> list[str]:
    """The one that its row says comes first."""
    return sorted(ROOTS, key=lambda root: root != known.root)


def read_copy(path: Path) -> verified.Read | None:
    """Of a copy; None where that can't be read any more."""
    try:
        return verified.read_path(path)
    except verified.Unreadable as error:
        log.warning("%s can't be read: %s", path, error)
        return None


def is_as_known(read: verified.Read, known: KnownFile) -> bool:
    """Whether it is what its row says, as far as that says it."""
    return (
        read.size == known.size
        and known.md5 in ("", read.md5)
        and known.sha256 in ("", read.sha256)
    )
