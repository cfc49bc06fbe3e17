"""/notifications: what is new for a member, which the bell in the header counts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from blueprints.http.context import addresses, time_zone, visitor
from blueprints.http.errors import by_script
from blueprints.http.feed_address import notices_feed_address
from blueprints.http.library_form import place_in, written
from blueprints.http.notice_rows import rows
from models.notice_list import NEWEST, PAGE_OF_NOTICES, news, place_of
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
        last=written(place_of(page[0].notice)) if page else "",
        next=written(place_of(page[-1].notice)) if len(found) > PAGE_OF_NOTICES else "",
        is_beginning=after is None,
        feed=notices_feed_address(),
        zone=time_zone(),
    )


def see() -> Any:
    """All that the page showed, and what is older, is read."""
    if last := place_in(request.form.get("last", ""), NEWEST):
        see_notices(visitor(), last)
    return Response(status=204) if by_script() else redirect(url_for("notices.index"), 303)
