"""What each act does to files, and that undoing it brings back what was, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from models import (
    Album,
    AlbumMember,
    Change,
    Contents,
    Heart,
    Notice,
    Upload,
    User,
    Visibility,
    db,
    utcnow,
)
from models.limits import MAX_TAGS
from services.acts.shift import shifted
from services.categories import create_category
from services.changes import MOST_AT_ONCE, begin, undo, work_a_while
from services.errors import ManyChanges
from services.site import Site
from tests.conftest import Person, existing, make_person


class Desk:
    """Ann's, with three files and two albums."""

    def __init__(self, app: Flask, person: Person) -> None:
        names = ("pixel.png", "plain.jpg", "animated.gif")
        self.site: Site = app.extensions["keepsake"]
        self.user = existing(User.by_name("ann"))
        images = [person.uploaded(name, visibility="public") for name in names]
        self.rows = Upload.row_ids_of(self.user, [image["id_encoded"] for image in images])
        self.rome, self.lake = Album.create(self.user, "Rome"), Album.create(self.user, "Lake")
        db.session.commit()

    def do(self, act: str, rows: Sequence[int] | None = None, **wishes: Any) -> Change:
        chosen = self.rows if rows is None else rows
        return work_a_while(self.site, begin(self.user, act, wishes, chosen))

    def undo(self, change: Change) -> Change:
        assert undo(change)
        return work_a_while(self.site, change)

    def all(self) -> list[Upload]:
        return Upload.load(self.rows)

    def inside(self, album: Album) -> list[int]:
        album.refresh()
        return [one.upload.id for one in Contents(album, "hand").page()]


@pytest.fixture
def desk(app: Flask) -> Any:
    ann = make_person(app)
    with app.test_request_context():
        yield Desk(app, ann)


def failures(change: Change) -> list[tuple[int | None, str | None]]:
    return [(item.upload_id, item.error) for item in change.failures(9)]


def test_into_an_album_in_the_order_chosen(desk: Desk) -> None:
    one, two, three = desk.rows
    Album.append(desk.rome.id, [two])
    db.session.commit()
    change = desk.do("add", [three, two, one], album=desk.rome.id)
    assert (change.done, change.failed) == (3, 0)
    assert desk.inside(desk.rome) == [two, three, one]
    desk.undo(change)
    assert desk.inside(desk.rome) == [two]


def test_into_no_album_of_others(app: Flask, desk: Desk) -> None:
    make_person(app, "bob")
    bobs = Album.create(existing(User.by_name("bob")), "Secret", "public")
    db.session.commit()
    change = desk.do("add", album=bobs.id)
    assert failures(change) == [(row, "no_album") for row in desk.rows]
    assert desk.inside(bobs) == []


def test_what_could_not_be_cleaned_comes_into_none(desk: Desk) -> None:
    desk.all()[0].leftovers = "something"
    db.session.commit()
    change = desk.do("add", album=desk.rome.id)
    assert failures(change) == [(desk.rows[0], "not_cleaned")]
    assert desk.inside(desk.rome) == desk.rows[1:]


def test_others_in_the_album_are_told_once(app: Flask, desk: Desk) -> None:
    make_person(app, "bob")
    bob = existing(User.by_name("bob"))
    db.session.add(AlbumMember(album_id=desk.rome.id, user_id=bob.id, may_add=False))
    db.session.commit()
    desk.do("add", album=desk.rome.id)
    told = db.session.query(Notice).filter_by(user_id=bob.id, kind="added").all()
    assert [(one.count, one.album_id) for one in told] == [(3, desk.rome.id)]


def test_out_of_an_album_and_back_to_its_place(desk: Desk) -> None:
    one, two, three = desk.rows
    Album.append(desk.rome.id, [three, one, two])
    desk.rome.cover_id = one
    db.session.commit()
    change = desk.do("remove", [one, three], album=desk.rome.id)
    assert (change.done, change.failed) == (2, 0) and desk.inside(desk.rome) == [two]
    assert desk.rome.cover_id != one
    desk.undo(change)
    assert desk.inside(desk.rome) == [three, one, two]


def test_the_cover_comes_back(desk: Desk) -> None:
    Album.append(desk.rome.id, desk.rows)
    desk.rome.cover_id = desk.rows[1]
    db.session.commit()
    change = desk.do("remove", album=desk.rome.id)
    assert desk.inside(desk.rome) == []
    desk.undo(change)
    desk.rome.refresh()
    assert desk.rome.cover_id == desk.rows[1]


