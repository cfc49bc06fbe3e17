"""Whether a text is what people say and write, in any script, or what a camera notes of itself:
positions, serial numbers, readings.
"""

from __future__ import annotations

import re
import unicodedata

# in a text; a position in degrees, minutes and seconds has six, a date with time as many
_MAX_NUMBERS = 4
_CODE = 7  # letters and digits of ASCII in one word: a serial number, a plus code, a hash
_LAST_PLANE = 0xE0000  # tags and selectors that nobody sees, with room for any text

# Markup of SubRip and WebVTT, and of SubStation Alpha.
_MARKUP = re.compile(
    r"</?(?:[ibuc]|ruby|rt)(?:\.[a-z_]{1,20})?>|</?font(?: color=[\"']?#?[0-9a-z]{3,12}[\"']?)?>|"
    r"\{\\(?:an?\d{1,2}|[ibu]\d)\}|\\[Nnh]",
    re.IGNORECASE,
)
# Prices, and round numbers of thousands.
_PRICE = re.compile(
    r"[$€£¥₹₽₩₺฿]\s?\d{1,3}(?:[.,]\d{3}){0,3}(?:[.,]\d\d)?(?![.,]?\d)|"
    r"(?<![\d.,])\d{1,3}[.,]\d\d\s?[€£¥₽₺]|(?<![\d.,:])\d{1,3}(?:[.,]\d{3})?[.,]000(?![.,]?\d)"
)
# A time of day, to the millisecond; more than 24 hours, or a point of the compass, are a
# position's.
_TIME = re.compile(
    r"(?<![\d:.,NSEW])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,3})?)?(?![\d:]|[.,]\d|"
    r"\s?[NSEW]\b)"
)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[0-9A-Za-z_]+")
_DECIMAL = re.compile(r"\d[.,]\d")
# A long number, more than one digit behind a point, minutes or seconds behind a degree, a
# receiver's sentence (NMEA 0183).
_PRECISE = re.compile(r"\d{5}|\d[.,]\d\d|\d[º°˚⁰]\s?\d|\$[A-Z]{5}")
_LATITUDE = re.compile(r"\b[NS]\s?[:=]?\s?\d|\d\s?[NS]\b")
_LONGITUDE = re.compile(r"\b[EWO]\s?[:=]?\s?\d|\d\s?[EWO]\b")
_KEYS = re.compile(
    r"gps|g-sensor|gsensor|latitud|longitud|altitud|coordinate|geoloc|serial|\bs/n\b|\bsn\b|"
    r"\bimei\b|barometer|\bhome\s*[(:]|_alt\b|\b(?:lat|lon|lng|alt)\b|"
    r"srtcnt|framecnt|difftime|focal_len|\bfnum\b|\bshutter\b|\biso\s*[:=]|[经經経纬緯]度|[北南][纬緯]|"
    r"[东東西][经經経]|序列号|序號|위도|경도|широт|долгот|"
    r"breitengrad|längengrad",
    re.IGNORECASE,
)
# Joiners and directions, which scripts need (Unicode 23.2); others of their category are an
# alphabet that nobody sees.
_JOINERS = set(
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067"
    "\u2068\u2069\ufeff"
)
_SPACES = set("\t\n\v\f\r")
# Symbols that stand beside numbers in prose; degrees, minutes and equals signs don't.
_BESIDE_NUMBERS = set("+<>~×÷±−～＋＜＞")
_NOT_BESIDE_NUMBERS = set("°˚⁰′″‴")


def is_words(text: str, *, is_title: bool = False) -> bool:
    """Whether a text holds nothing that could be a position or a serial number. The title of a
    chapter may be when it begins.
    """
    text = _PRICE.sub(" 1 ", _MARKUP.sub(" ", text))
    if is_title:
        text = _TIME.sub(" 1 1 1 ", text, count=1)
    numbers = len(_NUMBER.findall(text))
    if (
        numbers > _MAX_NUMBERS
        or (numbers > 2 and _DECIMAL.search(text))
        or (numbers and _KEYS.search(text))
    ):
        return False
    if (
        _PRECISE.search(text)
        or (_LATITUDE.search(text) and _LONGITUDE.search(text))
        or any(map(_is_code, _WORD.findall(text)))
    ):
        return False
    return all(_is_sign(sign, bool(numbers)) for sign in set(text))


def has_numbers(text: str) -> bool:
    return bool(_NUMBER.search(text))


def _is_code(word: str) -> bool:
    return len(word) >= _CODE and any(map(str.isdigit, word)) and any(map(str.isalpha, word))


def _is_sign(sign: str, with_numbers: bool) -> bool:
    """By its general category (Unicode, 4.5): letters, marks, numbers, punctuation, symbols,
    spaces.
    """
    kind = unicodedata.category(sign)
    if ord(sign) >= _LAST_PLANE:
        return False
    if with_numbers and (
        sign in _NOT_BESIDE_NUMBERS or (kind in ("Sm", "Sk") and sign not in _BESIDE_NUMBERS)
    ):
        return False
    return kind[0] in "LMNPSZ" or sign in _JOINERS or sign in _SPACES
