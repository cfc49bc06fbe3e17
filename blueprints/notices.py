"""/notifications: what is new for a member, which the bell in the header counts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from blueprints.http.context import addresses, time_zone, visitor
from blueprints.http.errors import by_script
from blueprints.http.feed_address import notices_feed_address
from blueprints.http.library_form import place_in, written
from blueprints.http.notice_rows import rows
from blueprints.http.notice_words import bell
from models.base import utcnow
from models.notice_list import NEWEST, PAGE_OF_NOTICES, news, place_of
from models.upload.library import Place
from models.waiting import what_waits
from services.notices import see_notices

bp = Blueprint("notices", __name__)


def index() -> str:
    """Looking marks nothing as read: a browser may fetch the page ahead."""
    after = place_in(request.args.get("after", ""), NEWEST)
    found = news(visitor(), after, PAGE_OF_NOTICES + 1)
    page = found[:PAGE_OF_NOTICES]
    return render_template(
        "notices/index.html",
        rows=rows(page, addresses().base, visitor()),
        newest=written(place_of(page[0].notice)) if page else "",
        oldest=written(place_of(page[-1].notice)) if page else "",
        now=written(Place(utcnow(), 0)),
        next=written(place_of(page[-1].notice)) if len(found) > PAGE_OF_NOTICES else "",
        is_beginning=after is None,
        feed=notices_feed_address(),
        zone=time_zone(),
    )


def see() -> Any:
    """What the page showed is read, or, by the button, all that there was then."""
    everything, newest, oldest = (
        place_in(request.form.get(name, ""), NEWEST) for name in ("all", "newest", "oldest")
    )
    if everything:
        see_notices(visitor(), everything)
    elif newest and oldest:
        see_notices(visitor(), newest, oldest)
    if by_script():
        return jsonify(bell(what_waits(visitor()).news)._asdict())
    return redirect(url_for("notices.index"), 303)
