"""My pictures, as a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import BadRequest

from blueprints.http.library_form import Wanted, parse_wanted
from blueprints.http.refusals import InvalidParameter
from models import Album, Upload, User, db, utcnow
from models.upload import PAGE
from models.upload.library import ORDERS, Place
from models.upload.shelf import Filter
from tests.conftest import Person, csrf_token, log_in, make_person, sample
from tests.models.test_listing import NOW, put

ODD = ["👨\u200d👩\u200d👧", "soft\xadhyphen", "\u202eback", "\u2028", "\x85", "\ue000"]
DAY_ONE = datetime(1, 1, 1, tzinfo=UTC)
TABLE: list[tuple[dict[str, str], Any]] = [
    ({}, Wanted()),
    ({"sort": "", "kind": "", "expires": "", "after": ""}, Wanted()),
    ({"sort": "largest"}, Wanted("largest")),
    ({"sort": "Largest"}, BadRequest),
    ({"kind": "video", "visibility": "private"}, Wanted(filter=Filter("video", "private"))),
    ({"kind": "x"}, BadRequest),
    ({"visibility": "x"}, BadRequest),
    ({"expires": "1", "no_album": "1"}, Wanted(filter=Filter("", "", True, True))),
    ({"expires": "x"}, InvalidParameter),
    ({"year": "2024"}, Wanted(year=2024)),
    ({"year": "2024", "sort": "name"}, Wanted("name")),
    *(({"year": year}, BadRequest) for year in ("0000", "0001", "1824", "24", "٢٠٢٤", "2024 ")),
    *(({"year": str(year)}, Wanted(year=year)) for year in (1825, 9999)),
    ({"after": "7.0"}, Wanted(after=Place(DAY_ONE, 7))),
    ({"before": "7.0"}, Wanted(after=Place(DAY_ONE, 7), is_backwards=True)),
    ({"after": "7.9", "sort": "views"}, Wanted("views", after=Place(9, 7))),
    ({"after": "7.a.b", "sort": "name"}, Wanted("name", after=Place("a.b", 7))),
    ({"after": "7.", "sort": "name"}, Wanted("name", after=Place("", 7))),
    *(
        ({"after": text, "sort": sort}, BadRequest)
        for sort in ("newest", "views")
        for text in ("7", "7.", ".7", "7.-1", "x.1", "1.x", "1.1 ", "1." + "9" * 19, "²." + "1")
    ),
    ({"after": "1." + "9" * 18}, BadRequest),
    ({"after": "1." + "a" * 61, "sort": "name"}, BadRequest),
    *(({"after": f"1.{one}", "sort": "name"}, BadRequest) for one in ("\ud800", "\udfff", "a\0")),
    *(({"after": f"7.{one}", "sort": "name"}, Wanted("name", after=Place(one, 7))) for one in ODD),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "wanted"), TABLE)
def test_what_becomes_of_an_address(fields: dict[str, str], wanted: Any) -> None:
    if isinstance(wanted, type):
        with pytest.raises(wanted):
            parse_wanted(fields)
    else:
        assert parse_wanted(fields) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted("name", Filter("photo", "members", True, True), after=Place("ä & ?", 7)),
        Wanted(year=2024, after=Place(NOW, 7)),
    ],
)
def test_an_address_says_what_it_is_made_from(wanted: Wanted) -> None:
    def fields(address: str) -> dict[str, str]:
        return {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()}

    assert parse_wanted(fields(wanted.page(wanted.after))) == wanted


@pytest.fixture
def many(app: Flask) -> Person:
    """Of ann, more than two pages."""
    ann = make_person(app, "ann")
    with app.app_context():
        user = User.by_name("ann")
        assert user
        me = user.id
    for number in range(2 * PAGE + 5):
        put(app, user_id=me, visibility="private", size=number, views=number % 3)
    log_in(ann.client)
    return ann


def ids(text: str) -> list[str]:
    return re.findall(r"\.(id[0-9]{6})\"", text)


@pytest.mark.parametrize("sort", ORDERS)
def test_pages_lead_to_the_end_and_back(sort: str, many: Person) -> None:
    def link(text: str, label: str) -> str:
        found = re.search(rf'href="(\?[^"]*)">{label}<', text)
        return found[1].replace("&amp;", "&") if found else ""

    pages, address = [], f"?sort={sort}"
    while address:
        pages.append(many.client.get(f"/mine{address}").text)
        address = link(pages[-1], "Next page")
    assert [len(ids(page)) for page in pages] == [PAGE, PAGE, 5]
    assert len({one for page in pages for one in ids(page)}) == 2 * PAGE + 5
    back = many.client.get("/mine" + link(pages[2], "Previous page")).text
    assert ids(back) == ids(pages[1])
    first = many.client.get("/mine" + link(back, "Previous page")).text
    assert ids(first) == ids(pages[0]) and link(first, "Previous page") == ""


def test_all_that_is_hers_is_there(ann: Person, app: Flask) -> None:
    bob = make_person(app, "bob")
    bobs = bob.uploaded("alpha.png", title="Not hers", visibility="public")
    log_in(ann.client)
    empty = ann.client.get("/mine").text
    assert "Nothing uploaded yet" in empty and "Sort and filter" not in empty
    images = [
        ann.uploaded("pixel.png", title=visibility, visibility=visibility)
        for visibility in ("private", "members", "unlisted", "public")
    ]
    images.append(ann.uploaded("animated.gif", title="Short lived", expiration="P1D"))
    page = ann.client.get("/mine").text
    at = [page.index(image["id_encoded"]) for image in images]
    assert at == sorted(at, reverse=True) and bobs["id_encoded"] not in page
    assert "5 files" in page and page.count('title="Private"') == 1
    assert page.count('title="Expires on') == 1
    for query, found in {
        "kind=animation": [4], "kind=photo": [0, 1, 2, 3], "kind=video": [], "expires=1": [4],
        "visibility=private": [0], "visibility=unlisted": [2, 4], "no_album=1": [0, 1, 2, 3, 4],
        "kind=photo&visibility=unlisted": [2], "year=2001": [],
    }.items():  # fmt: skip
        page = ann.client.get(f"/mine?{query}").text
        shown = [n for n, image in enumerate(images) if image["id_encoded"] in page]
        assert shown == found, query
        assert ("No files match" in page) == (not found)
    page = ann.client.get("/mine?visibility=unlisted").text
    assert "2 files" in page and "5 files in all" in page
    assert ann.client.get("/mine?sort=x").status_code == 400
    page = ann.client.get(
        "/mine?sort=oldest&kind=photo&visibility=unlisted&year=2001&expires=1"
    ).text
    for left_out in ("kind=photo", "visibility=unlisted", "year=2001", "expires=1"):
        fields = ["sort=oldest", "kind=photo", "visibility=unlisted", "year=2001", "expires=1"]
        address = "&amp;".join(field for field in fields if field != left_out)
        assert f'href="?{address}"' in page
    assert '<option value="2001" selected>' in page
    assert "Remove filter" not in ann.client.get("/mine?sort=oldest").text


@pytest.mark.parametrize("sort", ["newest", "oldest", "taken-newest", "taken-oldest"])
def test_a_month_begins_where_it_says(sort: str, app: Flask, ann: Person) -> None:
    """To the microsecond, in the site's time zone."""
    with app.app_context():
        user = User.by_name("ann")
        assert user
        me = user.id
    moments = ["2026-02-28T23:59:59.999999", "2026-03-01T00:00:00", "2026-03-31T23:59:59.999999",
               "2026-04-01T00:00:00"]  # fmt: skip
    for number, moment in enumerate(moments, 1):
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        put(app, user_id=me, received_at=at, title=f"n{number}")
    log_in(ann.client)
    page = ann.client.get(f"/mine?sort={sort}").text
    links = re.findall(r'<a href="(\?[^"]*)" data-month="([0-9-]+)"', page)
    months = ["2026-04", "2026-03", "2026-02"]
    is_descending = sort.endswith("newest")
    assert [month for _, month in links] == (months if is_descending else months[::-1])
    march = next(address for address, month in links if month == "2026-03")
    shown = ids(ann.client.get("/mine" + march.replace("&amp;", "&")).text)
    numbers = [int(one[2:]) for one in shown]
    assert numbers == ([3, 2, 1] if is_descending else [2, 3, 4])
    assert "data-month" not in ann.client.get("/mine?sort=name").text


