"""Uploads of the same bytes become one, and are taken apart again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from models import (
    Album,
    Change,
    ChangeItem,
    Contents,
    Download,
    Heart,
    ItemState,
    MovedAddress,
    Reason,
    Report,
    ShareLink,
    Twin,
    Upload,
    User,
    Visitor,
    contents_of,
    db,
    utcnow,
)
from services.acts import Why
from services.changes import begin, undo, work_a_while
from services.remove import remove
from services.share_links import LinkWishes, share_files
from services.site import Site
from tests.conftest import Person, existing, make_person, path_of

A, B, C = 1, 2, 3  # row ids


@pytest.fixture
def three(app: Flask, ann: Person) -> list[dict[str, Any]]:
    """Of the same bytes."""
    fields: list[dict[str, Any]] = [
        {"title": "First", "tags": "sea"},
        {"title": "Second", "description": "By the lake", "tags": "lake,sea"},
        {"title": "Third", "alt_text": "A lake"},
    ]
    return [ann.uploaded("plain.jpg", visibility="public", **one) for one in fields]


def of(app: Flask) -> Site:
    site: Site = app.extensions["keepsake"]
    return site


def merge(app: Flask, keep: int | None, rows: Sequence[int], name: str = "ann") -> Change:
    user = existing(User.by_name(name))
    wishes = {"keep": keep} if keep else {}
    return work_a_while(of(app), begin(user, "merge", wishes, rows))


def load(row: int) -> Upload:
    return Upload.load([row])[0]


def failures(change: Change) -> list[str | None]:
    return [item.error for item in change.failures(10)]


def state(rows: Sequence[int]) -> Mapping[str, Any]:
    """All that a merge may change, of files and of what they are in."""
    db.session.expire_all()
    user = existing(User.by_name("ann"))
    return {
        "files": [
            (
                one.title, one.description, one.alt_text, one.views, one.likes, one.visibility,
                one.root, one.expires_at, sorted(tag.name for tag in one.tags), one.binned_at,
            )
            for one in Upload.load(rows)
        ],
        "albums": {
            album.name: (
                album.cover_id, [one.id for one in Contents(album).newest(9)], _places(album),
            )
            for album in db.session.scalars(db.select(Album))
        },
        "links": {
            link.id: [one.id for one in contents_of(link).page()]
            for link in db.session.scalars(db.select(ShareLink))
        },
        "hearts": sorted(
            (heart.user_id, heart.upload_id, heart.at)
            for heart in db.session.scalars(db.select(Heart))
        ),
        "moved": db.session.scalars(db.select(MovedAddress.public_id)).all(),
        "twins": [one.sha256 for one in Twin.page(user.id)],
    }  # fmt: skip


def _places(album: Album) -> list[tuple[int, int]]:
    query = "SELECT upload_id, position FROM album_upload WHERE album_id = :id ORDER BY position"
    return [tuple(row) for row in db.session.execute(db.text(query), {"id": album.id})]


def furnish(app: Flask) -> tuple[int, int]:
    """Albums, hearts, views and links; the row ids of two links."""
    user = existing(User.by_name("ann"))
    for name, rows, cover in (("Trips", [A, B], B), ("Lakes", [B, C], B)):
        album = Album.create(user, name, "public")
        db.session.flush()
        Album.append(album.id, rows)
        album.cover_id = cover
    for number, name in enumerate(("bob", "eve")):
        for row in (A, B)[number:]:
            Heart.give(existing(User.by_name(name)).id, row)
    load(A).views, load(B).views = 3, 4
    db.session.commit()
    ids = [load(row).public_id for row in (A, B, C)]
    links = [
        share_files(user, some, lambda one: f"secret{one}", _wishes())
        for some in (ids[1:2], ids[:2])
    ]
    return links[0].id, links[1].id


def _wishes() -> LinkWishes:
    return LinkWishes(
        title="", expires_at=None, download=Download.FILE, max_views=None, password=""
    )


def test_one_stands_for_all(app: Flask, three: list[dict[str, Any]]) -> None:
    for name in ("bob", "eve"):
        make_person(app, name)
    with app.test_request_context():
        links = furnish(app)
        before = state([A, B, C])
        change = merge(app, A, [B, C])
        assert (change.state, change.done, change.failed) == ("done", 2, 0)
        kept = load(A)
        assert (kept.title, kept.description, kept.alt_text) == ("First", "By the lake", "A lake")
        assert sorted(tag.name for tag in kept.tags) == ["lake", "sea"]
        assert (kept.views, kept.likes, kept.visibility) == (7, 2, "public")
        after = state([A, B, C])
        assert {name: (cover, files) for name, (cover, files, _) in after["albums"].items()} == {
            "Trips": (A, [A]),
            "Lakes": (A, [A]),
        }
        assert after["albums"]["Lakes"][2][0][1] == before["albums"]["Lakes"][2][0][1]
        assert after["links"] == {link: [A] for link in links}
        assert after["twins"] == [] and len(after["moved"]) == 2
        assert [one.id for one in Upload.in_bin(existing(kept.user_id))] == [C, B]
        assert undo(change) and work_a_while(of(app), change).state == "undone"
        assert state([A, B, C]) == before


def test_what_was_deleted_since_stays_in_the_bin(app: Flask, three: list[dict[str, Any]]) -> None:
    with app.test_request_context():
        user = existing(User.by_name("ann"))
        change = merge(app, A, [B, C])
        for act in ("restore", "bin"):
            work_a_while(of(app), begin(user, act, {}, [B]))
        undo(change)
        assert failures(work_a_while(of(app), change)) == [Why.CHANGED_SINCE]
        assert load(B).is_binned and not load(C).is_binned


def test_moderators_go_on_seeing_what_was_reported(app: Flask, three: list[dict[str, Any]]) -> None:
    """The address of what went leads to the same bytes. Who reported both has one report left."""

    def reported() -> list[tuple[int, str]]:
        db.session.expire_all()
        return [(one.upload_id, one.text) for one in Report.page(moderator_id)]

    with app.app_context():
        moderator_id = existing(User.by_name(make_person(app, "mod", admin=True).name)).id
        for row, sender in ((A, "x"), (B, "x"), (B, "y")):
            Report.add(load(row), None, sender, Reason.ILLEGAL, f"{sender} of {row}")
        db.session.commit()
        before = reported()
        change = merge(app, A, [B])
        assert change.done == 1
        assert reported() == [(A, "x of 1"), (A, "y of 2")]
        Report.add(load(A), None, "z", Reason.OTHER, "since")
        db.session.commit()
        assert undo(change)
        assert work_a_while(of(app), change).failed == 0
        assert reported() == [*before, (A, "since")]


def test_undo_leaves_what_came_since(app: Flask, three: list[dict[str, Any]]) -> None:
    with app.test_request_context():
        change = merge(app, A, [B, C])
        load(A).description = "Mine"
        db.session.commit()
        undo(change)
        work_a_while(of(app), change)
        assert (load(A).description, load(A).alt_text) == ("Mine", None)
        assert load(B).description == "By the lake"


def test_two_that_keep_each_other(app: Flask, three: list[dict[str, Any]]) -> None:
    """One of them is there at the end, whoever comes first."""
    with app.test_request_context():
        user = existing(User.by_name("ann"))
        first, second = (
            begin(user, "merge", {"keep": A}, [B]),
            begin(user, "merge", {"keep": B}, [A]),
        )
        for change in (second, first):
            work_a_while(of(app), change)
        assert failures(first) == [Why.NOT_KEPT] and not second.failed
        assert load(A).binned_at and not load(B).binned_at
        assert undo(second) and work_a_while(of(app), second).state == "undone"
        assert not load(A).binned_at


def test_what_is_kept_is_gone(app: Flask, three: list[dict[str, Any]]) -> None:
    with app.test_request_context():
        change = begin(existing(User.by_name("ann")), "merge", {"keep": A}, [B])
        remove(of(app), load(A))
        assert failures(work_a_while(of(app), change)) == [Why.NOT_KEPT]
        assert not load(B).binned_at


def test_nobody_takes_what_is_anothers(app: Flask, three: list[dict[str, Any]]) -> None:
    bob = make_person(app, "bob")
    bob.uploaded("plain.jpg")
    with app.test_request_context():
        assert failures(merge(app, 4, [A, B], "bob")) == [Why.GONE, Why.GONE]
        assert failures(merge(app, A, [4], "bob")) == [Why.NOT_KEPT]
        assert failures(merge(app, 4, [A])) == [Why.NOT_KEPT]
        assert not Upload.in_bin(existing(load(A).user_id)) and not load(4).binned_at
        assert Twin.others(load(4), 9) == [] and Twin.page(existing(load(4).user_id)) == []


def test_other_bytes_are_never_merged(app: Flask, ann: Person) -> None:
    for name in ("plain.jpg", "alpha.png"):
        ann.uploaded(name)
    with app.test_request_context():
        assert failures(merge(app, A, [B])) == [Why.NOT_KEPT]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"expires_at": utcnow() + timedelta(days=1)}, Why.KEPT_ENDS),
        ({"kept": "location"}, Why.KEPT_TELLS),
        ({"visibility": "private"}, Why.KEPT_CLOSED),
        ({"leftovers": "location", "visibility": "private"}, Why.NOT_CLEANED),
        ({"is_approved": False, "visibility": "private", "waits_as": "public"}, Why.WAITS),
    ],
)
def test_what_would_lose_or_tell_is_not_done(
    app: Flask, three: list[dict[str, Any]], values: dict[str, Any], why: Why
) -> None:
    with app.test_request_context():
        for name, value in values.items():
            setattr(load(A), name, value)
        db.session.commit()
        assert failures(merge(app, A, [B])) == [why]
        assert not load(B).binned_at
        assert failures(merge(app, B, [A])) == []


def test_who_sees_it_stays_as_it_was(app: Flask, ann: Person) -> None:
    """A private one isn't shown by what a public one is in, nor are its texts."""
    make_person(ann.app, "bob")
    ann.uploaded("plain.jpg", visibility="private", description="Secret", tags="diary")
    ann.uploaded("plain.jpg", visibility="public", alt_text="A lake", tags="lake")
    with app.test_request_context():
        assert failures(merge(app, A, [B])) == [Why.KEPT_CLOSED]
        assert (load(A).visibility, load(A).alt_text) == ("private", None)
        merge(app, B, [A])
        assert (load(B).visibility, load(B).description) == ("public", None)
        assert [tag.name for tag in load(B).tags] == ["lake"]
        ann_, bob = existing(User.by_name("ann")), existing(User.by_name("bob"))
        there = [Visitor(ann_), Visitor(bob), Visitor(None)]
        led = [MovedAddress.page_for(load(A).public_id, one) for one in there]
        assert [one and one.id for one in led] == [B, None, None]


