"""Edits of one file or of many: each field is put back where it still has what it was given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from models import Album, Change, Upload, User, Visibility, begin_write, db, utcnow
from models.album_member import AlbumMember
from services.change import Wishes, change
from services.changes import begin, undo, work_a_while
from services.site import Site
from tests.conftest import Person, existing, make_person


@pytest.fixture
def ann(app: Flask) -> Person:
    return make_person(app)


def of(app: Flask) -> Site:
    site: Site = app.extensions["keepsake"]
    return site


def one(image: dict[str, Any]) -> Upload:
    user = existing(User.by_name("ann"))
    return Upload.load(Upload.row_ids_of(user, [image["id_encoded"]]))[0]


def state(upload: Upload) -> dict[str, Any]:
    upload.refresh()
    names = ("title", "description", "alt_text", "nsfw", "taken_at", "expires_at", "visibility")
    fields = {name: getattr(upload, name) for name in (*names, "root", "waits_as")}
    tags = sorted(tag.name for tag in upload.tags)
    return fields | {"tags": tags, "albums": Album.places_of(upload.id)}


def back(app: Flask, done: Change | None) -> Change:
    assert done and undo(done)
    return work_a_while(of(app), done)


def test_every_field_comes_back(app: Flask, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Old", tags="sea, sun", visibility="public")
    with app.test_request_context():
        user, upload = existing(User.by_name("ann")), one(image)
        first, second = Album.create(user, "Trips", "public"), Album.create(user, "More", "public")
        db.session.flush()
        Album.append(first.id, [upload.id])
        first.cover_id = upload.id
        db.session.commit()
        before = state(upload)
        wishes = Wishes(
            title="New",
            description="Long",
            alt_text="What it shows",
            nsfw=True,
            tags=["sun", "lake"],
            taken_at=utcnow() - timedelta(days=9),
            expires_at=utcnow() + timedelta(days=2),
            visibility=Visibility.PRIVATE,
            albums=[second],
        )
        done = change(of(app), upload, wishes)
        assert done and (done.act, done.total, done.done, done.state) == ("edit", 1, 1, "done")
        assert state(upload)["root"] == "private" and state(upload)["title"] == "New"
        assert back(app, done).state == "undone"
        assert state(upload) == before


def test_what_was_changed_since_stays(app: Flask, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Old", tags="sea")
    with app.test_request_context():
        upload = one(image)
        wishes = Wishes(title="New", description="Long", tags=["sun"])
        done = change(of(app), upload, wishes)
        change(of(app), upload, Wishes(title="Newer", tags=["sun", "lake"]))
        undone = back(app, done)
        assert [item.error for item in undone.failures(9)] == ["changed_since"]
        now = state(upload)
        assert (now["title"], now["description"]) == ("Newer", None)
        assert now["tags"] == ["lake", "sea"]


def test_two_edits_undone_in_either_order(app: Flask, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="1")
    with app.test_request_context():
        upload = one(image)
        second = change(of(app), upload, Wishes(title="2"))
        third = change(of(app), upload, Wishes(title="3"))
        back(app, second)
        assert state(upload)["title"] == "3"
        back(app, third)
        assert state(upload)["title"] == "2"


def test_a_value_that_came_again_is_the_newer_one(app: Flask, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="A", tags="sea")
    with app.test_request_context():
        upload = one(image)
        first = change(of(app), upload, Wishes(title="B", description="Sea"))
        second = change(of(app), upload, Wishes(title="C"))
        third = change(of(app), upload, Wishes(title="B"))
        assert back(app, first)
        assert (state(upload)["title"], state(upload)["description"]) == ("B", None)
        for step, title in ((third, "C"), (second, "B")):
            back(app, step)
            assert state(upload)["title"] == title


def test_nothing_to_undo_where_nothing_changed(app: Flask, ann: Person) -> None:
    """Nor of what a moderator did, or what nobody has an account for."""
    image = ann.uploaded("plain.jpg", title="Old")
    with app.test_request_context():
        upload = one(image)
        assert change(of(app), upload, Wishes(title="Old", nsfw=False)) is None
        assert change(of(app), upload, Wishes(title="By bob"), moderator="bob") is None
        assert Change.recent(existing(upload.user_id)) == []


def test_an_end_that_is_over_does_not_come_back(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = ann.uploaded("plain.jpg", expiration="PT1H")
    with app.test_request_context():
        upload = one(image)
        done = change(of(app), upload, Wishes(expires_at=None))
        later = utcnow() + timedelta(hours=2)
        monkeypatch.setattr("services.acts.fields.utcnow", lambda: later)
        undone = back(app, done)
        assert [item.error for item in undone.failures(9)] == ["ended"]
        assert state(upload)["expires_at"] is None


def test_an_album_that_takes_it_no_more(app: Flask, ann: Person) -> None:
    """Somebody else's, who has let ann add no more since."""
    image = ann.uploaded("plain.jpg")
    make_person(app, "bob")
    with app.test_request_context():
        upload, bob = one(image), existing(User.by_name("bob"))
        album = Album.create(bob, "Trips", "public")
        db.session.flush()
        db.session.add(AlbumMember(album_id=album.id, user_id=upload.user_id, may_add=True))
        db.session.flush()
        Album.append(album.id, [upload.id])
        db.session.commit()
        done = change(of(app), upload, Wishes(albums=[]))
        begin_write()
        db.session.execute(db.update(AlbumMember).values(may_add=False))
        db.session.commit()
        assert [item.error for item in back(app, done).failures(9)] == ["no_album"]


def test_what_is_in_the_bin_is_not_edited_by_undo(app: Flask, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Old")
    with app.test_request_context():
        upload = one(image)
        done = change(of(app), upload, Wishes(title="New"))
        work_a_while(of(app), begin(existing(upload.user), "bin", {}, [upload.id]))
        assert [item.error for item in back(app, done).failures(9)] == ["in_bin"]
        assert state(upload)["title"] == "New"
