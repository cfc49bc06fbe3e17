"""What people are told: who, how often, and that it grows until it was seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from models import Album, AlbumMember, Notice, NoticeKind, ShareLink, User, Visitor, db
from models.notice import MOST_KEPT, MOST_NAMES
from models.waiting import what_waits
from services.notices import forget_album, tell_added, tell_invited, tell_sent, tell_shown
from services.share_links import share_album, share_files
from tests.conftest import existing, make_person
from tests.models.test_listing import plans, put


@pytest.fixture
def holiday(app: Flask) -> Flask:
    """Ann's album with two members, ben and cleo; dora is none."""
    for name in ("ann", "ben", "cleo", "dora"):
        make_person(app, name)
    with app.app_context():
        album = Album.create(user("ann"), "Holiday")
        db.session.flush()
        for name in ("ben", "cleo"):
            db.session.add(AlbumMember(album_id=album.id, user_id=user(name).id, may_add=True))
        db.session.commit()
    return app


def user(name: str) -> User:
    return existing(User.by_name(name))


def album() -> Album:
    return existing(db.session.get(Album, 1))


def add(app: Flask, by: str = "ben", **columns: Any) -> int:
    """A file of somebody in the album, of which they tell."""
    with app.app_context():
        number = user(by).id
    row = put(app, user_id=number, **columns)
    with app.app_context():
        Album.append(1, [row])
        tell_added(album(), user(by), [row])
        db.session.commit()
    return row


def told(app: Flask) -> list[tuple[str, str, str, int]]:
    """To whom, of which kind, by whom, and how many; in the order in which rows were made."""
    with app.app_context():
        rows = db.session.scalars(select(Notice).order_by(Notice.id))
        people = {one.id: one.name for one in db.session.scalars(select(User))}
        return [(people[one.user_id], one.kind, one.by_name, one.count) for one in rows]


def see_all(app: Flask) -> None:
    with app.app_context():
        db.session.execute(update(Notice).values(is_seen=True))
        db.session.commit()


def test_everybody_of_the_album_is_told_but_who_did_it(holiday: Flask) -> None:
    add(holiday, "ben")
    assert told(holiday) == [("ann", "added", "ben", 1), ("cleo", "added", "ben", 1)]
    add(holiday, "ann")
    assert told(holiday)[2:] == [("ben", "added", "ann", 1), ("cleo", "added", "ann", 1)]


def test_what_is_unseen_grows_and_what_was_seen_stays(holiday: Flask) -> None:
    add(holiday)
    last = add(holiday)
    assert told(holiday) == [("ann", "added", "ben", 2), ("cleo", "added", "ben", 2)]
    with holiday.app_context():
        assert {one.upload_id for one in db.session.scalars(select(Notice))} == {last}
    see_all(holiday)
    add(holiday)
    assert [one[3] for one in told(holiday)] == [2, 2, 1, 1]


def test_what_waits_for_approval_is_not_told(holiday: Flask) -> None:
    add(holiday, is_approved=False, visibility="private", waits_as="unlisted")
    assert told(holiday) == []


@pytest.fixture
def link(holiday: Flask) -> Callable[[], ShareLink]:
    """Ann's, to the album."""
    with holiday.app_context():
        share_album(user("ann"), album(), str, {"may_add": True})
    return lambda: existing(db.session.get(ShareLink, 1))


def send(app: Flask, link: Callable[[], ShareLink], name: str, *, waits: bool = False) -> int:
    row = put(app, user_id=1)
    with app.app_context():
        if link().album_id and not waits:
            Album.append(1, [row])
        tell_sent(link(), name, [row], waits=waits)
        db.session.commit()
    return row


def test_the_owner_of_a_link_is_told_who_sent_and_nobody_else(
    holiday: Flask, link: Callable[[], ShareLink]
) -> None:
    """The form says so."""
    send(holiday, link, "Uncle Bob")
    send(holiday, link, "Uncle Bob")
    send(holiday, link, "Eve")
    assert told(holiday) == [
        ("ann", "sent", "Uncle Bob", 2),
        ("ben", "added", "", 3),
        ("cleo", "added", "", 3),
        ("ann", "sent", "Eve", 1),
    ]


