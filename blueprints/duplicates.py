"""What a member has more than once, by the bytes that were sent; one of them is kept."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from blueprints.http import words
from blueprints.http.arguments import parse_cursor, parse_id
from blueprints.http.change_answer import document, undo_path
from blueprints.http.context import addresses, me, site, time_zone
from blueprints.http.duplicate_words import said
from blueprints.http.error_page import page
from blueprints.http.errors import by_script
from blueprints.http.toasts import toast
from models import Change, Twin, Upload, Visibility
from models.twin import PAGE_OF_TWINS
from services.duplicates import keep_best, keep_one

bp = Blueprint("duplicates", __name__)

MOST_COUNTED = 1000  # groups: about how many is enough to know
_LEVELS = list(Visibility)


def index() -> str:
    before = parse_cursor(request.args.get("after", ""))
    found = Twin.page(me().id, before, PAGE_OF_TWINS + 1)
    groups = found[:PAGE_OF_TWINS]
    files, counts = Twin.files(me().id, groups), Twin.counts(me().id, groups)
    return render_template(
        "duplicates/index.html",
        groups=[
            (files[one.sha256], counts[one.sha256])
            for one in groups
            if counts.get(one.sha256, 0) > 1  # others have expired
        ],
        how_many=Twin.count(me().id, MOST_COUNTED + 1) if groups else 0,
        most=MOST_COUNTED,
        widest=widest,
        next=groups[-1].newest if len(found) > PAGE_OF_TWINS else "",
        is_beginning=before is None,
        days=site().settings.bin_days,
        addresses=addresses(),
        zone=time_zone(),
    )


def keep() -> Any:
    """One of their own: the form's others go to the bin."""
    public_id = parse_id(request.form.get("keep", ""))
    upload = Upload.find_own(public_id, me().id) if public_id else None
    if upload is None:
        return page(404, words.NO_SUCH_FILE)
    return _told(keep_one(site(), me(), upload))


def keep_all() -> Any:
    return _told(keep_best(site(), me()))


def _told(change: Change | None) -> Any:
    if change and by_script():
        return jsonify(document(change))
    if change:
        toast(said(change), undo_path(change) if change.done or change.is_working else "")
    return redirect(url_for("duplicates.index"), 303)


def widest(uploads: list[Upload]) -> int:
    """How many people see that which most people see, as the place of its visibility."""
    return max(_LEVELS.index(upload.chosen_visibility) for upload in uploads)
