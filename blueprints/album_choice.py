"""In which of its owner's albums an upload is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request

from blueprints.http import words
from blueprints.http.album_form import parse_membership
from blueprints.http.arguments import parse_query
from blueprints.http.context import addresses, me, site, visitor
from blueprints.http.toasts import toast, undo_path
from models import Album, Upload
from models.album_listing import ALBUM_PAGE, albums_of, choosable
from services.albums import put_into_albums

bp = Blueprint("album_choice", __name__)


def form(upload: Upload) -> str:
    name = parse_query(request.args.get("q", ""))
    its, some = albums_of(upload, visitor()), choosable(me(), name)
    if upload.waits:
        its += Album.wished_for(upload.id)
    inside = {album.id for album in its}
    return render_template(
        "albums/choose.html",
        upload=upload,
        albums=[*its, *(album for album in some if album.id not in inside)],
        inside=inside,
        query=name,
        has_more=bool(name) or len(some) == ALBUM_PAGE,
        addresses=addresses(),
    )


def choose(upload: Upload) -> Any:
    wanted = parse_membership(request.form)
    done = put_into_albums(
        site().settings, me(), upload, chosen=wanted.chosen, of=wanted.of, new=wanted.new
    )
    toast(str(words.SAVED), undo_path(done) if done else "")
    return redirect(addresses().viewer_path(upload), 303)