def test_home_and_header_lead_there(ann: Person) -> None:
    assert "/mine" not in ann.client.get("/").text
    assert ann.client.get("/mine").headers["Location"].startswith("/login")
    ann.uploaded("pixel.png")
    log_in(ann.client)
    assert ann.client.get("/").text.count('href="/mine"') == 2
    assert ann.client.get("/explore").text.count('href="/mine"') == 1


def test_a_guest_sees_what_this_browser_sent(make_app: Callable[..., Flask]) -> None:
    app = make_app(GUEST_UPLOADS=True)
    guest, other = app.test_client(), app.test_client()
    ann = make_person(app, "ann")
    log_in(ann.client)
    assert "Nothing uploaded in this browser" in guest.get("/mine").text

    def send(client: FlaskClient, **fields: str) -> str:
        headers = {"Accept": "application/json", "X-CSRFToken": csrf_token(client.get("/").text)}
        data = {"source": sample("pixel.png").open("rb"), **fields}
        document = client.post("/upload", data=data, headers=headers).get_json()
        return str(document["image"]["id_encoded"])

    sent = [send(guest), send(guest, expiration="P1D"), send(guest)]
    others = [send(other), send(ann.client)]
    page = guest.get("/mine").text
    at = [page.index(one) for one in sent]
    assert at == sorted(at, reverse=True) and not [one for one in others if one in page]
    assert 'title="Expires on' in page and "Sort and filter" not in page
    assert others[0] in other.get("/mine").text and sent[0] not in other.get("/mine").text
    assert sent[0] not in ann.client.get("/mine").text
    stranger = app.test_client()
    assert "Nothing uploaded in this browser" in stranger.get("/mine").text
    with app.app_context():
        hidden = db.session.scalars(db.select(Upload).where(Upload.public_id == sent[0])).one()
        hidden.visibility = "private"
        db.session.commit()
    assert sent[0] in guest.get("/mine").text and sent[0] not in other.get("/mine").text
    with app.app_context():
        Upload.forget_guests(timedelta(0))
        db.session.commit()
    assert all(one in guest.get("/mine").text for one in sent)


