"""The pictures of people: to whoever has the address, and changed by whose it is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for

from blueprints.http import words
from blueprints.http.arguments import parse_id
from blueprints.http.context import me, site
from blueprints.http.profile_form import profile_page
from blueprints.http.receive import received
from blueprints.http.refusal_words import refused
from blueprints.http.sessions import check_token
from blueprints.http.stored_file import FOR_EVERYBODY, FOR_SOME, HARMLESS
from media.errors import EmptySource, UploadError
from media.pixels.portrait import MIME
from models.portrait import Portrait
from services.portraits import remove_portrait, set_portrait

bp = Blueprint("portraits", __name__)


def show(public_id: str) -> Response:
    """Another picture has another address, so this one never changes."""
    found = Portrait.find(parse_id(public_id) or "") or abort(404)
    caching = FOR_SOME if site().settings.private_site else FOR_EVERYBODY
    return Response(found.data, mimetype=MIME, headers=[*HARMLESS, caching])


def change() -> Any:
    with received(request, is_upload=False) as body:
        check_token(body.fields.get("csrf_token", ""))
        try:
            if "source" not in body.files:
                raise EmptySource()
            set_portrait(site(), me(), body.files["source"])
        except UploadError as error:
            return profile_page(portrait_error=refused(error).text), 400
    flash(str(words.SAVED))
    return redirect(url_for("profile.show"), 303)


def remove() -> Any:
    remove_portrait(me())
    flash(str(words.PORTRAIT_REMOVED))
    return redirect(url_for("profile.show"), 303)