def test_an_albums_owner_takes_out_others_files_and_nobody_else_does(
    app: Flask, desk: Desk
) -> None:
    image = make_person(app, "bob").uploaded("pixel.png", visibility="public")
    bob = existing(User.by_name("bob"))
    (row,) = Upload.row_ids_of(bob, [image["id_encoded"]])
    db.session.add(AlbumMember(album_id=desk.rome.id, user_id=bob.id, may_add=True))
    bobs = Album.create(bob, "Bobs", "public")
    db.session.commit()
    Album.append(desk.rome.id, [row])
    Album.append(bobs.id, [row])
    db.session.commit()
    assert desk.do("remove", [row], album=bobs.id).failed == 1
    change = desk.do("remove", [row], album=desk.rome.id)
    assert change.done == 1 and desk.inside(desk.rome) == [] and desk.inside(bobs) == [row]
    desk.undo(change)
    assert desk.inside(desk.rome) == [row]
    again = desk.do("remove", [row], album=desk.rome.id)
    Upload.load([row])[0].visibility = "private"  # bob closes it, and nobody else opens it again
    db.session.commit()
    assert failures(desk.undo(again)) == [(row, "changed_since")] and not desk.inside(desk.rome)


def test_what_was_not_in_an_album_leaves_it_as_it_is(desk: Desk) -> None:
    desk.rome.refresh()
    before = desk.rome.changed_at
    desk.do("remove", album=desk.rome.id)
    desk.rome.refresh()
    assert desk.rome.changed_at == before


def test_a_new_album_is_made_with_what_comes_into_it(desk: Desk) -> None:
    """And goes with it, unless something else came."""
    change = desk.do("add", new_album="Sea")
    sea = existing(db.session.scalar(db.select(Album).where(Album.name == "Sea")))
    assert change.done == len(desk.rows) and desk.inside(sea) == desk.rows
    desk.undo(change)
    assert not db.session.scalar(db.select(Album).where(Album.name == "Sea"))
    change = desk.do("add", desk.rows[:1], new_album="Sea")
    sea = existing(db.session.scalar(db.select(Album).where(Album.name == "Sea")))
    desk.do("add", desk.rows[1:], album=sea.id)
    desk.undo(change)
    assert desk.inside(sea) == desk.rows[1:]


def test_no_file_gets_more_tags_than_one_may_have(desk: Desk) -> None:
    names = [f"t{number}" for number in range(MAX_TAGS)]
    desk.do("tags", desk.rows[:1], add=names, remove=[])
    change = desk.do("tags", add=["sea"], remove=names[:0])
    assert failures(change) == [(desk.rows[0], "too_many_tags")]
    assert sorted(tag.name for tag in desk.all()[0].tags) == sorted(names)
    assert desk.do("tags", add=["sea"], remove=names[:1]).failed == 0


def test_what_gave_up_long_ago_keeps_nothing_from_going_on(desk: Desk) -> None:
    for _ in range(MOST_AT_ONCE):
        begin(desk.user, "tags", {"add": ["x"]}, desk.rows)
    with pytest.raises(ManyChanges):
        begin(desk.user, "tags", {"add": ["x"]}, desk.rows)
    for one in db.session.scalars(db.select(Change)):
        one.at -= timedelta(hours=2)
    db.session.commit()
    assert desk.do("tags", add=["x"], remove=[]).failed == 0


def test_from_one_album_into_another(desk: Desk) -> None:
    Album.append(desk.rome.id, desk.rows)
    db.session.commit()
    change = desk.do("move", desk.rows[:2], album=desk.lake.id, **{"from": desk.rome.id})
    assert desk.inside(desk.rome) == desk.rows[2:] and desk.inside(desk.lake) == desk.rows[:2]
    desk.undo(change)
    assert desk.inside(desk.rome) == desk.rows and desk.inside(desk.lake) == []


def test_an_album_that_is_deleted_takes_nothing_back(desk: Desk) -> None:
    Album.append(desk.rome.id, desk.rows)
    db.session.commit()
    change = desk.do("remove", album=desk.rome.id)
    desk.rome.delete_row()
    db.session.commit()
    assert failures(desk.undo(change)) == [(row, "no_album") for row in desk.rows]


def test_details(desk: Desk) -> None:
    category = create_category("Trips", "", "ann")
    for act, wishes, name in (
        ("category", {"category_id": category.id}, "category_id"),
        ("nsfw", {"nsfw": True}, "nsfw"),
        ("edit", {"title": "Lake"}, "title"),
    ):
        before = [getattr(one, name) for one in desk.all()]
        change = desk.do(act, **wishes)
        assert {getattr(one, name) for one in desk.all()} == set(wishes.values())
        desk.undo(change)
        assert [getattr(one, name) for one in desk.all()] == before


def test_tags_of_an_edit_leave_the_others(desk: Desk) -> None:
    def tags() -> list[list[str]]:
        return [sorted(tag.name for tag in one.tags) for one in desk.all()]

    desk.do("tags", desk.rows[:1], add=["old", "stays"], remove=[])
    change = desk.do("edit", nsfw=True, tag_changes={"add": ["new"], "remove": ["OLD"]})
    assert tags() == [["new", "stays"], ["new"], ["new"]]
    desk.undo(change)
    assert tags() == [["old", "stays"], [], []] and not any(one.nsfw for one in desk.all())


