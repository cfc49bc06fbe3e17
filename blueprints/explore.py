"""Explore: what people show here, by how often it was seen, at random, or of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for

from blueprints.documents import timeline
from blueprints.http import words
from blueprints.http.arguments import parse_id, parse_place_by_id, parse_shown_place
from blueprints.http.context import addresses, time_zone, visitor
from models import Upload, utcnow
from models.base import random_id
from models.upload import PAGE
from models.upload.access import ID_LENGTH

bp = Blueprint("explore", __name__)


def popular() -> Any:
    after = parse_shown_place(request.args.get("after", ""))
    uploads = Upload.popular(visitor(), after, PAGE + 1)
    return _page(str(words.POPULAR), uploads, "views")


def videos() -> Any:
    after = parse_shown_place(request.args.get("after", ""))
    return _page(str(words.VIDEOS), Upload.videos(visitor(), after, PAGE + 1), "rank")


def animations() -> Any:
    after = parse_shown_place(request.args.get("after", ""))
    return _page(str(words.ANIMATIONS), Upload.animations(visitor(), after, PAGE + 1), "rank")


def random() -> Any:
    """The address says where it begins, so that Back and a reload show the same."""
    start = parse_id(request.args.get("begin", ""))
    if start is None:
        return redirect(url_for("explore.random", begin=random_id(ID_LENGTH)))
    after = parse_place_by_id(request.args.get("after", ""))
    uploads = Upload.random(visitor(), start, after, PAGE + 1)
    return _page(str(words.RANDOM), uploads, "public_id", begin=start)


def _page(title: str, uploads: Sequence[Upload], column: str, **query: str) -> Any:
    zone, page = time_zone(), uploads[:PAGE]
    today, is_of_dates = utcnow().astimezone(zone).date(), column == "rank"
    more = ""
    if len(uploads) > PAGE:
        place = f"{page[-1].rank}.{getattr(page[-1], column)}"
        more = f"?{urlencode({**query, 'after': place})}"
    return render_template(
        "gallery/explored.html",
        title=title,
        sections=timeline.sections(page, zone, today) if is_of_dates else timeline.whole(page),
        is_of_dates=is_of_dates,
        next=more,
        today=today,
        addresses=addresses(),
    )
