"""How far a restore is, for who waits for it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """``begin`` says what is done now, on so many files with so many bytes in all; ``read`` and
    ``done`` that some bytes, or a file, are done.
    """

    def begin(self, what: str, files: int, size: int) -> None: ...

    def read(self, size: int) -> None: ...

    def done(self) -> None: ...

    def end(self) -> None: ...


class Silent:
    """Nobody waits."""

    def begin(self, what: str, files: int, size: int) -> None:
        pass

    def read(self, size: int) -> None:
        pass

    def done(self) -> None:
        pass

    def end(self) -> None:
        pass
