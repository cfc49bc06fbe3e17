"""Which files an act is for: those whose ids a form has, or all that match in a listing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from blueprints.http.act_form import seen_album
from blueprints.http.arguments import parse_chosen
from blueprints.http.context import me, visitor
from blueprints.http.listing import rows_of
from blueprints.http.parameters import parse_flag
from blueprints.http.refusals import NothingSelected, TooManySelected
from models import Contents, Heart, Upload


class Selection(NamedTuple):
    """``rows``: row ids, in the order in which they were chosen. ``missing``: ids of what is not
    theirs, or not there, which are the same.
    """

    rows: list[int]
    missing: list[str]


Finder = Callable[[list[str]], Mapping[str, int]]  # row ids of those that may be chosen


def parse_selection(form: MultiDict[str, str], most: int, act: str = "") -> Selection:
    """Raises UploadError where there is none, or too many, or BadRequest."""
    if parse_flag(form.get("all", ""), "all"):
        rows = rows_of(form.get("from", ""), most + 1, is_of_all=act == "remove")
        selection = Selection(rows, [])
    else:
        selection = _named(parse_chosen(form.getlist("ids")), most, _finder(act, form))
    count = len(selection.rows) + len(selection.missing)
    if count > most:
        raise TooManySelected(most)
    if not count:
        raise NothingSelected()
    return selection


def _named(public_ids: list[str], most: int, find: Finder) -> Selection:
    if len(public_ids) > most:
        raise TooManySelected(most)
    found = find(public_ids)
    rows = [found[one] for one in public_ids if one in found]
    return Selection(rows, [one for one in public_ids if one not in found])


def _finder(act: str, form: MultiDict[str, str]) -> Finder:
    """One's own; hearts are for whatever one may open, and out of an album of one's own goes what
    others put there, too.
    """
    if act == "like":
        return lambda ids: Heart.givable(visitor(), ids)
    if act in ("zip", "codes"):
        return lambda ids: Upload.own_ids(me().id, ids, is_there=True)
    if act == "remove":
        album = seen_album(form.get("album_id", ""))
        if album.is_owner(visitor()):
            return lambda ids: {**Contents(album).rows_among(ids), **_own(ids)}
    return _own


def _own(public_ids: list[str]) -> dict[str, int]:
    return Upload.own_ids(me().id, public_ids)
