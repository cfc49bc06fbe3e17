"""Many stretches of a file that go, as few blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from media.errors import Unreadable
from media.metadata.containers.block import Block, Kind

_MAX_RANGES = 100_000  # each held in memory and read by itself: one a frame for almost an hour
_LARGE = 1 << 20  # bytes; may be empty space, which is looked at without being held


def blanked(
    ranges: Iterable[tuple[int, int]], size: int, kind: Kind = "unknown"
) -> Iterator[Block]:
    """(offset, length) of each, of a file of ``size`` bytes. A large one stands alone. Raises
    Unreadable for more than are held.
    """
    small: list[tuple[int, int]] = []
    for number, (offset, length) in enumerate(ranges):
        length = min(length, size - offset)
        if number >= _MAX_RANGES:
            raise Unreadable()
        if length > _LARGE:
            yield Block(kind, ((offset, length),))
        elif length > 0:
            small.append((offset, length))
    if small:
        yield Block(kind, tuple(small))
