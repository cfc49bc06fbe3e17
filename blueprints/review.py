"""/admin/review: what waits for approval, for moderators. They approve or refuse many at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from blueprints.http import review_words
from blueprints.http.arguments import parse_approval, parse_ids, parse_shown_files
from blueprints.http.context import addresses, me, site, time_zone
from blueprints.http.library_form import place_in, written
from blueprints.http.parameters import parse_flag
from models import Upload
from models.upload.library import Place
from models.upload.review import LONGEST, PAGE_OF_REVIEW
from services import review

bp = Blueprint("review", __name__)


def index() -> str:
    return _page(place_in(request.args.get("after", ""), LONGEST))


def decide() -> Any:
    """Refusing deletes for good, so it is asked first, once for all."""
    is_approved = parse_approval(request.form.get("answer", ""))
    chosen = parse_ids(",".join(request.form.getlist("upload")))[:PAGE_OF_REVIEW]
    if not chosen:
        return _page(said=[str(review_words.NOTHING_CHOSEN)]), 400
    uploads = Upload.those_waiting(chosen, me().id)
    is_sure = parse_flag(request.form.get("sure", ""), "answer")
    shown = parse_shown_files(request.form.getlist("shown"))
    if uploads and not (is_approved or is_sure):
        return render_template("admin/refuse.html", uploads=uploads, addresses=addresses())
    done = review.decide(site(), uploads, me(), is_approved=is_approved, shown=shown)
    return _page(said=review_words.said_of(done, len(chosen) - len(uploads)))


def _page(after: Place | None = None, said: list[str] | None = None) -> str:
    uploads = Upload.waiting_for_approval(me().id, after, PAGE_OF_REVIEW + 1)
    page = uploads[:PAGE_OF_REVIEW]
    return render_template(
        "admin/review.html",
        uploads=page,
        next=written(page[-1].turn) if len(uploads) > PAGE_OF_REVIEW else "",
        said=said or [],
        afterwards=review_words.AFTERWARDS,
        addresses=addresses(),
        zone=time_zone(),
    )
