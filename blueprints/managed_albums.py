"""The managing API's albums."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from blueprints.http.album_form import LATEST
from blueprints.http.context import site
from blueprints.http.library_form import place_in, written
from blueprints.http.managing.album_patch import CHANGEABLE, SAID, parse_album_patch
from blueprints.http.managing.answers import a_page, created, described_albums, gone, one, unchanged
from blueprints.http.managing.asker import Asker
from blueprints.http.managing.faults import Conflict, NoSuch
from blueprints.http.managing.listing import PAGE_FIELDS, parse_fields, parse_limit, parse_switch
from blueprints.http.managing.patch import read_object
from models import Album
from models.album_listing import all_own, place_of
from models.album_tree import BadParent
from services.albums import change_album, create_album
from services.delete_album import delete_album

bp = Blueprint("managed_albums", __name__)

NOT_IN_THERE = "An album can't be in itself, nor so deep, nor where there are too many"


def index(asker: Asker) -> Any:
    fields = parse_fields(request.args, PAGE_FIELDS)
    limit, after = parse_limit(fields.get("limit", "")), place_in(fields.get("after", ""), LATEST)
    albums = [asker.album] if asker.album else all_own(asker.user, after, limit + 1)
    more = written(place_of(albums[limit - 1])) if len(albums) > limit else ""
    return a_page("albums", described_albums(albums[:limit], asker), fields, more)


def create(asker: Asker) -> Any:
    wishes = parse_album_patch(read_object(request, SAID), asker)
    try:
        album = create_album(site().settings, asker.user, wishes["name"], wishes)
    except BadParent:
        raise Conflict(NOT_IN_THERE) from None
    return created(_described(album, asker), "albums", album.public_id)


def show(asker: Asker, album: Album) -> Any:
    return one(_described(album, asker))


def edit(asker: Asker, album: Album) -> Any:
    wishes = parse_album_patch(read_object(request, CHANGEABLE), asker, album)
    try:
        if wishes and not change_album(album, wishes, unchanged(lambda: _described(album, asker))):
            raise NoSuch("Album")
    except BadParent:
        raise Conflict(NOT_IN_THERE) from None
    return one(_described(album, asker))


def delete(asker: Asker, album: Album) -> Any:
    fields = parse_fields(request.args, ("with_uploads",))
    with_uploads = parse_switch("with_uploads", fields.get("with_uploads", ""))
    condition = unchanged(lambda: _described(album, asker))
    return gone(is_done=delete_album(site(), album, with_uploads=with_uploads, condition=condition))


def _described(album: Album, asker: Asker) -> dict[str, Any]:
    return described_albums([album], asker)[0]
