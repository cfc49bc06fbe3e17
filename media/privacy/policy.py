"""What goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """``location``: positions, serial numbers, maker notes and embedded thumbnails go.
    ``metadata``: all goes but orientation and colour profile.
    """

    location: bool
    metadata: bool

    @property
    def keeps_all(self) -> bool:
        return not (self.location or self.metadata)