def test_a_sender_with_the_name_of_a_member_is_somebody_else(
    holiday: Flask, link: Callable[[], ShareLink]
) -> None:
    add(holiday, "ben")
    send(holiday, link, "ben")
    add(holiday, "ben")
    rows = told(holiday)
    assert ("ann", "added", "ben", 2) in rows and ("ann", "sent", "ben", 1) in rows
    assert ("cleo", "added", "ben", 2) in rows and ("cleo", "added", "", 1) in rows
    with holiday.app_context():  # wherever else a name stands alone
        for by_id in (2, None, 2):
            Notice.tell([4], NoticeKind.HEART, by_name="ben", by_id=by_id)
        db.session.commit()
    assert [one[3] for one in told(holiday) if one[0] == "dora"] == [2, 1]


def test_senders_with_many_names_push_nothing_out(
    holiday: Flask, link: Callable[[], ShareLink]
) -> None:
    """Each file under another name, as one browser can."""
    with holiday.app_context():
        tell_invited(album(), user("ben"), user("ann"))
        db.session.commit()
    add(holiday, "ben")
    many = MOST_KEPT + 5
    row = send(holiday, link, "Eve 0")
    with holiday.app_context():
        for number in (*range(1, many), 0):  # Eve 0 is one of those that are told apart
            tell_sent(link(), f"Eve {number}", [row], waits=False)
        db.session.commit()
    rows = told(holiday)
    assert [one for one in rows if one[1] == "invited"] == [("ben", "invited", "ann", 1)]
    assert ("ann", "added", "ben", 1) in rows and ("cleo", "added", "ben", 1) in rows
    assert [one for one in rows if one[:3] == ("ben", "added", "")] == [
        ("ben", "added", "", many + 1)
    ]
    assert [one[2:] for one in rows if one[1] == "sent"] == [
        ("Eve 0", 2),
        *((f"Eve {number}", 1) for number in range(1, MOST_NAMES)),
        ("", many - MOST_NAMES),
    ]


def test_members_hear_of_what_waits_once_it_is_approved(
    holiday: Flask, link: Callable[[], ShareLink]
) -> None:
    row = send(holiday, link, "Eve", waits=True)
    assert told(holiday) == [("ann", "sent", "Eve", 1)]
    with holiday.app_context():
        Album.append(1, [row])
        tell_shown(link(), [row])
        db.session.commit()
    assert told(holiday)[1:] == [("ben", "added", "", 1), ("cleo", "added", "", 1)]


def test_of_a_link_to_chosen_files_its_owner_alone_is_told(holiday: Flask) -> None:
    row = put(holiday, user_id=1)
    with holiday.app_context():
        link = share_files(user("ann"), [], str, {})
        tell_sent(link, "Eve", [row], waits=False)
        db.session.commit()
    assert told(holiday) == [("ann", "sent", "Eve", 1)]


def test_who_leaves_an_album_has_nothing_of_it_in_the_list(holiday: Flask) -> None:
    with holiday.app_context():
        tell_invited(album(), user("ben"), user("ann"))
        db.session.commit()
    add(holiday, "ann")
    with holiday.app_context():
        forget_album(album(), user("ben"))
        db.session.commit()
    assert [one[0] for one in told(holiday)] == ["cleo"]


def test_only_the_newest_are_kept(holiday: Flask) -> None:
    for number in range(MOST_KEPT + 5):
        with holiday.app_context():
            Notice.tell([1], NoticeKind.SENT, by_name=f"{number:03}")
            Notice.tell([2], NoticeKind.SENT, by_name="Eve")
            db.session.commit()
    names = [one[2] for one in told(holiday) if one[0] == "ann"]
    assert names == [f"{number:03}" for number in range(5, MOST_KEPT + 5)]
    assert ("ben", "sent", "Eve", MOST_KEPT + 5) in told(holiday)


def test_many_writers_at_once_make_one_row(holiday: Flask) -> None:
    rows = [put(holiday, user_id=2) for _ in range(40)]
    with holiday.app_context():
        Album.append(1, rows)
        db.session.commit()
    start = threading.Barrier(8)

    def write(some: list[int]) -> None:
        start.wait()
        for row in some:
            with holiday.app_context():
                tell_added(album(), user("ben"), [row])
                db.session.commit()

    threads = [threading.Thread(target=write, args=(rows[n::8],)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told(holiday)) == [("ann", "added", "ben", 40), ("cleo", "added", "ben", 40)]


def test_the_bell_reads_what_is_unseen_alone(holiday: Flask) -> None:
    with holiday.app_context():
        visitor = Visitor(user("ann"))
        with plans(holiday) as found:
            assert what_waits(visitor).news == 0
    steps = [step for plan in found for step in plan]
    assert "SEARCH notice USING INDEX ix_notice_unseen (user_id=?)" in steps
