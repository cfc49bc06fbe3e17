"""Hearts: given to a file and taken back, on its page, in the viewer or in an album; and the files
that somebody gave one.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from blueprints.http.album_addresses import AlbumAddresses
from blueprints.http.album_page import within
from blueprints.http.arguments import parse_heart
from blueprints.http.context import addresses, me, visitor
from blueprints.http.errors import by_script
from blueprints.http.heart_view import hearts_of
from blueprints.http.library_form import place_in, written
from models import Album, Heart, Upload
from models.heart import NEWEST, albums_that_show
from models.upload import PAGE
from services.hearts import give_heart, take_heart_back

bp = Blueprint("hearts", __name__)


def show(upload: Upload) -> Any:
    """For the viewer, whose listings don't say it."""
    return jsonify(hearts_of(upload, "").document)


def show_in_album(album: Album, upload: Upload) -> Any:
    return show(upload)


def change(upload: Upload) -> Any:
    return _changed(upload, addresses().viewer_path(upload))


def change_in_album(album: Album, upload: Upload) -> Any:
    return _changed(upload, within(album).viewer_path(upload))


def _changed(upload: Upload, page: str) -> Any:
    """The form says what shall be, so that a lost answer can be asked for again."""
    if parse_heart(request.form.get("heart", "")):
        give_heart(upload, me())
    else:
        take_heart_back(upload, me())
    return jsonify(hearts_of(upload, "").document) if by_script() else redirect(page, 303)


def liked() -> str:
    """What this member gave a heart and may still open, the last first."""
    after = place_in(request.args.get("after", ""), NEWEST)
    found = Heart.page_of(visitor(), after, PAGE + 1)
    page, base = [one for one, _place in found[:PAGE]], addresses().base
    closed = [one.id for one in page if not one.is_openable_by(visitor())]
    albums = albums_that_show(closed, visitor())
    by_album = {row: AlbumAddresses(base, album, visitor()) for row, album in albums.items()}
    last = written(found[PAGE - 1][1]) if len(found) > PAGE else ""
    return render_template(
        "mine/liked.html",
        files=[(one, by_album.get(one.id, addresses())) for one in page],
        next=url_for("hearts.liked", after=last) if last else "",
        is_beginning=after is None,
    )
