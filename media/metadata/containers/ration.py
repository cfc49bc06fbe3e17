"""How much work a file's walk may be: what costs us is not its bytes but its pieces, each a turn of
a Python loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Self, TypeVar

from media.errors import Unreadable
from media.metadata.containers.block import Block, size_of

# A walker reads once or twice a piece. The shortest that films are full of, a packet of sound, has
# some hundred bytes; what is shorter, a box or a chunk of nothing, makes up the head of a file. So
# many for any head, and one for each 64 bytes.
READS, BYTES_A_READ, MOST_READS = 100_000, 64, 2_000_000
MOST_BLOCKS = 20_000  # pieces of metadata; a long animation may have a comment a frame
# Blocks of a kind that is parsed piece by piece: one or two a picture, and up to 64 pictures in a
# JPEG. Pillow joins those of EXIF one by one.
MOST_OF_KIND = {"exif": 64, "index": 64, "photoshop": 32, "xmp": 64}

T = TypeVar("T")


def pieces(size: int) -> int:
    """How many a file of ``size`` bytes may have."""
    return min(READS + size // BYTES_A_READ, MOST_READS)


class Few(list[T]):
    """A list for what real files have few of: held in memory, so more than ``most`` raise
    Unreadable as they come, not when all are there.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def append(self, item: T) -> None:
        super().append(item)
        # and stays too long, where a walker takes this for damage: see `check`
        if len(self) > self._most:
            raise Unreadable()

    def __iadd__(self, items: Iterable[T]) -> Self:  # type: ignore[misc,override]
        for item in items:
            self.append(item)
        return self


class Rationed:
    """A file that may be read so often."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.seek, self.tell = file, file.seek, file.tell
        self.left = pieces(size_of(file))

    def read(self, size: int = -1) -> bytes:
        """Raises Unreadable when the ration is used up."""
        self.left -= 1
        if self.left < 0:
            raise Unreadable()
        return self.file.read(size)


def check(file: Rationed, blocks: list[Block]) -> None:
    """Raises Unreadable for more than any real file has. A walker may have taken the end of the
    ration for damage, so that is looked at, too.
    """
    if file.left < 0 or len(blocks) > MOST_BLOCKS:
        raise Unreadable()
    if any(
        sum(block.kind == kind for block in blocks) > most for kind, most in MOST_OF_KIND.items()
    ):
        raise Unreadable()
