"""What a change was about, beside what was done: the album, the tags, who can see the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from blueprints.http import visibility
from blueprints.http.language import gettext as _
from models import Album, Category, Change


def details(changes: Sequence[Change]) -> Mapping[str, str]:
    """By public ids; "" where there is nothing more to say. Two queries at most."""
    albums = _albums(changes)
    categories = _categories(changes)
    return {one.public_id: _detail(one, albums, categories) for one in changes}


def _detail(change: Change, albums: Mapping[int, str], categories: Mapping[int, str]) -> str:
    wishes = change.wishes
    if change.act == "tags":
        return _tags(wishes)
    if change.act in ("add", "move", "remove"):
        return albums.get(wishes.get("album", 0), wishes.get("new_album", ""))
    if change.act == "visibility":
        return _(visibility.LABELS[wishes["visibility"]])
    if change.act == "category":
        return categories.get(wishes["category_id"] or 0, _("None"))
    return ""


def _tags(wishes: Mapping[str, Any]) -> str:
    """What was added, then what was removed."""
    added, removed = (", ".join(wishes.get(name, [])) for name in ("add", "remove"))
    if not removed:
        return added
    without = _("removed: %(tags)s", tags=removed)
    return f"{added} · {without}" if added else without


def _albums(changes: Sequence[Change]) -> Mapping[int, str]:
    """Of their own: what another one's is called by now may be none of their business."""
    rows = {one.wishes["album"]: one.user_id for one in changes if one.wishes.get("album")}
    albums = Album.load(rows) if rows else []
    return {album.id: album.name for album in albums if album.user_id == rows[album.id]}


def _categories(changes: Sequence[Change]) -> Mapping[int, str]:
    if not any(one.act == "category" for one in changes):
        return {}
    return {category.id: category.name for category in Category.ordered()}