def test_addresses_lead_on_through_a_second_merge(app: Flask, three: list[dict[str, Any]]) -> None:
    with app.test_request_context():
        merge(app, B, [A])
        second = merge(app, C, [B])
        ids = [load(row).public_id for row in (A, B)]
        assert [existing(MovedAddress.page_for(one, Visitor(None))).id for one in ids] == [C, C]
        undo(second)
        work_a_while(of(app), second)
        assert existing(MovedAddress.page_for(ids[0], Visitor(None))).id == B
        assert MovedAddress.page_for(ids[1], Visitor(None)) is None


def test_what_comes_back_leads_nowhere(app: Flask, three: list[dict[str, Any]]) -> None:
    with app.test_request_context():
        merge(app, A, [B])
        user = existing(User.by_name("ann"))
        work_a_while(of(app), begin(user, "restore", {}, [B]))
        assert MovedAddress.page_for(load(B).public_id, Visitor(None)) is None
        assert db.session.get(MovedAddress, B) is None


def test_the_best_of_each_group(app: Flask, ann: Person) -> None:
    for fields in ({"visibility": "private"}, {}, {"width": 400}, {"expiration": "P1D"}, {}):
        ann.uploaded("plain.jpg", **{"visibility": "public", **fields})
    for _ in range(2):
        ann.uploaded("alpha.png")
    with app.test_request_context():
        user = existing(User.by_name("ann"))
        surplus = Twin.surplus(user.id, 100)
        assert sorted(surplus) == [1, 3, 4, 5, 7]
        change = merge(app, None, surplus)
        assert (change.done, change.failed) == (5, 0)
        assert not Twin.page(user.id)
        undo(change)
        work_a_while(of(app), change)
        assert Twin.count(user.id, 100) == 2 and sorted(Twin.surplus(user.id, 100)) == sorted(
            surplus
        )


