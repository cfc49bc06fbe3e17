"""My pictures, with names, dates and addresses that are odd: every file is seen once, and nothing
in an address makes an error of ours.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest

from blueprints.http.library_form import Wanted, parse_place, parse_wanted
from blueprints.http.parameters import parse_title
from blueprints.http.refusals import InvalidParameter
from models import Upload, User, db
from models.upload.library import ORDERS, Place
from models.upload.shelf import KINDS, VISIBILITIES
from tests.conftest import csrf_token, log_in, make_person, sample
from tests.fuzz.strategies import letters
from tests.models.test_listing import NOW, put

ZONES = ["Europe/Berlin", "America/Los_Angeles"]
# joined and hidden letters, marks of direction, of no script, for own use, of the last plane
ODD = "\u200d\u200c\u200b\xad\u2060\ufeff\u061c\u200e\u200f\u202a\u202e\u2066\u2069\u180e\x80\x9f" \
      "\u0600\u06dd\u110bd\ufff9\ue000\uf8ff\u0378\ufdd0\uffff\U000e0001\U000e007f\U000f0000" \
      "\U0010ffff\u0301\ufe0f\u20e3%&#?+/\\\"'<>.;=~^"  # fmt: skip
FAMILY = "👨\u200d👩\u200d👧"
FORM = {
    "sort": [*ORDERS, "Name", "newest "],
    "kind": [*KINDS, "picture"],
    "visibility": [*VISIBILITIES, "hidden"],
    "year": ["0000", "0001", "1000", "1824", "1825", "1826", "2026", "9998", "9999", "10000", "-1"],
    "expires": ["1", "0", "true", "2"],
    "no_album": ["1", "0", "false", "x"],
    "after": ["1.1", "1.0", "1.x", "1.5", "0.", ".", "1", "1.315537897599999999", f"9.{FAMILY} 7"],
    "before": ["1.1", "1.0", "1.x", "1.5", "0.", "1." + "9" * 18, "9" * 18 + ".1", "1.\0", "1.é"],
}


def id_of(app: Flask, name: str) -> int:
    with app.app_context():
        user = User.by_name(name)
        assert user
        return user.id


def ids(text: str) -> list[str]:
    return re.findall(r"[./](id[0-9]{6})\"", text)


def walked(client: FlaskClient, query: str, label: str = "Next page") -> list[str]:
    """The ids of all pages, page by page."""
    found: list[str] = []
    while query:
        answer = client.get(f"/mine{query}")
        assert answer.status_code == 200, query
        found += ids(answer.text)
        link = re.search(rf'href="(\?[^"]*)">{label}<', answer.text)
        query = html.unescape(link[1]) if link else ""
    return found


def owned(app: Flask, rows: list[dict[str, Any]]) -> FlaskClient:
    """Uploads of ann's; her browser."""
    ann = make_person(app, "ann")
    me = id_of(app, "ann")
    for row in rows:
        put(app, user_id=me, visibility="private", **row)
    log_in(ann.client)
    return ann.client


def guest_of(app: Flask, rows: list[dict[str, Any]]) -> FlaskClient:
    """The browser of a guest that sent them."""
    guest = app.test_client()
    data = {"source": sample("pixel.png").open("rb")}
    headers = {"X-CSRFToken": csrf_token(guest.get("/").text), "Accept": "application/json"}
    assert guest.post("/upload", data=data, headers=headers).status_code == 200
    with app.app_context():
        browser = db.session.scalars(db.select(Upload.guest_browser)).one()
        db.session.execute(db.delete(Upload))
        db.session.commit()
    for row in rows:
        put(app, guest_browser=browser, visibility="unlisted", **row)
    return guest


