"""A file that is made while it is read: of pieces that come once, and whose sum is known."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator


class StreamedFile(io.RawIOBase):
    """Read from its beginning to its end, by the server's loop as well. A part that was just read
    can be read once more, as the loop does where a reader takes less than it offered: what is kept
    in memory is the last part. ``closing`` is closed with it.
    """

    def __init__(self, pieces: Iterator[bytes], size: int, closing: contextlib.ExitStack) -> None:
        self.size = size
        self._pieces, self._closing = pieces, closing
        self._window, self._begin, self._at = bytearray(), 0, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """To the last part, or where nothing is read: to learn the size."""
        self._at = offset + {io.SEEK_CUR: self._at, io.SEEK_END: self.size}.get(whence, 0)
        return self._at

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        """Raises OSError where a piece can't be made, so that the reader sees a broken file and no
        shorter one.
        """
        view = memoryview(buffer).cast("B")
        if not self._begin <= self._at <= self._begin + len(self._window):
            raise OSError("only the last part can be read again")
        del self._window[: self._at - self._begin]
        self._begin = self._at
        while len(self._window) < min(len(view), self.size - self._at):
            piece = next(self._pieces, None)
            if piece is None:
                raise OSError("shorter than it was said to be")
            self._window += piece
        count = min(len(view), len(self._window))
        view[:count] = self._window[:count]
        self._at += count
        return count

    def close(self) -> None:
        self._closing.close()
        super().close()
