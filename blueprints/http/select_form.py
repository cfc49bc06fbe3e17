"""What a form says of the files that somebody has selected in a listing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, NotFound

from blueprints.documents.link_kinds import OF_SELECTED, Kind
from blueprints.http import words
from blueprints.http.arguments import parse_chosen, parse_slug, path_of_ours
from blueprints.http.context import me
from blueprints.http.parameters import parse_flag
from blueprints.http.select_words import CHOICES
from models import Album

_OF_A_PAGE = ("after", "before", "select", "act")  # fields that are no part of a listing


class Chosen(NamedTuple):
    """``is_all``: all that match in the listing whose address ``of`` is, whatever ``ids`` says.
    ``album`` is the one of one's own in which they were selected, if any.
    """

    ids: list[str]
    is_all: bool
    of: str
    album: Album | None

    @property
    def is_empty(self) -> bool:
        return not (self.ids or self.is_all)

    @property
    def fields(self) -> Mapping[str, str]:
        """As a form has them."""
        where = {"from": self.of} if self.of else {}
        return {**where, "all": "1"} if self.is_all else {**where, "ids": ",".join(self.ids)}


def parse_chosen_files(values: MultiDict[str, str]) -> Chosen:
    """``all`` without a listing is nothing."""
    of = path_of_ours(values.get("from", ""))
    is_all = parse_flag(values.get("all", ""), "all") and bool(of)
    album_id = parse_slug(values.get("album", ""))
    return Chosen(
        [] if is_all else parse_chosen(values.getlist("ids")),
        is_all,
        of,
        Album.find_of(me(), album_id) if album_id else None,
    )


def parse_choice(text: str) -> str:
    """Of what shall be done. Raises NotFound."""
    if text not in CHOICES:
        raise NotFound()
    return text


def parse_kind(text: str) -> Kind:
    """Of codes. Raises BadRequest for what no form of ours has."""
    found = next((kind for kind in OF_SELECTED if kind.name == text), None)
    if found is None:
        raise BadRequest(words.BAD_CURSOR)
    return found


def is_selecting() -> bool:
    """Whether a listing is shown with its check boxes, which needs no script."""
    return parse_flag(request.args.get("select", ""), "select")


def in_mode(address: str) -> str:
    """Of another page of the listing: so is that one."""
    return f"{address}&select=1" if is_selecting() else address


def listing_address(**more: object) -> str:
    """Of the listing that is shown, from its beginning: its path and its query, and ``more``."""
    query = parse_qsl(request.query_string.decode(errors="replace"))
    rest = [(name, value) for name, value in query if name not in _OF_A_PAGE]
    fields = urlencode([*rest, *more.items()])
    return request.path + (f"?{fields}" if fields else "")
