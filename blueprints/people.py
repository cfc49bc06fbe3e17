"""People: a list of them, and the page of each with what the visitor may find."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request

from blueprints.documents import timeline
from blueprints.documents.holdings import Holdings
from blueprints.http.album_page import cards
from blueprints.http.arguments import parse_user_name
from blueprints.http.context import addresses, time_zone, visitor
from blueprints.http.feed_address import explored_feed_address
from blueprints.http.library_form import Wanted, parse_place
from blueprints.http.own_path import is_here
from models import Tally, Upload, User, utcnow
from models.album_listing import shown_by
from models.people import PAGE_OF_PEOPLE, people_seen_by, shelves_seen_by
from models.upload import PAGE
from models.upload.shelf import Filter

bp = Blueprint("people", __name__)

ALBUMS = 12  # of a profile: two rows


def index() -> Any:
    after = parse_user_name(request.args.get("after", "")) or ""
    people = people_seen_by(visitor(), after, PAGE_OF_PEOPLE + 1)
    more = people[PAGE_OF_PEOPLE - 1].name if len(people) > PAGE_OF_PEOPLE else ""
    return render_template("people/index.html", people=people[:PAGE_OF_PEOPLE], more=more)


def profile(person: User) -> Any:
    path = addresses().profile_path(person.name)
    if not is_here(path):
        return redirect(path, 302)  # the name as it is written
    wanted, zone = Wanted(after=parse_place(request.args)), time_zone()
    today = utcnow().astimezone(zone).date()
    shelves = set(shelves_seen_by(visitor()))
    counts = [one for one in Tally.of(person.id, "received_at") if one.shelf in shelves]
    holdings = Holdings(counts, Filter(), year=0)
    uploads = Upload.sent_by(
        person.id, holdings.shelves, wanted.order, after=wanted.after, limit=PAGE + 1
    )
    page = uploads[:PAGE]
    return render_template(
        "people/profile.html",
        person=person,
        holdings=holdings,
        sections=timeline.sections(page, zone, today, wanted.order.date_of),
        next=wanted.page(wanted.order.place_of(page[-1])) if len(uploads) > PAGE else "",
        albums=cards(shown_by(person, visitor(), ALBUMS)) if wanted.after is None else [],
        is_first_page=wanted.after is None,
        feed=explored_feed_address("user", person.name),
        today=today,
        zone=zone,
        addresses=addresses(),
    )
