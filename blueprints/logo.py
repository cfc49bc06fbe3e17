"""The logo of the site: to everybody, and changed by admins."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for

from blueprints.http import words
from blueprints.http.arguments import parse_id
from blueprints.http.context import me, site
from blueprints.http.language import gettext as _
from blueprints.http.receive import received
from blueprints.http.refusal_words import refused
from blueprints.http.sessions import check_token
from blueprints.http.settings_page import group_page
from blueprints.http.stored_file import FOR_EVERYBODY, HARMLESS
from media.errors import DisabledFormat, EmptySource, UnavailableFormat, Unreadable, UploadError
from media.pixels.logo import MIME
from models.logo import Logo
from services.logo import remove_logo, set_logo

bp = Blueprint("logo", __name__)


def show(public_id: str) -> Response:
    """Another picture has another address, so this one never changes."""
    found = Logo.find(parse_id(public_id) or "") or abort(404)
    return Response(found.data, mimetype=MIME, headers=[*HARMLESS, FOR_EVERYBODY])


def change() -> Any:
    with received(request, is_upload=False) as body:
        check_token(body.fields.get("csrf_token", ""))
        try:
            if "source" not in body.files:
                raise EmptySource()
            set_logo(site(), body.files["source"], me().name)
        except UploadError as error:
            return group_page("general", logo_error=_why(error)), 400
    return _done()


def remove() -> Any:
    remove_logo(site(), me().name)
    return _done()


def _why(error: UploadError) -> str:
    if isinstance(error, Unreadable | UnavailableFormat | DisabledFormat):
        return _("This isn't an image that can be shown here. Use PNG, JPEG or WebP.")
    return refused(error).text


def _done() -> Any:
    flash(str(words.SAVED), "toast")
    return redirect(url_for("site_settings.show", group="general"), 303)
