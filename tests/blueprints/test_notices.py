"""The bell, /notifications and its feed: what members are told, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from defusedxml import ElementTree
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from blueprints.documents.feed import NAMESPACE
from models import Album, AlbumMember, Notice, ShareLink, Upload, User, Visitor, db
from models.notice_list import PAGE_OF_NOTICES
from models.role import State
from services.accounts import new_feed_addresses
from services.hearts import give_heart
from services.notices import tell_added, tell_invited, tell_sent
from services.share_links import share_album, share_files
from tests.blueprints.test_adding import Guest, album_link
from tests.conftest import Person, csrf_token, existing, log_in, make_person, path_of, sample
from tests.shares import name_under
from tests.statements import statements

ATOM = f"{{{NAMESPACE}}}"


@pytest.fixture
def people(app: Flask) -> dict[str, Person]:
    """Ben is a member of ann's album, dora isn't; all of them may open it."""
    found = {name: make_person(app, name) for name in ("ann", "ben", "dora")}
    for person in found.values():
        log_in(person.client, person.name)
    with app.app_context():
        album = Album.create(user("ann"), "Holiday", "members")
        db.session.flush()
        db.session.add(AlbumMember(album_id=album.id, user_id=user("ben").id, may_add=True))
        db.session.commit()
    return found


def user(name: str) -> User:
    return existing(User.by_name(name))


def album() -> Album:
    return existing(db.session.get(Album, 1))


def add(person: Person, **fields: Any) -> str:
    """A file of somebody in the album, of which they tell; its public id."""
    public_id: str = person.uploaded("pixel.png", **{"visibility": "private", **fields})[
        "id_encoded"
    ]
    with person.app.app_context():
        row = existing(Upload.find_any(public_id)).id
        Album.append(1, [row])
        tell_added(album(), user(person.name), [row])
        db.session.commit()
    return public_id


def bell(client: FlaskClient) -> str:
    """What a screen reader reads of it; "" where there is none."""
    page = client.get("/albums").text
    found = re.search(r'<a class="bell"[^>]*aria-label="([^"]+)"', page)
    label = found[1] if found else ""
    assert re.findall(r"\d+", label) == re.findall(r"<span data-unseen[^>]*>(\d+)</span>", page)
    return label


def told(client: FlaskClient, query: str = "") -> list[str]:
    page = client.get(f"/notifications{query}").text
    lines = r'<span class="what">([^<]+)</span>\s*<span class="place quiet">([^<]+)</span>'
    return [" · ".join(found) for found in re.findall(lines, page)]


def mark(client: FlaskClient, page: str, **headers: str) -> Any:
    """As a script does, or by the button where no headers are given."""
    names = ("newest", "oldest") if headers else ("all",)
    found = {name: re.search(rf'name="{name}"\s+value="([^"]+)"', page) for name in names}
    fields = {name: value[1] for name, value in found.items() if value}
    fields["csrf_token"] = csrf_token(page)
    return client.post("/notifications/seen", data=fields, headers=headers)


def test_the_bell_counts_and_the_list_says_what_is_new(people: dict[str, Person]) -> None:
    ann, ben, dora = (one.client for one in people.values())
    assert bell(ann) == "Notifications"
    add(people["ben"])
    add(people["ben"])
    assert bell(ann) == "Notifications, 1 new"
    assert told(ann) == ["2 new files from ben · Album “Holiday”"]
    assert (bell(ben), told(ben), bell(dora), told(dora)) == ("Notifications", [], bell(dora), [])
    guest = people["ann"].app.test_client()
    assert bell(guest) == "" and guest.get("/notifications").status_code == 302


def test_it_leads_to_what_was_added_last(people: dict[str, Person]) -> None:
    first = add(people["ben"], title="Lake")
    page = people["ann"].client.get("/notifications").text
    assert f'href="/album/Holiday.{album_id(people)}/Lake' not in page
    assert first in page  # one file: its page
    second = add(people["ben"])
    page = people["ann"].client.get("/notifications").text
    href = re.search(r'<li class="new"><a href="([^"]+)"', page)
    assert href and href[1] == f"/album/Holiday.{album_id(people)}?sort=added"
    listed = people["ann"].client.get(href[1]).text
    tiles = re.findall(r'data-file="[^"]*?/file/(\w+)/', listed)
    assert tiles == [second, first]
    assert "What was added last comes" in listed


def album_id(people: dict[str, Person]) -> str:
    with people["ann"].app.app_context():
        return album().public_id


def test_a_look_marks_nothing_and_a_post_what_was_shown(people: dict[str, Person]) -> None:
    client = people["ann"].client
    add(people["ben"])
    shown = client.get("/notifications").text
    client.head("/notifications")
    assert bell(client) == "Notifications, 1 new"
    add(people["ben"])  # after the page was shown: it grows
    assert mark(client, shown).status_code == 303
    assert bell(client) == "Notifications, 1 new"
    answer = mark(client, client.get("/notifications").text, Accept="application/json")
    assert answer.json == {"number": "", "label": "Notifications"}
    assert bell(client) == "Notifications"
    assert told(client) == ["2 new files from ben · Album “Holiday”"]
    assert "data-see" not in client.get("/notifications").text
    add(people["ben"])
    assert told(client) == [
        "1 new file from ben · Album “Holiday”",
        "2 new files from ben · Album “Holiday”",
    ]


def test_nobody_marks_what_others_are_told(people: dict[str, Person]) -> None:
    add(people["ben"])
    all_ = re.search(
        r'name="all"\s+value="([^"]+)"', people["ann"].client.get("/notifications").text
    )
    page = people["dora"].client.get("/settings").text
    fields = {"csrf_token": csrf_token(page), "all": existing(all_)[1]}
    people["dora"].client.post("/notifications/seen", data=fields)
    assert bell(people["ann"].client) == "Notifications, 1 new"


@pytest.mark.parametrize("place", ["", "1.1"])
@pytest.mark.parametrize("names", [("all",), ("newest", "oldest"), ("newest",), ("oldest",)])
def test_an_empty_or_old_place_marks_nothing(
    people: dict[str, Person], names: tuple[str, ...], place: str
) -> None:
    add(people["ben"])
    client = people["ann"].client
    fields = {"csrf_token": csrf_token(client.get("/settings").text), **dict.fromkeys(names, place)}
    assert client.post("/notifications/seen", data=fields).status_code == 303
    assert bell(client) == "Notifications, 1 new"


def test_who_is_no_member_any_more_is_told_nothing(people: dict[str, Person]) -> None:
    ben = people["ben"].client
    with people["ann"].app.app_context():
        tell_invited(album(), user("ben"), user("ann"))
        db.session.commit()
    add(people["ann"], title="Secret beach")
    assert told(ben) == [
        "1 new file from ann · Album “Holiday”",
        "Shared with you by ann · Album “Holiday”",
    ]
    feed = feed_of(ben)
    with people["ann"].app.app_context():
        db.session.execute(delete(AlbumMember))
        album().visibility = "private"
        db.session.commit()
    assert (bell(ben), told(ben), entries(ben, feed)) == ("Notifications", [], [])
    assert "Holiday" not in ben.get("/notifications").text


def test_a_file_that_was_taken_out_shows_no_picture(people: dict[str, Person]) -> None:
    public_id = add(people["ann"])
    assert public_id in people["ben"].client.get("/notifications").text
    with people["ann"].app.app_context():
        Album.remove(1, [existing(Upload.find_any(public_id)).id])
        db.session.commit()
    page = people["ben"].client.get("/notifications").text
    assert public_id not in page and "1 new file from ann" in page


@pytest.fixture
def link(people: dict[str, Person]) -> Callable[[], ShareLink]:
    with people["ann"].app.app_context():
        share_album(user("ann"), album(), str, {"may_add": True})
    return lambda: existing(db.session.get(ShareLink, 1))


def send(person: Person, link: Callable[[], ShareLink], name: str) -> None:
    public_id = person.uploaded("pixel.png")["id_encoded"]
    with person.app.app_context():
        row = existing(Upload.find_any(public_id)).id
        tell_sent(link(), name, [row], waits=True)
        db.session.commit()


def test_the_owner_of_a_link_is_led_to_what_was_sent(
    people: dict[str, Person], link: Callable[[], ShareLink]
) -> None:
    ann = people["ann"]
    send(ann, link, "<b>Eve</b>")
    with ann.app.app_context():
        public_id = link().public_id
        share_files(user("ann"), [], str, {})
    send(ann, lambda: existing(db.session.get(ShareLink, 2)), "Eve")
    assert told(ann.client) == [
        "1 file from Eve · One of your share links",
        "1 file from &lt;b&gt;Eve&lt;/b&gt; · Share link “Holiday”",
    ]
    assert f'href="/links/{public_id}/sent"' in ann.client.get("/notifications").text
    assert told(people["ben"].client) == []


def test_a_page_of_all_kinds_takes_few_queries(
    people: dict[str, Person], link: Callable[[], ShareLink]
) -> None:
    ann = people["ann"]
    counts: list[int] = []
    for _ in range(2):
        for number in range(4):
            send(ann, link, f"Eve {number} {len(counts)}")
            add(people["ben"])
        with ann.app.app_context():
            tell_invited(album(), user("ann"), user("ben"))
            give_heart(existing(db.session.get(Upload, 1)), user("ben"))
            db.session.commit()
        with statements(ann.app) as sent:
            ann.client.get("/notifications?fresh=1")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 8


# --- the feed


def feed_of(client: FlaskClient) -> str:
    page = client.get("/notifications").text
    found = re.search(r'type="application/atom\+xml" href="([^"]+)"', page)
    return path_of(existing(found)[1])


def entries(client: FlaskClient, path: str) -> list[Any]:
    answer = client.get(path)
    assert answer.status_code == 200 and answer.mimetype == "application/atom+xml"
    return list(ElementTree.fromstring(answer.data).iter(f"{ATOM}entry"))


def test_a_feed_says_the_same_without_a_log_in(people: dict[str, Person]) -> None:
    public_id = add(people["ben"])
    feed, guest = feed_of(people["ann"].client), people["ann"].app.test_client()
    (entry,) = entries(guest, feed)
    assert entry.findtext(f"{ATOM}title") == "1 new file from ben · Album “Holiday”"
    assert "<img" not in entry.findtext(f"{ATOM}content")
    link = entry.find(f"{ATOM}link").get("href")
    assert link == f"http://localhost/album/Holiday.{album_id(people)}/{public_id}"
    assert guest.get(path_of(link)).status_code == 404
    assert bell(people["ann"].client) == "Notifications, 1 new"  # nothing is read by it


def test_what_grows_is_the_same_entry_until_its_day_is_over(people: dict[str, Person]) -> None:
    app, feed = people["ann"].app, feed_of(people["ann"].client)
    add(people["ben"])
    (first,) = entries(app.test_client(), feed)
    add(people["ben"])
    (second,) = entries(app.test_client(), feed)
    assert first.findtext(f"{ATOM}id") == second.findtext(f"{ATOM}id")
    assert first.findtext(f"{ATOM}updated") < second.findtext(f"{ATOM}updated")
    with app.app_context():
        one = existing(db.session.scalar(select(Notice)))
        one.at = one.at.replace(year=one.at.year - 1)
        db.session.commit()
    (third,) = entries(app.test_client(), feed)
    assert third.findtext(f"{ATOM}id") != second.findtext(f"{ATOM}id")


def test_a_feed_ends_with_its_secret_and_its_account(people: dict[str, Person]) -> None:
    app, feed = people["ann"].app, feed_of(people["ann"].client)
    guest = app.test_client()
    assert guest.get(feed).status_code == 200
    assert guest.get(feed.replace("/ann", "/ben")).status_code == 404
    with app.app_context():
        new_feed_addresses(user("ann"))
    assert guest.get(feed).status_code == 404
    other = feed_of(people["ben"].client)
    with app.app_context():
        user("ben").state = State.BANNED
        db.session.commit()
    assert guest.get(other).status_code == 404


@pytest.fixture
def pages(people: dict[str, Person]) -> FlaskClient:
    """Ann's, who is told of two more than are on a page."""
    public_id = people["ann"].uploaded("pixel.png")["id_encoded"]
    with people["ann"].app.app_context():
        row = existing(Upload.find_any(public_id)).id
        for number in range(PAGE_OF_NOTICES + 2):
            link = share_files(user("ann"), [], str, {"title": f"Link {number}"})
            tell_sent(link, "Eve", [row], waits=True)
            db.session.commit()
    return people["ann"].client


