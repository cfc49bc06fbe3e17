"""The shelf of an upload: what a library is filtered by, in one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from models.upload.access import Visibility

KINDS = ("photo", "animation", "video")
VISIBILITIES = tuple(Visibility)
IN_BIN, VERSION = 48, 49  # of what is away, behind all others
# Visibility in the order of its values; migration 0067 has the same text.
SHELF = (
    f"CASE WHEN version_of_id IS NOT NULL THEN {VERSION} "
    f"WHEN binned_at IS NOT NULL THEN {IN_BIN} ELSE "
    "(CASE WHEN kind = 'video' THEN 2 ELSE is_animated END) * 16 "
    "+ (CASE visibility WHEN 'private' THEN 0 WHEN 'members' THEN 1 WHEN 'unlisted' THEN 2 "
    "ELSE 3 END) * 4 + (expires_at IS NOT NULL) * 2 + (album_count > 0) END"
)


class Filter(NamedTuple):
    """What is wanted; by default everything."""

    kind: str = ""  # one of KINDS
    visibility: str = ""
    is_expiring: bool = False
    is_in_no_album: bool = False

    def takes(self, shelf: int) -> bool:
        return (
            self.kind in ("", KINDS[shelf // 16])
            and self.visibility in ("", VISIBILITIES[shelf // 4 % 4])
            and (not self.is_expiring or is_expiring(shelf))
            and not (self.is_in_no_album and shelf % 2)
        )


def lasting_shelves(visibilities: Sequence[str]) -> list[int]:
    """Those of uploads of these visibilities that won't expire."""
    wanted = {VISIBILITIES.index(Visibility(one)) for one in visibilities}
    return [
        shelf
        for shelf in range(16 * len(KINDS))
        if shelf // 4 % 4 in wanted and not is_expiring(shelf)
    ]


def is_expiring(shelf: int) -> bool:
    return bool(shelf // 2 % 2)