def test_visibility_moves_files_and_they_come_back(desk: Desk) -> None:
    change = desk.do("visibility", visibility="private")
    assert {(one.visibility, one.root) for one in desk.all()} == {("private", "private")}
    desk.do("visibility", desk.rows[:1], visibility="members")  # since then
    undone = desk.undo(change)
    assert failures(undone) == [(desk.rows[0], "changed_since")]
    assert [one.visibility for one in desk.all()] == ["members", "public", "public"]
    assert [one.root for one in desk.all()] == ["private", "public", "public"]


def test_what_could_not_be_cleaned_stays_private(desk: Desk) -> None:
    first = desk.all()[0]
    first.leftovers, first.visibility = "something", Visibility.PRIVATE
    db.session.commit()
    change = desk.do("visibility", visibility="unlisted")
    assert failures(change) == [(desk.rows[0], "not_cleaned")]
    assert [one.visibility for one in desk.all()] == ["private", "unlisted", "unlisted"]


def test_expiration(desk: Desk) -> None:
    ends = utcnow() + timedelta(days=3)
    wishes = {"ends": ends.isoformat(), "unused_days": None}
    change = desk.do("expiration", expiration=wishes)
    assert {(one.expires_at, one.root) for one in desk.all()} == {(ends, "private")}
    desk.undo(change)
    assert {(one.expires_at, one.root) for one in desk.all()} == {(None, "public")}


def test_dates_are_shifted(desk: Desk) -> None:
    first, second, third = desk.all()
    first.taken_at = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
    second.taken_at, third.taken_at = None, utcnow()
    db.session.commit()
    change = desk.do("shift", seconds=2 * 86_400)
    assert failures(change) == [(desk.rows[1], "no_date"), (desk.rows[2], "bad_date")]
    assert desk.all()[0].taken_at == datetime(2024, 3, 2, 12, 30, tzinfo=UTC)
    desk.undo(change)
    assert desk.all()[0].taken_at == datetime(2024, 2, 29, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "was", "is_", "hours"),
    [
        # a clock of Berlin in Tokyo: 7 hours later in summer, 8 in winter
        ("2024-07-01T10:00", "Europe/Berlin", "Europe/Berlin", "Asia/Tokyo", 7),
        ("2024-01-01T10:00", "Europe/Berlin", "Europe/Berlin", "Asia/Tokyo", 8),
        ("2024-07-01T10:00", "UTC", "Asia/Tokyo", "Europe/Berlin", -7),
    ],
)
def test_a_clock_in_another_zone(at: str, zone: str, was: str, is_: str, hours: int) -> None:
    taken = datetime.fromisoformat(at).replace(tzinfo=UTC)
    wishes = {"zone": zone, "from_zone": was, "to_zone": is_}
    assert shifted(taken, wishes) - taken == timedelta(hours=hours)


def test_hearts(app: Flask, desk: Desk) -> None:
    bob = make_person(app, "bob")
    images = [
        bob.uploaded("pixel.png", visibility="public"),
        bob.uploaded("plain.jpg", visibility="private"),
    ]
    rows = Upload.row_ids_of(
        existing(User.by_name("bob")), [image["id_encoded"] for image in images]
    )
    Heart.give(desk.user.id, desk.rows[0])
    db.session.commit()
    change = desk.do("like", [*desk.rows[:2], *rows], heart=True)
    assert failures(change) == [(rows[1], "gone")]

    def given() -> list[int]:
        return [row for row in [*desk.rows, *rows] if Heart.is_given(desk.user.id, row)]

    assert given() == [*desk.rows[:2], rows[0]]
    notices = db.session.query(Notice).filter_by(kind="heart").all()
    assert [one.count for one in notices] == [1]
    desk.undo(change)
    assert given() == desk.rows[:1]
    assert not db.session.query(Notice).filter_by(kind="heart").all()
    back = desk.do("like", heart=False)
    assert given() == []
    desk.undo(back)
    assert given() == desk.rows[:1]


def test_a_heart_that_was_given_anew_stays(app: Flask, desk: Desk) -> None:
    row = desk.rows[0]
    first = desk.do("like", [row], heart=True)
    desk.do("like", [row], heart=False)
    desk.do("like", [row], heart=True)
    desk.undo(first)
    assert Heart.is_given(desk.user.id, row) and failures(first) == [(row, "changed_since")]


def test_no_heart_comes_back_for_what_is_closed(app: Flask, desk: Desk) -> None:
    image = make_person(app, "bob").uploaded("pixel.png", visibility="public")
    (row,) = Upload.row_ids_of(existing(User.by_name("bob")), [image["id_encoded"]])
    desk.do("like", [row], heart=True)
    taken = desk.do("like", [row], heart=False)
    existing(Upload.by_row(row)).show_as(Visibility.PRIVATE)
    db.session.commit()
    desk.undo(taken)
    assert not Heart.is_given(desk.user.id, row) and failures(taken) == [(row, "gone")]