def test_a_guest_has_pages_too(app: Flask) -> None:
    for number in range(PAGE + 3):
        put(app, guest_browser="mine", visibility="unlisted", received_at=NOW, title=f"n{number}")
    put(app, guest_browser="other", visibility="unlisted")
    with app.app_context():
        first = Upload.sent_from("mine")
        place = ORDERS["newest"].place_of(first[-1])
        rest = Upload.sent_from("mine", place)
        found = [row.id for row in [*first, *rest]]
        assert found == list(range(PAGE + 3, 0, -1)) and len(first) == PAGE


def test_today_and_yesterday_have_names(many: Person, app: Flask) -> None:
    """Also where what is older is under months; each section says which month it is of."""
    today = utcnow()
    with app.app_context():
        newest = db.session.scalars(select(Upload).order_by(Upload.received_at.desc()).limit(6))
        for upload, age in zip(newest, (0, 0, 1, 1, 1, 400), strict=True):
            upload.received_at = today - timedelta(days=age)
        db.session.commit()
    page = many.client.get("/mine").text
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    assert headings[:2] == ["Today", "Yesterday"]
    parts = re.findall(r'data-part="([0-9-]+)"', page)
    assert parts[0] == f"{today:%Y-%m-%d}" and len(parts) == len(headings)
    months = re.findall(r'data-month="([0-9-]+)"', page)
    assert all(any(part.startswith(month) for month in months) for part in parts)


def test_a_tag_is_searched_for_among_ones_own(ann: Person) -> None:
    bob = make_person(ann.app, "bob")
    for person, title in ((ann, "mine"), (bob, "theirs")):
        person.uploaded("plain.jpg", title=title, tags="big sea", visibility="public")
    ann.uploaded("pixel.png", title="secret", tags="big sea", visibility="private")
    log_in(ann.client)

    def found(path: str) -> set[str]:
        text = ann.client.get(path, follow_redirects=True).text
        return set(re.findall(r"<strong>(mine|theirs|secret)</strong>", text))

    tag = "tag=Big+sea"
    assert found(f"/mine?{tag}") == {"mine", "secret"}
    assert found(f"/mine?{tag}&visibility=private") == {"secret"}
    assert found(f"/mine?{tag}&year=2001") == set() == found(f"/mine?{tag}&kind=video")
    assert found(f"/mine?{tag}&kind=photo&year={NOW.year}") == {"mine", "secret"}
    assert found("/mine?tag=other") == set() and found("/mine?tag=++") == {"mine", "secret"}


def test_an_album_is_searched_for_among_ones_own(ann: Person) -> None:
    log_in(ann.client)
    ann.uploaded("plain.jpg", title="loose")
    assert 'name="album"' not in ann.client.get("/mine").text
    with ann.app.app_context():
        user = User.by_name("ann")
        assert user
        album = Album.create(user, "Big <trip>")
        db.session.commit()
        album_id = album.public_id
    for name, title, visibility in (
        ("pixel.png", "inside", "private"), ("alpha.png", "too", "public"),
    ):  # fmt: skip
        ann.uploaded(name, title=title, album_id=album_id, visibility=visibility)
    page = ann.client.get("/mine").text
    assert '<option value="Big &lt;trip&gt;">' in page

    def found(path: str) -> set[str]:
        text = ann.client.get(path, follow_redirects=True).text
        return set(re.findall(r"<strong>(loose|inside|too)</strong>", text))

    assert found("/mine?album=Big+%3Ctrip%3E") == {"inside", "too"}
    assert found("/mine?album=big+%3Ctrip%3E&visibility=private") == {"inside"}
    assert found("/mine?album=other") == set()
    assert found("/mine?album=+") == {"loose", "inside", "too"}
