"""The file behind a page: replaced, rotated, and which it was before."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for

from blueprints.http import words
from blueprints.http.album_addresses import path_of
from blueprints.http.arguments import parse_turns
from blueprints.http.context import addresses, me, site, time_zone
from blueprints.http.errors import LOGGED_OUT, by_script, wire_error
from blueprints.http.file_response import response_of
from blueprints.http.receive import Uploader, check_may_upload, max_file_bytes, received
from blueprints.http.refusal_words import refused
from blueprints.http.sessions import check_token, is_good_token
from blueprints.http.stored_file import private_file
from blueprints.http.toasts import toast
from blueprints.http.version_rows import compared
from media.errors import EmptySource, UploadError
from models import Upload
from services.acts.files import Noted
from services.intake import UploadRequest
from services.rotate import can_rotate
from services.rotate import rotate as rotate_file
from services.versions import MOST, delete_version, roll_back
from services.versions import replace as replace_file

bp = Blueprint("versions", __name__)


def index(upload: Upload) -> str:
    return _page(upload)


def _page(upload: Upload, error: str = "") -> str:
    versions = Upload.versions_of(upload.id)
    return render_template(
        "versions/index.html",
        upload=upload,
        versions=versions,
        kept_bytes=sum(version.kept_bytes for version in versions),
        most=MOST,
        max_bytes=max_file_bytes(me()),
        can_rotate=can_rotate(upload),
        error=error,
        addresses=addresses(),
        zone=time_zone(),
    )


def replace(upload: Upload) -> Any:
    """By the page's script, answered in JSON, or by the form alone."""
    if by_script() and not is_good_token(request.headers.get("X-CSRFToken", "")):
        return wire_error(403, 403, LOGGED_OUT)  # before the body is read
    with received(request, Uploader(me())) as body:
        if not by_script():
            check_token(body.fields.get("csrf_token", ""))
        noted = Noted(me(), "replace", upload)
        try:
            check_may_upload(me())
            source = body.files.get("source")
            if source is None:
                raise EmptySource()
            neutral = site().settings.hides_names
            sent = UploadRequest(source=source, user=me(), neutral_name=neutral)
            replace_file(site(), upload, sent, noted)
        except UploadError as error:
            if by_script():
                raise
            return _page(upload, refused(error).text), error.status
    said = words.REPLACED_PRIVATE if upload.leftovers else words.REPLACED
    return _done(upload, str(said), noted)


def rotate(upload: Upload) -> Any:
    noted = Noted(me(), "rotate", upload)
    rotate_file(site(), upload, parse_turns(request.form.get("turns", "")), noted)
    return _done(upload, str(words.ROTATED), noted)


def show(upload: Upload, version: Upload) -> str:
    """Side by side with the present file: what changed."""
    return render_template(
        "versions/show.html",
        upload=upload,
        version=version,
        rows=compared(version, upload, time_zone()),
        addresses=addresses(),
        zone=time_zone(),
    )


def file(upload: Upload, version: Upload, which: str) -> Response:
    """To its owner alone."""
    path = path_of(version, which)
    found = path and private_file(site().storage, request.method, path, request.headers.get)
    return response_of(found) if found else abort(404)


def restore(upload: Upload, version: Upload) -> Any:
    noted = Noted(me(), "roll_back", upload)
    roll_back(site(), upload, version, noted)
    return _done(upload, str(words.ROLLED_BACK), noted)


def delete_form(upload: Upload, version: Upload) -> str:
    return render_template("versions/delete.html", upload=upload, version=version, zone=time_zone())


def delete(upload: Upload, version: Upload) -> Any:
    delete_version(site(), upload, version)
    toast(str(words.VERSION_DELETED))
    return redirect(url_for("versions.index", public_id=upload.public_id), 303)


def _done(upload: Upload, said: str, noted: Noted) -> Any:
    undo = f"{request.script_root}/changes/{noted.change_id}/undo"
    path = addresses().viewer_path(upload)
    toast(said, undo)
    return jsonify(url=path, said=said, undo=undo) if by_script() else redirect(path, 303)