def second(client: FlaskClient) -> str:
    """The query of the second page."""
    page = client.get("/notifications").text
    return existing(re.search(r'href="(\?after=[^"]+)"', page))[1]


def test_a_script_marks_what_its_page_showed_and_no_other_page(pages: FlaskClient) -> None:
    behind = second(pages)
    page = pages.get(f"/notifications{behind}").text
    answer = mark(pages, page, Accept="application/json")
    assert answer.json == {"number": "40", "label": "Notifications, 40 new"}
    first = pages.get("/notifications").text
    assert first.count('<li class="new">') == PAGE_OF_NOTICES
    mark(pages, first, Accept="application/json")
    assert bell(pages) == "Notifications"


def test_a_page_leaves_older_ones_new(pages: FlaskClient) -> None:
    answer = mark(pages, pages.get("/notifications").text, Accept="application/json")
    assert answer.json == {"number": "2", "label": "Notifications, 2 new"}
    page = pages.get("/notifications").text
    assert "Mark all as read" in page and "data-see" not in page
    assert pages.get(f"/notifications{second(pages)}").text.count('<li class="new">') == 2


@pytest.mark.parametrize("number", [0, 1])
def test_the_button_marks_all_from_every_page(pages: FlaskClient, number: int) -> None:
    query = second(pages) if number else ""
    page = pages.get(f"/notifications{query}").text
    assert mark(pages, page).status_code == 303
    assert bell(pages) == "Notifications"
    assert "Mark all as read" not in pages.get("/notifications").text


