"""The mark of a site in each root: which database the files belong to. It is missing when the disk
is not mounted.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from media.errors import StorageMissing
from media.storage.durable import write_whole

MARKER = ".keepsake"


def claim(root: Path, site_id: str, has_known: bool | None) -> None:
    """Mark a root where it is the site's: empty, or with a mark that a power cut emptied and a file
    that the site has there. ``has_known`` says whether that file is there; None: there should be
    none.
    """
    marker = root / MARKER
    if has_known is None:
        claimable = all(path.name.startswith(MARKER) for path in root.iterdir())
    else:
        claimable = marker.exists() and has_known
    if not _read(root) and claimable:
        write_whole(marker, site_id, 0o644)


def check(roots: Iterable[Path], site_id: str) -> None:
    """Raises StorageMissing unless all of them are there and carry the site's mark."""
    for root in roots:
        if _read(root) != site_id:
            raise StorageMissing(
                f"The storage is not available: {root.name}/ is not there, or not this site's"
            )


def _read(root: Path) -> str:
    try:
        return (root / MARKER).read_text()
    except OSError:
        return ""
