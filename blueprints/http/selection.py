"""Which files an act is for: those whose ids a form has, or all that match in a listing."""

from __future__ import annotations

from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from blueprints.http.arguments import parse_chosen
from blueprints.http.context import me
from blueprints.http.listing import rows_of
from blueprints.http.parameters import parse_flag
from blueprints.http.refusals import NothingSelected, TooManySelected
from models import Upload


class Selection(NamedTuple):
    """``rows``: row ids, in the order in which they were chosen. ``missing``: ids of what is not
    theirs, or not there, which are the same.
    """

    rows: list[int]
    missing: list[str]


def parse_selection(form: MultiDict[str, str], most: int, *, is_of_all: bool = False) -> Selection:
    """``is_of_all`` as of `rows_of`. Raises NothingSelected, TooManySelected, InvalidParameter or
    BadRequest.
    """
    if parse_flag(form.get("all", ""), "all"):
        selection = Selection(rows_of(form.get("from", ""), most + 1, is_of_all=is_of_all), [])
    else:
        selection = _named(parse_chosen(form.getlist("ids")), most)
    count = len(selection.rows) + len(selection.missing)
    if count > most:
        raise TooManySelected(most)
    if not count:
        raise NothingSelected()
    return selection


def _named(public_ids: list[str], most: int) -> Selection:
    if len(public_ids) > most:
        raise TooManySelected(most)
    own = Upload.own_ids(me().id, public_ids)
    return Selection(list(own.values()), [one for one in public_ids if one not in own])
