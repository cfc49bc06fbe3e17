"""Text in files that say no encoding: UTF-8, else Shift-JIS or GBK where that is certain, else
Windows-1252.

A rule instead of statistics: a title or a camera's name has a few bytes, too few for a detector.
charset-normalizer reads "Café" as UTF-16 and "Größe" as EBCDIC. A wrong Latin letter is read over;
a wrong Chinese sign is not, so the two-byte encodings need proof.
"""

from __future__ import annotations

import re

# Both need two common signs side by side: Western text seldom has four bytes above ASCII in a row,
# nor quotes in pairs. GB 2312: punctuation, full-width letters (A1–A3) and the 3,755 common signs
# (B0–D7), each with a second byte from A1.
_GBK = re.compile(rb"(?:[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]){2}")
_GBK_ALL = re.compile(rb"[\x00-\x7f\xa1-\xa3\xb0-\xd7]")
# JIS X 0208 as Shift-JIS: punctuation (81), full-width letters and kana (82, 83), the 2,965 common
# signs (88–98).
_SJIS = re.compile(rb"(?:[\x81-\x83\x88-\x98][\x40-\x7e\x80-\xfc]){2}")
_SJIS_ALL = re.compile(rb"[\x00-\x7f\x81-\x83\x88-\x98]")
# Cyrillic capitals of Windows-1251, and accented Latin capitals: text of these alone proves no
# Chinese.
_CAPITALS = re.compile(rb"[\x00-\x7f\xc0-\xdf]*")


def decode(value: bytes) -> str:
    """The text of ``value``, whatever encoding it is in. Never raises; linear in the length."""
    for encoding in ("utf-8-sig", *_two_byte(value), "cp1252"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")  # five bytes are nothing in Windows-1252


def _two_byte(value: bytes) -> list[str]:
    if _SJIS.search(value) and _is_all(value, _SJIS_ALL):
        return ["cp932"]
    if _GBK.search(value) and _is_all(value, _GBK_ALL) and not _CAPITALS.fullmatch(value):
        return ["gbk"]
    return []


def _is_all(value: bytes, character: re.Pattern[bytes]) -> bool:
    """Whether each character begins with a byte that ``character`` allows; one above ASCII has two
    bytes.
    """
    at = 0
    while at < len(value):
        if not character.match(value, at):
            return False
        at += 1 if value[at] < 0x80 else 2
    return at == len(value)
