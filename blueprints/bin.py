"""The bin: what this member deleted, until it is gone for good. Boxes in a form need no script."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)

from blueprints.http import bin_words
from blueprints.http.arguments import parse_ids
from blueprints.http.context import addresses, me, site
from blueprints.http.error_page import page
from blueprints.http.errors import by_script
from blueprints.http.file_response import response_of
from blueprints.http.library_form import place_in, written
from blueprints.http.parameters import parse_flag
from blueprints.http.stored_file import file_for_some
from blueprints.http.toasts import toast, undo_path
from models import Tally, Upload, utcnow
from models.upload import PAGE
from models.upload.away import LAST_BINNED
from models.upload.library import Place
from models.upload.shelf import IN_BIN
from services import bin as bins

bp = Blueprint("bin", __name__)


def index() -> str:
    return _page()


def restore() -> Any:
    """What was chosen, or all."""
    chosen = parse_ids(",".join(request.form.getlist("ids")))
    rows = bins.rows_in_bin(me(), None if _is_all() else chosen)
    if not rows:
        return _page(bin_words.CHOOSE), 400
    change = bins.restore(site(), me(), rows)
    toast(bin_words.restored(change), undo_path(change))
    return redirect(url_for("bin.index"), 303)


def delete() -> Any:
    """For good: asks first."""
    chosen = parse_ids(",".join(request.form.getlist("ids")))
    uploads = Upload.in_bin_of(me().id, chosen)
    if _is_all():
        return redirect(url_for("bin.empty_form"), 303)
    if not uploads:
        return _page(bin_words.CHOOSE), 400
    if not parse_flag(request.form.get("sure", ""), "answer"):
        return _question(uploads, len(uploads))
    return _gone([upload.public_id for upload in uploads], len(uploads))


def empty_form() -> Any:
    count, _ = Tally.away(me().id, IN_BIN)
    return _question([], count) if count else redirect(url_for("bin.index"), 303)


def empty() -> Any:
    count, _ = Tally.away(me().id, IN_BIN)
    return _gone(None, count)


def instead(upload: Upload) -> Any:
    """Of a file that was just sent, and is in the bin already: that one comes back, and this one
    goes there.
    """
    older = bins.restore_instead(site(), upload, me())
    if older is None:
        return page(404, bin_words.NOTHING_THERE)
    if by_script():
        return jsonify(url=addresses().viewer_path(older))
    flash(str(bin_words.RESTORED_INSTEAD), "toast")
    return redirect(addresses().viewer_path(older), 303)


def thumb(upload: Upload) -> Response:
    """What stands for a file in its owner's bin, where its own address answers nobody."""
    path = f"images/{upload.folder}/{upload.derivative('th')}"
    answer = file_for_some(site().storage, request.method, path, request.headers.get)
    if answer is None:
        abort(404)
    return response_of(answer)


def _page(wrong: object = "") -> str:
    after = place_in(request.args.get("after", ""), LAST_BINNED)
    found = Upload.in_bin(me().id, after, PAGE + 1)
    shown = found[:PAGE]
    count, size = Tally.away(me().id, IN_BIN)
    return render_template(
        "bin/index.html",
        uploads=shown,
        next=written(_place(shown[-1])) if len(found) > PAGE else "",
        is_beginning=after is None,
        count=count,
        size=size,
        days=site().settings.bin_days,
        now=utcnow(),
        wrong=wrong,
        bin_words=bin_words,
    )


def _place(upload: Upload) -> Place:
    assert upload.binned_at is not None
    return Place(upload.binned_at, upload.rank)


def _question(uploads: list[Upload], count: int) -> str:
    """``uploads``: none, where all are meant."""
    return render_template("bin/delete.html", uploads=uploads, count=count, addresses=addresses())


def _gone(public_ids: list[str] | None, count: int) -> Any:
    is_done = bins.delete_for_good(site(), me(), public_ids)
    flash(bin_words.deleted(count) if is_done else str(bin_words.BEING_DELETED), "toast")
    return redirect(url_for("bin.index"), 303)


def _is_all() -> bool:
    return parse_flag(request.form.get("all", ""), "answer")