def test_there_are_pages_of_them(pages: FlaskClient) -> None:
    assert len(told(pages)) == PAGE_OF_NOTICES
    assert told(pages, second(pages)) == [
        "1 file from Eve · Share link “Link 1”",
        "1 file from Eve · Share link “Link 0”",
    ]
    assert bell(pages) == f"Notifications, {PAGE_OF_NOTICES + 2} new"


def test_an_album_of_everybody_is_told_of_as_long_as_it_is_open(people: dict[str, Person]) -> None:
    """What a visitor may open says who is told, not who was a member once."""
    add(people["ann"])
    with people["ann"].app.app_context():
        db.session.execute(delete(AlbumMember))
        album().visibility = "public"
        db.session.commit()
        assert album().is_open and Visitor(user("ben")).is_member
    assert told(people["ben"].client) == ["1 new file from ann · Album “Holiday”"]


def test_what_a_sender_sends_is_told_once(people: dict[str, Person]) -> None:
    """To the link's owner as sent, with the name, which nobody else reads anywhere; to the members
    of the album as new.
    """
    app = people["ann"].app
    link = album_link(people["ann"])
    with app.app_context():
        row = existing(db.session.scalar(select(ShareLink)))
        db.session.add(AlbumMember(album_id=existing(row.album_id), user_id=user("ben").id))
        page = f"/album/Holiday.{existing(row.album).public_id}"
        db.session.commit()
    sender = Guest(app, link)
    sender.sent()
    sender.sent(sample("alpha.png").read_bytes(), "alpha.png")
    assert told(people["ann"].client) == ["2 files from Tom · Share link “Holiday”"]
    ben = people["ben"].client
    assert told(ben) == ["2 new files, sent by a share link · Album “Holiday”"]
    feed = ben.get(feed_of(ben))
    assert feed.status_code == 200 and "People with the link" in feed.text
    listed = ben.get(page)
    files = re.findall(rf'href="(?:http://localhost)?({page}/\w{{8}})', listed.text)
    assert listed.status_code == 200 and len(files) == 2
    pages = [ben.get(path).text for path in ("/notifications", "/albums", page, *files)]
    assert not any("Tom" in text for text in (feed.text, *pages))


