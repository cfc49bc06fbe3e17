"""Acts on many files: done in batches, whole or not at all, and undone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask

from models import Album, Change, Contents, ItemState, Job, Tag, Tally, Upload, User, db
from models.upload.shelf import IN_BIN
from server.worker import Worker
from services import changes
from services.changes import begin, undo, work_a_while
from services.place import hide_files
from services.site import Site
from tests.conftest import Person, existing, make_person, path_of

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def ann(app: Flask) -> Person:
    return make_person(app)


def of(app: Flask) -> Site:
    site: Site = app.extensions["keepsake"]
    return site


def rows(images: Sequence[dict[str, Any]]) -> list[int]:
    user = existing(User.by_name("ann"))
    return Upload.row_ids_of(user, [image["id_encoded"] for image in images])


def tags_of(row: int) -> list[str]:
    return sorted(tag.name for tag in Upload.load([row])[0].tags)


def test_tags_come_and_go(app: Flask, ann: Person) -> None:
    images = [ann.uploaded("pixel.png", tags="sea,sun"), ann.uploaded("plain.jpg", tags="sun")]
    with app.test_request_context():
        user, ids = existing(User.by_name("ann")), rows(images)
        wishes = {"add": ["Lake", "sea"], "remove": ["SUN"]}
        change = work_a_while(of(app), begin(user, "tags", wishes, ids))
        assert (change.state, change.done, change.failed) == ("done", 2, 0)
        assert [tags_of(one) for one in ids] == [["Lake", "sea"], ["Lake", "sea"]]
        assert undo(change)
        assert work_a_while(of(app), change).state == "undone"
        assert [tags_of(one) for one in ids] == [["sea", "sun"], ["sun"]]
        assert not undo(change)


def test_into_the_bin_and_back(app: Flask, ann: Person) -> None:
    """Its address answers nobody, its files are private; then all is as it was."""
    with app.test_request_context():
        user = existing(User.by_name("ann"))
        album = Album.create(user, "Trips", "public")
        db.session.commit()
        public_id, album_row = album.public_id, album.id
    images = [
        ann.uploaded(name, visibility="public", tags="sea", album_id=public_id)
        for name in ("pixel.png", "plain.jpg", "animated.gif")
    ]
    paths = [path for image in images for path in (image["path_viewer"], path_of(image["url"]))]
    with app.test_request_context():
        user, ids = existing(User.by_name("ann")), rows(images)
        album = existing(db.session.get(Album, album_row))
        album.cover_id = ids[1]
        db.session.commit()
        before = _state(user, ids, album_row)
        change = work_a_while(of(app), begin(user, "bin", {}, ids[:2]))
        assert (change.state, change.done) == ("done", 2)
    for client in (ann.client, app.test_client()):
        answers = [client.get(path).status_code for path in paths]
        assert answers == [410] * 4 + [200] * 2
        as_browser = [client.get(path, headers=BROWSER).status_code for path in paths]
        assert as_browser == [404] * 4 + [200] * 2
    with app.test_request_context():
        user = existing(User.by_name("ann"))
        assert not list(of(app).config.data.glob("public/images/**/pixel*"))
        assert Tally.away(user.id, IN_BIN)[0] == 2
        assert [one.id for one in Upload.in_bin(user.id)] == [ids[1], ids[0]]
        assert existing(db.session.get(Album, album_row)).upload_count == 1
        assert not Upload.expired(9) and Tag.find("sea")
        change = existing(Change.find(change.public_id))
        undo(change)
        assert work_a_while(of(app), change).state == "undone"
        assert _state(user, ids, album_row) == before
    assert {app.test_client().get(path).status_code for path in paths} == {200}


def _state(user: User, ids: Sequence[int], album_row: int) -> Any:
    album = existing(db.session.get(Album, album_row, populate_existing=True))
    return (
        [(one.root, one.expires_at, one.binned, one.binned_at) for one in Upload.load(ids)],
        [tags_of(one) for one in ids],
        [one.upload.id for one in Contents(album).page()],
        (album.upload_count, album.cover_id),
        Tally.of(user.id, "received_at"),
    )


def test_a_file_that_is_in_the_bin_is_named(app: Flask, ann: Person) -> None:
    images = [ann.uploaded("pixel.png"), ann.uploaded("plain.jpg")]
    with app.test_request_context():
        user, ids = existing(User.by_name("ann")), rows(images)
        work_a_while(of(app), begin(user, "bin", {}, ids[:1]))
        change = work_a_while(of(app), begin(user, "tags", {"add": ["x"]}, ids))
        assert (change.done, change.failed) == (1, 1)
        assert [(one.upload_id, one.error) for one in change.failures(9)] == [(ids[0], "in_bin")]


def test_others_files_are_left_alone(app: Flask, ann: Person) -> None:
    image = make_person(app, "bob").uploaded("pixel.png")
    with app.test_request_context():
        bob = existing(User.by_name("bob"))
        row = Upload.row_ids_of(bob, [image["id_encoded"]])
        change = work_a_while(of(app), begin(existing(User.by_name("ann")), "bin", {}, row))
        assert (change.done, change.failed) == (0, 1)
        assert Upload.load(row)[0].binned_at is None


def test_what_nobody_waits_for_a_job_does(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "BATCH", 1)
    images = [ann.uploaded("pixel.png"), ann.uploaded("plain.jpg")]
    with app.test_request_context():
        user, ids = existing(User.by_name("ann")), rows(images)
        change = begin(user, "tags", {"add": ["x"]}, ids)
        assert work_a_while(of(app), change, seconds=0).state == "working"
        (job,) = Job.of_kind("change")
        assert changes.work(of(app), job.payload["change"], lambda: False)
        assert work_a_while(of(app), change).done == 2


def test_undone_before_its_end_the_rest_is_left(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "BATCH", 1)
    images = [ann.uploaded("pixel.png"), ann.uploaded("plain.jpg")]
    with app.test_request_context():
        user, ids = existing(User.by_name("ann")), rows(images)
        change = begin(user, "tags", {"add": ["x"]}, ids)
        turns = iter([False, True])
        changes.work(of(app), change.public_id, lambda: next(turns))
        undo(change)
        assert work_a_while(of(app), change).state == "undone"
        assert [change.count(one) for one in (ItemState.UNDONE, ItemState.LEFT)] == [1, 1]
        assert [tags_of(one) for one in ids] == [[], []]


def test_what_was_put_into_the_bin_again_since_stays_there(app: Flask, ann: Person) -> None:
    images = [ann.uploaded("pixel.png"), ann.uploaded("plain.jpg")]
    with app.test_request_context():
        user, ids = existing(User.by_name("ann")), rows(images)
        first = work_a_while(of(app), begin(user, "bin", {}, ids))
        work_a_while(of(app), begin(user, "restore", {}, ids[:1]))
        work_a_while(of(app), begin(user, "bin", {}, ids[:1]))
        undo(first)
        assert work_a_while(of(app), first).done == 1
        told = [(one.upload_id, one.error) for one in first.failures(9)]
        assert told == [(ids[0], "changed_since")]
        assert [one.is_binned for one in Upload.load(ids)] == [True, False]


def test_a_way_back_from_a_way_back(app: Flask, ann: Person) -> None:
    """What was restored, and put there again by undo, is there as if nothing had happened."""
    images = [ann.uploaded("pixel.png"), ann.uploaded("plain.jpg")]
    with app.test_request_context():
        user, ids = existing(User.by_name("ann")), rows(images)
        first = work_a_while(of(app), begin(user, "bin", {}, ids))
        since = [one.binned_at for one in Upload.load(ids)]
        second = work_a_while(of(app), begin(user, "restore", {}, ids))
        undo(second)
        assert work_a_while(of(app), second).done == 2
        assert [one.binned_at for one in Upload.load(ids)] == since
        undo(first)
        assert work_a_while(of(app), first).done == 2
        assert [one.binned_at for one in Upload.load(ids)] == [None, None]


@pytest.mark.parametrize("act", ["bin", "tags"])
def test_two_workers_at_one_change_share_it(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """Whoever comes late leaves the next files alone: it has not asked for them."""
    monkeypatch.setattr(changes, "BATCH", 2)
    monkeypatch.setattr(changes, "BATCH_OF_FILES", 2)
    images = [ann.uploaded("pixel.png", visibility="public") for _ in range(12)]
    with app.test_request_context():
        ids = rows(images)
        change = begin(existing(User.by_name("ann")), act, {"add": ["x"]}, ids)
        public_id = change.public_id
    for end in ("done", "undone"):
        threads = [threading.Thread(target=_work, args=(app, public_id)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with app.test_request_context():
            change = existing(Change.find(public_id))
            assert (change.state, change.done, change.failed) == (end, 12, 0)
            undo(change)


def _work(app: Flask, public_id: str) -> None:
    with app.test_request_context():
        changes.work(of(app), public_id, lambda: False)


def test_its_job_waits_for_who_began_it(app: Flask, ann: Person) -> None:
    """Then it goes on at once."""
    image = ann.uploaded("pixel.png")
    with app.test_request_context():
        change = begin(existing(User.by_name("ann")), "bin", {}, rows([image]))
        assert Worker(app, of(app)).run_due(["change"]) == {}
        assert work_a_while(of(app), change, seconds=-1).is_working
        assert Worker(app, of(app)).run_due(["change"]) == {"change": None}
        assert existing(Change.find(change.public_id)).state == "done"


def test_files_that_were_hidden_for_nothing_are_shown_again(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They move before anybody has to wait; then a fault, or another one who changes the row."""
    images = [ann.uploaded(name, visibility="public") for name in ("pixel.png", "plain.jpg")]
    paths = [path_of(image["url"]) for image in images]

    def and_fail(site: Site, uploads: Sequence[Upload]) -> None:
        hide_files(site, uploads)
        raise OSError("disk")

    def and_give_away(site: Site, uploads: Sequence[Upload]) -> None:
        hide_files(site, uploads)
        db.session.execute(db.update(Upload).where(Upload.id == uploads[0].id).values(user_id=None))
        db.session.commit()

    with app.test_request_context():
        ids = rows(images)
        for fault, done in ((and_fail, 0), (and_give_away, 1)):
            monkeypatch.setattr(changes, "hide_files", fault)
            change = work_a_while(of(app), begin(existing(User.by_name("ann")), "bin", {}, ids))
            assert change.done == done
    answers = [app.test_client().get(path).status_code for path in paths]
    assert answers[0] == 200 and answers[1] in (404, 410)


def test_what_could_not_be_undone_is_tried_again(app: Flask, ann: Person) -> None:
    """What is in the bin has first to be restored, and it is said so."""
    images = [ann.uploaded("pixel.png"), ann.uploaded("plain.jpg")]
    with app.test_request_context():
        user, ids = existing(User.by_name("ann")), rows(images)
        change = work_a_while(of(app), begin(user, "tags", {"add": ["x"]}, ids))
        binned = work_a_while(of(app), begin(user, "bin", {}, ids[:1]))
        undo(change)
        assert work_a_while(of(app), change).state == "undone"
        assert [one.error for one in change.failures(9)] == ["in_bin"] and change.done == 1
        assert change.can_be_undone
        undo(binned)
        work_a_while(of(app), binned)
        undo(change)
        change = work_a_while(of(app), change)
        assert (change.state, change.failed, change.can_be_undone) == ("undone", 0, False)
        assert [tags_of(one) for one in ids] == [[], []]
