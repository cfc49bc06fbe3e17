"""Other names for uploads under a share link, or in a slideshow: their ids open pages of their own,
which go on when the link has ended.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from flask import current_app

from models import Upload
from models.base import ALPHABET

NO_ROW = -1
LETTERS = 11  # 62 to the 11th is more than 2 to the 64th
_HALF = 1 << 32
_ROUNDS = 4  # a Feistel network of four can't be told from chance (Luby and Rackoff, 1988)


@dataclass(frozen=True)
class HiddenIds:
    """A permutation of row ids by a secret key: nothing is stored, and two keys have nothing in
    common.
    """

    key: bytes

    def of(self, upload: Upload) -> str:
        return self.of_row(upload.id)

    def of_row(self, row: int) -> str:
        left, right = divmod(row, _HALF)
        for step in range(_ROUNDS):
            left, right = right, left ^ self._mixed(step, right)
        number, letters = left * _HALF + right, []
        for _ in range(LETTERS):
            number, at = divmod(number, len(ALPHABET))
            letters.append(ALPHABET[at])
        return "".join(letters)

    def row(self, text: str) -> int:
        """The row id, which nothing need have; NO_ROW for what is no such name."""
        if len(text) != LETTERS or not set(text) <= set(ALPHABET):
            return NO_ROW
        number = 0
        for letter in reversed(text):
            number = number * len(ALPHABET) + ALPHABET.index(letter)
        left, right = divmod(number, _HALF)
        if left >= _HALF:
            return NO_ROW
        for step in reversed(range(_ROUNDS)):
            left, right = right ^ self._mixed(step, left), left
        row = left * _HALF + right
        return row if row < 1 << 63 else NO_ROW  # SQLite has no larger number

    def row_in(self, text: str) -> int | None:
        """The same of an address that need not have one, as of a first page: None."""
        return self.row(text) if text else None

    def _mixed(self, step: int, half: int) -> int:
        data = bytes([step]) + half.to_bytes(4)
        return int.from_bytes(hashlib.blake2b(data, key=self.key, digest_size=4).digest())


def ids_for(purpose: str) -> HiddenIds:
    """Of this site, for one link or album."""
    key = str(current_app.secret_key).encode()
    return HiddenIds(hmac.new(key, f"ids of {purpose}".encode(), hashlib.sha256).digest())
