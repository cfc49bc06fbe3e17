"""What a form wants of an act on many files: parsed as the form of one file is, into what JSON
holds. Nothing is changed by what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from blueprints.http import refusals
from blueprints.http.arguments import parse_heart, parse_id
from blueprints.http.context import me, site, time_zone, visitor
from blueprints.http.edit_form import KEEP_EXPIRATION
from blueprints.http.expiration import parse_end
from blueprints.http.parameters import (
    find_category,
    parse_alt_text,
    parse_flag,
    parse_tags,
    parse_text,
    parse_title,
    parse_visibility,
)
from blueprints.http.refusals import AlbumWithoutName, InvalidParameter, NothingWanted
from blueprints.http.shift_form import parse_shift
from models import Album, utcnow
from models.limits import MAX_ALBUM
from services.bin import has_bin

Form = MultiDict[str, str]
Wishes = dict[str, Any]
KEEP = "keep"  # the choice to leave a category as it is


def parse_act(text: str) -> str:
    """The name of an act that forms are for. Raises NotFound."""
    if text not in PARSERS:
        raise NotFound()
    return text


def parse_act_wishes(act: str, form: Form) -> Wishes:
    """Raises UploadError."""
    return PARSERS[act](form)


def seen_album(text: str) -> Album:
    """One that this member may open. Raises refusals.NotFound."""
    public_id = parse_id(text)
    album = Album.find(public_id, visitor()) if public_id else None
    if album is None:
        raise refusals.NotFound("Album")
    return album


def _none(form: Form) -> Wishes:
    return {}


def _bin(form: Form) -> Wishes:
    return {} if has_bin(site()) else {"final": True}


def _remove(form: Form) -> Wishes:
    return {"album": seen_album(form.get("album_id", "")).id}


def _move(form: Form) -> Wishes:
    old = seen_album(form["from_album_id"]) if form.get("from_album_id") else None
    if old and form.get("album_id") == old.public_id:
        raise NothingWanted()
    return {**_add(form), "from": old.id if old else None}


def _add(form: Form) -> Wishes:
    """To one that is there, or to a new one of this name."""
    name = parse_title(form.get("name", ""))[:MAX_ALBUM]
    if text := form.get("album_id", "").strip():
        public_id = parse_id(text)
        album = Album.find_to_add(me(), public_id) if public_id else None
        if album is None:
            raise refusals.NotFound("Album")
        return {"album": album.id}
    if not name:
        raise AlbumWithoutName()
    return {"new_album": name}


def _tags(form: Form) -> Wishes:
    wishes = {name: list(parse_tags(form.get(name, ""))) for name in ("add", "remove")}
    if not any(wishes.values()):
        raise NothingWanted()
    return wishes


def _category(form: Form) -> Wishes:
    if form.get("category_id", KEEP) == KEEP:
        raise NothingWanted()
    return {"category_id": find_category(form["category_id"])}


def _visibility(form: Form) -> Wishes:
    visibility = parse_visibility(form.get("visibility", ""), is_guest=False)
    if visibility is None:
        raise NothingWanted()
    return {"visibility": str(visibility)}


def _expiration(form: Form) -> Wishes:
    text = form.get("expiration", KEEP_EXPIRATION)
    if text == KEEP_EXPIRATION:
        raise NothingWanted()
    end = parse_end(text, utcnow())
    ends = end.at.isoformat() if end.at else None
    return {"expiration": {"ends": ends, "unused_days": end.unused_days}}


def _nsfw(form: Form) -> Wishes:
    if not form.get("nsfw"):
        raise NothingWanted()
    return {"nsfw": parse_flag(form["nsfw"])}


_TEXTS = {"title": parse_title, "description": parse_text, "alt_text": parse_alt_text}
_CHOICES = {  # what says that a choice stays as it is
    "category_id": (_category, KEEP),
    "visibility": (_visibility, ""),
    "expiration": (_expiration, KEEP_EXPIRATION),
    "nsfw": (_nsfw, ""),
}


def _edit(form: Form) -> Wishes:
    """What the form has; the rest stays."""
    wishes: Wishes = {name: parse(form[name]) for name, parse in _TEXTS.items() if name in form}
    if form.get("add", "").strip() or form.get("remove", "").strip():
        wishes["tag_changes"] = _tags(form)
    for name, (parse, keeps) in _CHOICES.items():
        if form.get(name, keeps) != keeps:
            wishes |= parse(form)
    if not wishes:
        raise NothingWanted()
    return wishes


def _shift(form: Form) -> Wishes:
    return parse_shift(form, str(time_zone()))


def _like(form: Form) -> Wishes:
    return {"heart": parse_heart(form.get("heart", "1"))}


def _rotate(form: Form) -> Wishes:
    turns = form.get("turns", "")
    if turns not in ("1", "2", "3"):
        raise InvalidParameter("turns")
    return {"turns": int(turns)}


PARSERS: Mapping[str, Callable[[Form], Wishes]] = {
    "add": _add,
    "bin": _bin,
    "category": _category,
    "edit": _edit,
    "expiration": _expiration,
    "like": _like,
    "move": _move,
    "nsfw": _nsfw,
    "remove": _remove,
    "restore": _none,
    "rotate": _rotate,
    "shift": _shift,
    "tags": _tags,
    "visibility": _visibility,
}
