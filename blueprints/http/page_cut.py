"""A page of files, and what is on both sides of it: one more than it shows was read, in either
direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from models import Upload

T = TypeVar("T")


class FilePage(NamedTuple):
    """``next`` and ``before`` are the addresses of the pages beside it, or ""."""

    uploads: list[Upload]
    next: str
    before: str
    is_beginning: bool


class Cut(NamedTuple, Generic[T]):
    shown: Sequence[T]
    has_next: bool
    has_before: bool


def cut(found: Sequence[T], size: int, *, is_first: bool, is_backwards: bool) -> Cut[T]:
    """``found``: at most ``size`` + 1, in the order of the page; ``is_first``: from the beginning,
    ``is_backwards``: what comes right before a place.
    """
    is_more = len(found) > size
    shown = found[-size:] if is_backwards else found[:size]
    has_next = bool(shown) and (is_more or is_backwards)
    has_before = bool(shown) and (is_more if is_backwards else not is_first)
    return Cut(shown, has_next, has_before)
