"""A kind of act on files, which can be undone: see `services.changes`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from models import Change, ChangeItem, Upload, utcnow
from services.site import Site

State = dict[str, Any]  # what JSON can hold


class Why(StrEnum):
    """Why a file was not changed, or not changed back."""

    GONE = "gone"  # deleted, in the bin, or no longer this person's
    IN_BIN = "in_bin"  # where it can't be changed
    BUSY = "busy"  # somebody else is at its files
    CHANGED_SINCE = "changed_since"  # undo would overwrite what came after
    FULL = "full"  # no space left for it
    NOT_CLEANED = "not_cleaned"  # what couldn't be cleaned stays private
    TOO_MANY_TAGS = "too_many_tags"
    NO_DATE = "no_date"  # there is no date taken to be shifted
    CANNOT_ROTATE = "cannot_rotate"  # its format has no orientation
    BAD_DATE = "bad_date"  # it would be before photography, or to come
    NOT_APPROVED = "not_approved"  # sent by a share link, it waits for its owner
    NO_ALBUM = "no_album"  # it was deleted, or they may no longer add to it
    NOT_KEPT = "not_kept"  # the one to keep is gone, or it is that one
    WAITS = "waits"  # the one to keep isn't shown to others before it is approved
    KEPT_TELLS = "kept_tells"  # the one to keep has private data in it that this one hasn't
    KEPT_CLOSED = "kept_closed"  # fewer people may open the one to keep than this one
    KEPT_ENDS = "kept_ends"  # the one to keep expires sooner
    ENDED = "ended"  # it expired while it was in the bin


class Done(NamedTuple):
    """``before`` and ``after`` are what `Act.revert` needs to know."""

    before: State | None = None
    after: State | None = None


class Failed(NamedTuple):
    why: Why


Outcomes = Mapping[int, Done | Failed]  # by row id


def is_there(change: Change, upload: Upload) -> bool:
    """Theirs, not expired, and not away."""
    return upload.user_id == change.user_id and is_alive(change, upload)


def is_alive(change: Change, upload: Upload) -> bool:
    """Whoever's: for an act that looks itself who may."""
    return upload.expires_at is None or upload.expires_at > utcnow()


def is_in_bin(change: Change, upload: Upload) -> bool:
    return upload.user_id == change.user_id and upload.binned_at is not None


def never(change: Change) -> bool:
    return False


def always(change: Change) -> bool:
    return True


@dataclass(frozen=True)
class Act:
    """``apply`` changes rows, nothing else, and says of each what it did; ``revert`` puts back what
    has still what this change put there. Both are called with nobody else writing, with rows as
    they are now, and don't commit: all of a batch is done, or nothing. ``moves_files``: whether an
    upload may belong in the other root afterwards, to which its files are moved then; ``hides``:
    whether all that it takes belong in the private one then. ``takes`` says which uploads it is
    for, ``gives_back`` which can be reverted; the others are `Why.GONE`.
    """

    apply: Callable[[Site, Change, Sequence[Upload]], Outcomes]
    revert: Callable[[Site, Change, Sequence[tuple[Upload, ChangeItem]]], Outcomes]
    moves_files: Callable[[Change], bool] = never
    hides: Callable[[Change], bool] = never
    takes: Callable[[Change, Upload], bool] = is_there
    gives_back: Callable[[Change, Upload], bool] = is_there


Note = Callable[[Done | Failed], None]


@dataclass(frozen=True)
class OneByOne:
    """An act that works on a file for longer than others may wait to write. Each commits by itself,
    and calls the ``Note`` in the transaction in which it changes the row, or alone where it fails.
    """

    apply: Callable[[Site, Change, Upload, Note], None]
    revert: Callable[[Site, Change, Upload, ChangeItem, Note], None]
    takes: Callable[[Change, Upload], bool] = is_there
    gives_back: Callable[[Change, Upload], bool] = is_there
