"""Texts as the index of words has them: what looks or means the same is the same there.

Case, accents, widths and punctuation make no difference. Scripts that are written without spaces
have one around each letter, so that any part of a sentence can be found, and each letter too.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")  # accents and vowel points
# Thai to Tibetan, Burmese, Hangul, Khmer, kana, ideographs, and Hangul in syllables
_WITHOUT_SPACES = (
    (0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x3040, 0x31FF),
    (0x3400, 0x9FFF), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
_MOST_REMEMBERED = 20_000  # letters: more than people write in; each takes some 150 bytes


class _Signs(dict[int, str]):
    """What becomes of each sign, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        sign, category = chr(code), unicodedata.category(chr(code))
        if category == "Cf" or 0xFE00 <= code <= 0xFE0F:  # joiners, marks of direction, variants
            becomes = ""
        elif any(first <= code <= last for first, last in _WITHOUT_SPACES) or category == "So":
            becomes = f" {sign} " if category[0] in "LNMS" else " "
        else:
            becomes = sign if category[0] in "LNM" else " "
        if len(self) < _MOST_REMEMBERED:
            self[code] = becomes
        return becomes


_SIGNS = _Signs()


def folded(text: str | None) -> str:
    """Words with one space around each; "" where there is none. SQLite calls it, too
    (`models.base`).
    """
    if not text:
        return ""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    words = unicodedata.normalize("NFKC", plain).translate(_SIGNS).split()
    return f" {' '.join(words)} " if words else ""
