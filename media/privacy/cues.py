"""Subtitles and titles of chapters: which are words, and which are what a camera wrote down of
itself.

Deny by default: a cue stays if it consists of words, and a track if it is mostly words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from media.privacy import words

# cues of a track, of which a third that fails is no chance: a camera wrote it, and it goes whole
_MANY = 10
_MAX_WITH_NUMBERS = 0.5
_FEW = 6  # cues, in which half with numbers may be chance; chapters are numbered

_ASS = re.compile(
    r"\d{1,6},-?\d{1,3},([^,]{0,60}),([^,]{0,60}),\d{1,4},\d{1,4},\d{1,4},([^,]{0,60}),"
)
# where a cue of WebVTT is shown
_SETTINGS = re.compile(
    rb"(?: ?(?:vertical|line|position|size|align|region):[a-z0-9.,%-]{1,20}){0,6}"
)
_IN_CUES = {b"payl", b"sttg", b"iden", b"ctim"}


def without_data(cues: Sequence[bytes], form: str) -> list[bytes]:
    """The cues of one track, those that are more than words blanked at the same length.

    ``form``: ``tx3g``, ``wvtt``, ``ass`` or plain text, with `` chapters`` behind it for titles.
    """
    form, _, is_title = form.partition(" ")
    texts = [_text(cue, form) for cue in cues]
    kept = [text is not None and words.is_words(text, is_title=bool(is_title)) for text in texts]
    said = [text for text in texts if text is None or text.strip()]
    with_numbers = sum(text is None or words.has_numbers(text) for text in said)
    whole = len(said) >= _MANY and 3 * kept.count(False) >= len(said)
    whole = whole or (
        not is_title and len(said) >= _FEW and with_numbers > _MAX_WITH_NUMBERS * len(said)
    )
    return [
        cue if keep and not whole else _blank(cue, form)
        for cue, keep in zip(cues, kept, strict=True)
    ]


def _blank(cue: bytes, form: str) -> bytes:
    """An empty text; of WebVTT in MP4, a box that says so."""
    return (
        (len(cue).to_bytes(4) + b"vtte").ljust(len(cue), b"\0")
        if form == "wvtt" and len(cue) >= 8
        else bytes(len(cue))
    )


def _text(cue: bytes, form: str) -> str | None:
    """The words of a cue; None where it isn't text, or not only."""
    try:
        if form == "tx3g":  # 3GPP TS 26.245, 5.17: length, text, boxes of style
            end = 2 + int.from_bytes(cue[:2])
            return _decoded(cue[2:end]) if end <= len(cue) and _is_style(cue[end:]) else None
        if form == "wvtt":
            return _web_text(cue)
        text = _decoded(cue)
    except UnicodeDecodeError:
        return None
    if form == "ass" and (head := _ASS.match(text)):
        return " ".join((*head.groups(), text[head.end() :]))
    return text


def _decoded(data: bytes) -> str:
    return (
        data.decode("utf-16")
        if data.startswith((b"\xfe\xff", b"\xff\xfe"))
        else data.strip(b"\0").decode()
    )


def _is_style(data: bytes) -> bool:
    """Nothing, or one box of styles, or of how text is encoded."""
    if not data.strip(b"\0"):
        return True
    length, name, count = int.from_bytes(data[:4]), data[4:8], int.from_bytes(data[8:10])
    return length == len(data) and length == {b"encd": 12, b"styl": 10 + 12 * count}.get(name)


def _web_text(cue: bytes) -> str | None:
    """Of the boxes of ISO/IEC 14496-30, 7.5: ``vttc`` around the parts of a cue, and ``vtte`` for
    silence.
    """
    texts = []
    for name, data in _boxes(cue):
        parts = list(_boxes(data)) if name == b"vttc" else []
        if (name != b"vttc" and (name != b"vtte" or data)) or {
            part for part, _ in parts
        } - _IN_CUES:
            return None
        if not all(_SETTINGS.fullmatch(part) for kind, part in parts if kind == b"sttg"):
            return None
        texts += [part.decode() for kind, part in parts if kind != b"sttg"]
    return "\n".join(texts)


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    """(name, payload) of each; what breaks off has no name."""
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        if length < 8 or at + length > len(data):
            return [*found, (b"", data[at:])]
        found.append((data[at + 4 : at + 8], data[at + 8 : at + length]))
        at += length
    return found
