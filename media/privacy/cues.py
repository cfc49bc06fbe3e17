"""Subtitles: which are words, and which are what a camera wrote down of itself.

Deny by default: a cue stays if it consists of words, and a track if it is mostly words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MAX_NUMBERS = 4  # in a cue; a position in degrees, minutes and seconds has six, a date with time as many
_MAX_FAILED = 0.1  # of the cues of a track; beyond it the track is a camera's
_MAX_WITH_NUMBERS = 0.5
_FEW = 6  # cues, in which half with numbers may be chance

# Markup of SubRip and WebVTT, and of SubStation Alpha.
_MARKUP = re.compile(
    r"</?(?:[ibuc]|ruby|rt)(?:\.[a-z_]{1,20})?>|</?font(?: color=[\"']?#?[0-9a-z]{3,12}[\"']?)?>|\{\\(?:an?\d{1,2}|[ibu]\d)\}|\\[Nnh]", re.IGNORECASE)
_ASS = re.compile(r"\d{1,6},-?\d{1,3},([^,]{0,60}),([^,]{0,60}),\d{1,4},\d{1,4},\d{1,4},([^,]{0,60}),")
# A long or a decimal number, a code of letters and digits, and signs that words don't have.
_NO_WORDS = re.compile(
    r"\d{5}|\d[.,]\d|\b(?=\w{0,40}?\d)(?=\w{0,40}?[^\W\d])\w{7}|"
    r"[^\w\s.,:;!?'\"()\[\]\-/&%+*<>~‘’“”„«»‹›‐‑‒–—―…¿¡♪♫、。「」『』！？・，：；（）]")
_NUMBER = re.compile(r"\d+")
_KEYS = re.compile(
    r"gps|g-sensor|gsensor|latitude|longitude|altitude|coordinate|geoloc|serial|\bs/n\b|\bsn\b|\bimei\b|barometer|\bhome\s*[(:]|_alt\b|\b(?:lat|lon|lng|alt)\b|"
    r"srtcnt|framecnt|difftime|focal_len|\bfnum\b|\bshutter\b|\biso\s*[:=]", re.IGNORECASE)


def without_data(cues: Sequence[bytes], form: str) -> list[bytes]:
    """The cues of one track, those that are more than words blanked at the same length. ``form``: ``tx3g``, ``ass`` or plain text."""
    texts = [_text(cue, form) for cue in cues]
    kept = [text is not None and is_words(text) for text in texts]
    said = [text for text in texts if text is None or text.strip()]
    with_numbers = sum(text is None or bool(_NUMBER.search(text)) for text in said)
    whole = kept.count(False) > _MAX_FAILED * len(said) or (len(said) >= _FEW and with_numbers > _MAX_WITH_NUMBERS * len(said))
    return [cue if keep and not whole else bytes(len(cue)) for cue, keep in zip(cues, kept, strict=True)]


def is_words(text: str) -> bool:
    """Whether a text holds nothing that could be a position or a serial number."""
    text = _MARKUP.sub(" ", text)
    numbers = len(_NUMBER.findall(text))
    return numbers <= _MAX_NUMBERS and not _NO_WORDS.search(text) and not (numbers and _KEYS.search(text))


def _text(cue: bytes, form: str) -> str | None:
    """The words of a cue; None where it isn't text, or not only."""
    try:
        if form == "tx3g":  # 3GPP TS 26.245, 5.17: length, text, boxes of style
            end = 2 + int.from_bytes(cue[:2])
            return _decoded(cue[2:end]) if end <= len(cue) and _is_style(cue[end:]) else None
        text = _decoded(cue)
    except UnicodeDecodeError:
        return None
    if form == "ass" and (head := _ASS.match(text)):
        return " ".join((*head.groups(), text[head.end():]))
    return text


def _decoded(data: bytes) -> str:
    return data.decode("utf-16") if data.startswith((b"\xfe\xff", b"\xff\xfe")) else data.strip(b"\0").decode()


def _is_style(data: bytes) -> bool:
    """Nothing, or one box of styles, or of how text is encoded."""
    if not data.strip(b"\0"):
        return True
    length, name, count = int.from_bytes(data[:4]), data[4:8], int.from_bytes(data[8:10])
    return length == len(data) and length == {b"encd": 12, b"styl": 10 + 12 * count}.get(name)
