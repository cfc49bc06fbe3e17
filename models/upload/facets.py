"""What the index of words knows of an upload besides its words: who finds it, its tags, its kind.

A facet is three letters or more of Unicode's private use area, which no text has once it is folded:
one that says what it is, then numbers of up to 24 bits in two. Triggers write them (migrations 0023
and 0030).
"""

from __future__ import annotations

from collections.abc import Sequence

_KIND, _DIGIT = 0xF000, 0xE000
_BASE = 4096
AUDIENCES = ("private", "members", "unlisted", "public", "expiring")
KINDS = ("photo", "animation", "video")


def audience(name: str) -> str:
    """Of uploads with this visibility that last; or ``expiring``."""
    return _packed(1, AUDIENCES.index(name))


def owner(user_id: int) -> str:
    return _packed(2, user_id)


def tag(tag_id: int) -> str:
    return _packed(3, tag_id)


def category(category_id: int) -> str:
    return _packed(9, category_id)


def album(album_id: int) -> str:
    return _packed(11, album_id)


def tag_of_audience(tag_id: int, name: str) -> str:
    """A word of its own, so that the page of a tag is read from its own hits alone."""
    return _packed(0x10 + AUDIENCES.index(name), tag_id)


def tag_of_owner(tag_id: int, user_id: int) -> str:
    return _packed(4, tag_id) + _number(user_id)


def category_of_audience(category_id: int, name: str) -> str:
    return _packed(0x20 + AUDIENCES.index(name), category_id)


def category_of_owner(category_id: int, user_id: int) -> str:
    return _packed(10, category_id) + _number(user_id)


def kinds(names: Sequence[str]) -> list[str]:
    return [_kind(name, nsfw) for name in names for nsfw in (0, 1)]


def nsfw() -> list[str]:
    return [_kind(name, 1) for name in KINDS]


def format_(name: str) -> str:
    return f"{chr(_KIND + 6)}{name}{chr(_KIND + 7)}"


def month(year: int, number: int) -> str:
    """When it was taken, in UTC."""
    return chr(_KIND + 8) + chr(_DIGIT + year % _BASE) + chr(_DIGIT + number)


def _kind(name: str, nsfw: int) -> str:
    return chr(_KIND + 5) + chr(_DIGIT + KINDS.index(name)) + chr(_DIGIT + nsfw)


def _packed(kind: int, number: int) -> str:
    return chr(_KIND + kind) + _number(number)


def _number(number: int) -> str:
    return chr(_DIGIT + number // _BASE % _BASE) + chr(_DIGIT + number % _BASE)
