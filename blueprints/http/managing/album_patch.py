"""What a program may say of an album."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blueprints.http.arguments import parse_id
from blueprints.http.managing.asker import Asker
from blueprints.http.managing.faults import Conflict, InvalidField, NoSuch
from blueprints.http.managing.patch import choice_of, text_of
from blueprints.http.parameters import parse_text, parse_title
from models import Album, AlbumVisibility, Contents
from models.album_contents import ORDERS
from models.limits import MAX_ALBUM, MAX_DESCRIPTION, MAX_ID, MAX_PASSWORD, MIN_ALBUM_PASSWORD
from services.albums import AlbumWishes

SAID = ("name", "description", "visibility", "password", "sort", "parent")
CHANGEABLE = (*SAID, "cover")


def parse_album_patch(
    document: Mapping[str, Any], asker: Asker, album: Album | None = None
) -> AlbumWishes:
    """Of ``album``, None: of a new one. Raises InvalidField, NoSuch or Conflict."""
    wishes = AlbumWishes()
    if album is None or "name" in document:
        wishes["name"] = _name(document)
    if "description" in document:
        wishes["description"] = parse_text(text_of(document, "description", MAX_DESCRIPTION))
    if "sort" in document:
        wishes["sort"] = choice_of(document, "sort", tuple(ORDERS))
    if "visibility" in document:
        said = choice_of(document, "visibility", tuple(AlbumVisibility))
        wishes["visibility"] = AlbumVisibility(said)
    if "password" in document:
        wishes["password"] = _password(document)
    _check_password(wishes, album)
    if "parent" in document:
        asker.check_whole()
        parent = _id(document, "parent")
        wishes["parent_id"] = asker.find_album(parent).id if parent else None
    if album and "cover" in document:
        wishes["cover_id"] = _cover(_id(document, "cover"), album)
    return wishes


def _name(document: Mapping[str, Any]) -> str:
    name = parse_title(text_of(document, "name", MAX_ALBUM)) if "name" in document else ""
    if not name:
        raise InvalidField("name", f"a text of at most {MAX_ALBUM} characters")
    return name


def _password(document: Mapping[str, Any]) -> str:
    password = text_of(document, "password", MAX_PASSWORD)
    if len(password) < MIN_ALBUM_PASSWORD:
        raise InvalidField("password", f"from {MIN_ALBUM_PASSWORD} to {MAX_PASSWORD} characters")
    return password


def _check_password(wishes: AlbumWishes, album: Album | None) -> None:
    """One that opens nothing would be forgotten without a word."""
    was = album.visibility if album else ""
    needs_one = wishes.get("visibility", was) == AlbumVisibility.PASSWORD
    has_one = "password" in wishes or bool(album and album.password_hash)
    if needs_one and not has_one:
        raise (Conflict if album else _Missing)("Send a password with this visibility")
    if "password" in wishes and not needs_one:
        raise (Conflict if album else _Missing)("A password is for the visibility `password`")


class _Missing(InvalidField):
    def __init__(self, why: str) -> None:
        super().__init__("password", why)


def _id(document: Mapping[str, Any], name: str) -> str | None:
    if document[name] is None:
        return None
    public_id = parse_id(text_of(document, name, MAX_ID))
    if public_id is None:
        raise InvalidField(name, "an id, or null")
    return public_id


def _cover(public_id: str | None, album: Album) -> int | None:
    if public_id is None:
        return None
    upload = Contents(album).find(public_id)
    if upload is None:
        raise NoSuch("Upload")
    return upload.id
