"""Arranging an album: its order by hand, its cover, and what is taken out of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for

from blueprints.http.album_form import parse_album_place, parse_arrangement
from blueprints.http.album_page import page_of, place_query, within
from blueprints.http.change_words import said
from blueprints.http.context import me, site
from blueprints.http.errors import by_script
from blueprints.http.toasts import toast, undo_path
from models import Album, Contents, Upload
from services.arrange import Move, move, set_cover
from services.changes import do

bp = Blueprint("arrange", __name__)


def show(album: Album) -> str:
    contents = _by_hand(album)
    page = page_of(contents, parse_album_place(request.args, contents.order))
    return render_template("albums/arrange.html", album=album, page=page, addresses=within(album))


def arrange(album: Album) -> Any:
    wanted, contents = parse_arrangement(request.form), _by_hand(album)
    at = parse_album_place(request.args, contents.order)
    page = url_for("arrange.show", slug=album.public_id)
    upload = contents.find(wanted.upload_id) or abort(404)
    if wanted.action == "cover":
        is_done = set_cover(album, upload)
    elif wanted.action == "remove":
        is_done = _taken_out(album, upload)
    else:
        other = (contents.find(wanted.other_id) or abort(404)) if wanted.other_id else None
        is_done = move(album, upload, Move(wanted.action), other)
    if not is_done:
        abort(404)
    if by_script():
        return jsonify(done=True)
    name = "before" if at.is_backwards else "after"
    query = place_query(contents.order, at.place, name) if at.place else ""
    return redirect(page + query, 303)


def _taken_out(album: Album, upload: Upload) -> bool:
    change = do(site(), me(), "remove", {"album": album.id}, upload.id)
    if change.done:
        toast(said(change), undo_path(change))
    return bool(change.done)


def _by_hand(album: Album) -> Contents:
    """In the order by hand, where somebody has made one; else in the one that it has."""
    return Contents(album, "hand" if album.is_arranged else "")