def test_triggers_know_the_groups(app: Flask, ann: Person) -> None:
    bob = make_person(app, "bob")
    with app.test_request_context():
        ids = {name: existing(User.by_name(name)).id for name in ("ann", "bob")}

    def groups() -> list[int]:
        with app.test_request_context():
            return [len(Twin.page(ids[name])) for name in ("ann", "bob")]

    ann.uploaded("plain.jpg")
    bob.uploaded("plain.jpg")
    assert groups() == [0, 0]
    ann.uploaded("plain.jpg")
    assert groups() == [1, 0]
    with app.test_request_context():
        Upload.give_some(ids["ann"], ids["bob"], 1)
        db.session.commit()
    assert groups() == [0, 1]
    with app.test_request_context():
        remove(of(app), load(1))
    assert groups() == [0, 0]


def test_an_item_says_what_became_of_it(app: Flask, three: list[dict[str, Any]]) -> None:
    with app.test_request_context():
        change = merge(app, A, [B, C])
        items = db.session.scalars(db.select(ChangeItem).order_by(ChangeItem.place)).all()
        assert [item.state for item in items] == [ItemState.DONE, ItemState.DONE]
        assert all(existing(item.after)["keep"] == A for item in items)
        assert change.total == 2


@pytest.mark.parametrize(
    ("level", "led"),
    [("private", [True, False, False]), ("members", [True, True, False]), ("unlisted", [True] * 3)],
)
def test_nobody_is_led_to_more_than_they_could_open(
    app: Flask, ann: Person, level: str, led: list[bool]
) -> None:
    """Its page and its file, of owner, member and guest: the kept one is unlisted, and they never
    had its address.
    """
    make_person(app, "bob")
    images = [ann.uploaded("plain.jpg", visibility=one) for one in ("unlisted", level)]
    with app.test_request_context():
        merge(app, A, [B])
        people = [existing(User.by_name(name)) for name in ("ann", "bob")]
        there = [*map(Visitor, people), Visitor(None)]
        path = path_of(images[1]["url"]).removeprefix("/")
        pages = [MovedAddress.page_for(load(B).public_id, one) for one in there]
        files = [MovedAddress.file_for(path, one) for one in there]
        assert [one is not None for one in pages] == [one is not None for one in files] == led


def test_what_is_private_is_not_shown_by_the_other_ones_albums(app: Flask, ann: Person) -> None:
    """Sent into an album with a password, both are private: the one that isn't in it stays out."""
    for title in ("Secret notes", "Lake"):
        ann.uploaded("plain.jpg", visibility="private", title=title)
    with app.test_request_context():
        user = existing(User.by_name("ann"))
        album = Album.create(user, "Trips", "private")
        db.session.flush()
        Album.append(album.id, [B])
        db.session.commit()
        alone = merge(app, A, [B])
        assert not failures(alone)
        undo(alone)
        work_a_while(of(app), alone)
        album = db.session.get_one(Album, album.id)
        album.visibility = "public"
        db.session.commit()
        assert failures(merge(app, A, [B])) == [Why.KEPT_CLOSED]
        album.visibility = "private"
        share_files(user, [load(B).public_id], lambda one: f"secret{one}", _wishes())
        assert failures(merge(app, A, [B])) == [Why.KEPT_CLOSED]
        assert not failures(merge(app, B, [A]))
