"""Where one page of a listing ends and the next begins: the date shown, and the row's id where
dates are equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

_SHAPE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_BEGIN = datetime(1, 1, 1, tzinfo=UTC)  # dates before 1970 have no minus then


@dataclass(frozen=True)
class Cursor:
    at: datetime
    id: int

    def __str__(self) -> str:
        """``63870508800000000-42``: microseconds since the year 1, row id."""
        return f"{(self.at - _BEGIN) // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for anything but what ``str`` makes."""
        match = _SHAPE.fullmatch(text)
        if not match:
            raise ValueError(text)
        try:
            return cls(_BEGIN + timedelta(microseconds=int(match[1])), int(match[2]))
        except OverflowError:
            raise ValueError(text) from None
