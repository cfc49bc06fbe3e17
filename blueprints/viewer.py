"""The page of one upload, and its delete link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for

from blueprints.http import words
from blueprints.http.arguments import parse_id
from blueprints.http.askers import is_browser, only_looks
from blueprints.http.context import addresses, site, visitor
from blueprints.http.guards import wrong_link
from blueprints.http.media_page import media_page
from blueprints.http.own_path import is_here
from blueprints.http.use import note_use
from blueprints.http.view_count import count_view
from models import Upload
from services.bin import delete_by_link, goes_to_bin_by_link

bp = Blueprint("viewer", __name__)


def image(upload: Upload) -> Any:
    return _show(upload)


def clip(upload: Upload) -> Any:
    return _show(upload)


def _show(upload: Upload) -> Any:
    path = addresses().viewer_path(upload)
    if not is_here(path):
        return redirect(path, 302)  # temporary: a title may change
    if not upload.may_edit(visitor()):
        count_view(upload.public_id)
    note_use(upload)
    return media_page(upload)


def viewed(public_id: str) -> Response:
    """Who looked at it in place, over a listing. The answer tells no more than its page does:
    whether it is there for who asks.
    """
    found = parse_id(public_id)
    upload = Upload.find(found, visitor()) if found else None
    if upload is None:
        return Response(status=404)
    if not upload.may_edit(visitor()):
        count_view(upload.public_id)
    note_use(upload)
    return Response(status=204)


def delete(upload: Upload) -> Any:
    """Contract, *Delete*: a program's GET deletes at once, a browser's asks first, a preview's
    never deletes.
    """
    if request.method == "HEAD" or (request.method == "GET" and (is_browser() or only_looks())):
        answer = Response(
            render_template(
                "viewer/delete.html",
                upload=upload,
                addresses=addresses(),
                by_link=True,
                to_bin=goes_to_bin_by_link(site(), upload),
            )
        )
        answer.headers["X-Robots-Tag"] = "noindex"
        answer.headers["Cache-Control"] = "no-store"
        return answer
    if not delete_by_link(site(), upload):
        return wrong_link()
    if is_browser():
        flash(str(words.FILE_DELETED))
        return redirect(url_for("upload.home"), 303)
    return jsonify(
        status_code=200, success={"message": "file deleted", "code": 200}, status_txt="OK"
    )
