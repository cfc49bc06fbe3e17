"""My pictures: everything that a member sent, sorted and filtered; or what a guest's browser
sent.
"""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Any, NamedTuple

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

from blueprints.documents import timeline
from blueprints.documents.holdings import Holdings
from blueprints.http.arguments import parse_row, parse_tag
from blueprints.http.context import addresses, guest_browser, me, site, time_zone, visitor
from blueprints.http.guest_browser import DECLINED, remember
from blueprints.http.guest_words import taken_over
from blueprints.http.library_form import Wanted, parse_place, parse_wanted
from blueprints.http.page_cut import cut
from blueprints.http.parameters import parse_flag, parse_title
from blueprints.http.refusal_words import refused
from blueprints.http.search_form import SearchOptions
from models import Tally, Upload, utcnow
from models.album_listing import choosable
from models.limits import MAX_ALBUM
from models.upload import PAGE
from models.upload.library import Place
from services.errors import QuotaReached
from services.guests import take_over
from services.review import forget_refusals

bp = Blueprint("mine", __name__)


def index() -> Any:
    if visitor().is_member:
        wanted, tag = parse_wanted(request.args), parse_tag(request.args.get("tag", "")).strip()
        album = parse_title(request.args.get("album", ""))[:MAX_ALBUM]
        return _searched(tag, album, wanted) if tag or album else _library(wanted)
    return _of_this_browser(parse_place(request.args))


def _library(wanted: Wanted) -> Any:
    who, zone, order = visitor(), time_zone(), wanted.order
    today = utcnow().astimezone(zone).date()
    holdings = Holdings(Tally.of(who.user_id, order.counted_by), wanted.filter, wanted.year)
    found = Upload.sent_by(
        who.user_id,
        holdings.shelves,
        order,
        after=wanted.after,
        is_backwards=wanted.is_backwards,
        years=wanted.years(zone),
        limit=PAGE + 1,
    )
    is_first = wanted.after is None
    uploads, has_older, has_newer = cut(
        found, PAGE, is_first=is_first, is_backwards=wanted.is_backwards
    )
    return render_template(
        "mine/index.html",
        wanted=wanted,
        holdings=holdings,
        sections=timeline.sections(uploads, zone, today, order.date_of)
        if order.is_of_dates
        else timeline.whole(uploads),
        older=wanted.page(order.place_of(uploads[-1])) if has_older else "",
        newer=wanted.page(order.place_of(uploads[0]), "before") if has_newer else "",
        albums=choosable(me()) if holdings.is_in_albums else [],
        months=_months(wanted, holdings, zone) if order.is_of_dates else [],
        today=today,
        zone=zone,
        addresses=addresses(),
    )


def _searched(tag: str, album: str, wanted: Wanted) -> Any:
    """A search, which knows tags and albums: of one's own, with the other filters."""
    year = wanted.year
    options = SearchOptions(
        tag=tag,
        album=album,
        user=me().name,
        type=wanted.filter.kind,
        visibility=wanted.filter.visibility,
        expiring="1" if wanted.filter.is_expiring else "",
        after=f"{year:04}" if year else "",
        until=f"{year + 1:04}" if year else "",
    )
    return redirect(url_for("gallery.search", q=options.query))


def _of_this_browser(after: Place | None) -> Any:
    browser, zone = guest_browser(), time_zone()
    uploads = Upload.sent_from(browser, after, PAGE + 1) if browser else []
    page, wanted = uploads[:PAGE], Wanted()
    answer = make_response(
        render_template(
            "mine/guest.html",
            uploads=page,
            next=wanted.page(wanted.order.place_of(page[-1])) if len(uploads) > PAGE else "",
            days=site().settings.guest_expires_days,
            zone=zone,
            addresses=addresses(),
        )
    )
    return remember(answer) if page else answer


def take() -> Any:
    """What this browser sent before its owner logged in becomes theirs, or stays a guest's."""
    browser = guest_browser()
    if parse_flag(request.form.get("keep", ""), "answer"):
        session[DECLINED] = True
    elif browser:
        try:
            flash(taken_over(take_over(site().settings, me(), browser)))
        except QuotaReached as refusal:
            flash(refused(refusal).text)
    return redirect(url_for("mine.index"), 303)


def forget_refused() -> Any:
    """What this visitor has read of refused files."""
    forget_refusals(visitor(), parse_row(request.form.get("last", "")) or 0)
    return redirect(url_for("mine.index"), 303)


class Month(NamedTuple):
    day: date  # the first
    uploads: int
    address: str


def _months(wanted: Wanted, holdings: Holdings, zone: tzinfo) -> list[Month]:
    """In the order of the page."""
    days = [(date.fromisoformat(f"{month}-01"), count) for month, count in holdings.months]
    if not wanted.order.is_descending:
        days.reverse()
    return [Month(day, count, wanted.page(wanted.beginning(day, zone))) for day, count in days]