def test_members_who_add_are_told_of_by_every_way(people: dict[str, Person]) -> None:
    """Sent straight into the album, as the upload page and programs do."""
    with people["ann"].app.app_context():
        public_id = album().public_id
    people["ben"].uploaded("pixel.png", album_id=public_id)
    assert told(people["ann"].client) == ["1 new file from ben · Album “Holiday”"]
    people["ann"].uploaded("pixel.png", album_id=public_id)
    assert told(people["ben"].client) == ["1 new file from ann · Album “Holiday”"]


def test_what_waits_is_marked_at_its_own_sender_until_it_is_decided(
    people: dict[str, Person],
) -> None:
    ann = people["ann"]
    link = album_link(ann, needs_approval=True)
    tom, zoe = Guest(ann.app, link), Guest(ann.app, link, "Zoë")
    by_tom = tom.sent_id()
    zoe.sent(sample("alpha.png").read_bytes(), "alpha.png")
    assert waits(ann.client) == {"Tom": True, "Zoë": True}
    with ann.app.app_context():
        path = f"/links/{existing(db.session.scalar(select(ShareLink))).public_id}/sent"
    token = csrf_token(ann.client.get("/settings").text)
    fields = {"csrf_token": token, "answer": "approve", "upload": by_tom}
    ann.client.post(path, data=fields)
    assert waits(ann.client) == {"Tom": False, "Zoë": True}


def waits(client: FlaskClient) -> dict[str, bool]:
    """By their names, whether their files are marked as waiting."""
    rows = client.get("/notifications").text.split('<span class="what">')[1:]
    return {existing(re.search(r"from (\w+)<", row))[1]: "Waits for" in row for row in rows}


def test_what_its_sender_takes_back_is_not_told(people: dict[str, Person]) -> None:
    ann = people["ann"]
    link = album_link(ann)
    tom, zoe = Guest(ann.app, link), Guest(ann.app, link, "Zoë")
    ids = [tom.sent_id(), tom.sent_id(sample("alpha.png").read_bytes(), "alpha.png")]
    zoe.sent(sample("pixel.png").read_bytes(), "pixel.png")
    for one, said in zip(ids, ("1 file from Tom", None), strict=True):
        assert tom.takes_back(name_under(ann.app, tom.secret, one)).status_code == 303
        left = ["1 file from Zoë", *([said] if said else [])]
        assert [text.split(" · ")[0] for text in told(ann.client)] == left