def test_names_with_any_letter_have_pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each name is the end of a page, in both directions."""
    monkeypatch.setattr("blueprints.mine.PAGE", 1)
    titles = [f"a{one}b" for one in ODD] + list(ODD[::4]) + [f"{FAMILY} {n}" for n in range(3)]
    titles += [f"n{ODD}", 70 * ODD[0], 30 * FAMILY, 70 * "\ufdfa"]  # one letter that becomes 18
    client = owned(app, [{"title": parse_title(title) or None} for title in titles])
    there = walked(client, "?sort=name")
    assert sorted(there) == [f"id{n:06}" for n in range(1, len(titles) + 1)]
    with app.app_context():
        last = db.session.scalars(db.select(Upload).where(Upload.public_id == there[-1])).one()
        place = ORDERS["name"].place_of(last)
        end = Wanted("name").page(place, "before")
    assert walked(client, end, "Previous page") == there[-2::-1]


@pytest.mark.parametrize("zone", ZONES)
def test_the_first_and_the_last_date_of_a_photo(
    zone: str, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A camera's zone moves them out of the years that a camera may say."""
    monkeypatch.setattr("blueprints.mine.PAGE", 1)
    dates = [datetime(1825, 12, 31, 1, tzinfo=UTC), NOW, datetime(9999, 1, 1, 23, tzinfo=UTC)]
    client = owned(make_app(TIMEZONE=zone), [{"taken_at": one} for one in dates])
    for sort in ("taken-newest", "taken-oldest"):
        order = sorted(ids_of(dates), reverse=sort == "taken-newest")
        assert walked(client, f"?sort={sort}") == order
        page = client.get(f"/mine?sort={sort}").text
        assert sorted(re.findall(r'<option value="([0-9]{4})"', page)) == ["1825", "2026", "9999"]
        for year, one in zip((1825, 2026, 9999), ids_of(dates), strict=True):
            assert ids(client.get(f"/mine?sort={sort}&year={year}").text) == [one]
        months = re.findall(r'<a href="(\?[^"]*)" data-month', page)
        found = [ids(client.get("/mine" + html.unescape(one)).text) for one in months]
        assert found == [[one] for one in order]


def ids_of(rows: list[Any]) -> list[str]:
    return [f"id{number:06}" for number in range(1, len(rows) + 1)]


def test_a_guest_has_pages_of_one_order(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.mine.PAGE", 1)
    guest = guest_of(make_app(GUEST_UPLOADS=True), [{}, {}, {}])
    assert walked(guest, "?sort=") == ["id000003", "id000002", "id000001"]
    for query in (
        "sort=name&after=1.x", "sort=views&after=1.1", "sort=largest&before=1.5", "before=1.5",
        "sort=oldest&after=1.5", "after=1.x", "after=1." + "9" * 18,
    ):  # fmt: skip
        assert guest.get(f"/mine?{query}").status_code == 400, query
    for query in ("sort=name", "sort=largest", "kind=video", "year=2026"):
        assert guest.get(f"/mine?{query}").status_code == 200, query


odd_fields = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(
            st.sampled_from(values),
            st.sampled_from(values),
            st.text(letters, max_size=9),
            st.text(letters, max_size=9).map("7.{}".format),
        )
        for name, values in FORM.items()
    },
)


@given(odd_fields)
def test_any_address_is_a_page_or_is_refused(fields: dict[str, str]) -> None:
    for parse in (parse_wanted, parse_place):
        try:
            found = parse(fields)
        except (BadRequest, InvalidParameter):
            continue
        place = found if isinstance(found, Place) or found is None else found.after
        assert place is None or 0 <= place.rank < 2**63
        if isinstance(found, Wanted):
            query = dict(parse_qsl(found.page(place)[1:], keep_blank_values=True))
            if not found.is_backwards:
                assert parse_wanted(query) == found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("who", ["member", "guest"])
def test_no_address_is_an_error_of_ours(
    zone: str, who: str, make_app: Callable[..., Flask]
) -> None:
    app = make_app(TIMEZONE=zone, GUEST_UPLOADS=True)
    client = (owned if who == "member" else guest_of)(app, [{"title": FAMILY}, {"views": 3}])

    @settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=100)
    @given(odd_fields)
    def look(fields: dict[str, str]) -> None:
        query = urlencode(fields, errors="surrogatepass")
        assert client.get(f"/mine?{query}").status_code in (200, 400), query

    look()
    for sort in ORDERS:
        for name in ("year", "after", "before"):
            for value in FORM[name]:
                query = urlencode({"sort": sort, name: value})
                assert client.get(f"/mine?{query}").status_code in (200, 400), query
