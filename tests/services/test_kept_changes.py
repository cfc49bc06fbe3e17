"""How long changes are kept, how many, and what goes with them."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

import pytest
from flask import Flask

from media.errors import StorageFull
from models import Change, ChangeItem, Job, Upload, User, db, utcnow
from models import change as kept
from services import changes
from services.changes import begin, given_up, go_on, undo, work_a_while
from services.delete_account import delete_account
from services.errors import ManyChanges
from services.jobs import old_changes
from services.jobs.kind import Turn
from services.site import Site
from tests.conftest import Person, existing, make_person

TURN = Turn({}, lambda: False)


@pytest.fixture
def ann(app: Flask) -> Person:
    return make_person(app)


def of(app: Flask) -> Site:
    site: Site = app.extensions["keepsake"]
    return site


def tagged(app: Flask, tag: str, rows: list[int]) -> Change:
    user = existing(User.by_name("ann"))
    return work_a_while(of(app), begin(user, "tags", {"add": [tag]}, rows))


def rows_of(ann: Person) -> list[int]:
    ids = [ann.uploaded(name)["id_encoded"] for name in ("pixel.png", "plain.jpg")]
    return Upload.row_ids_of(existing(User.by_name("ann")), ids)


def left() -> tuple[int, int]:
    counts = [db.select(db.func.count()).select_from(one) for one in (Change, ChangeItem)]
    changes, items = (db.session.scalar(one) or 0 for one in counts)
    return changes, items


def aged(change: Change, days: float) -> None:
    change.at = utcnow() - timedelta(days=days)
    db.session.commit()


def test_after_a_day_it_is_forgotten(app: Flask, ann: Person) -> None:
    with app.test_request_context():
        rows = rows_of(ann)
        old, new = tagged(app, "a", rows), tagged(app, "b", rows)
        assert not old_changes.has_work(of(app))
        aged(old, 1.01)
        assert not undo(old)
        assert old_changes.has_work(of(app))
        old_changes.run(of(app), TURN)
        assert left() == (1, 2)
        assert Change.find(new.public_id)


def test_a_large_one_goes_bit_by_bit(app: Flask, ann: Person) -> None:
    with app.test_request_context():
        aged(tagged(app, "a", rows_of(ann)), 2)
        assert [Change.forget_some(1) for _ in range(4)] == [1, 1, 1, 0]
        assert left() == (0, 0)


def test_what_goes_back_is_not_forgotten_halfway(app: Flask, ann: Person) -> None:
    with app.test_request_context():
        change = tagged(app, "a", rows_of(ann))
        aged(change, 0.99)
        undo(change)
        aged(change, 1.01)
        assert not old_changes.has_work(of(app))
        assert work_a_while(of(app), change).done == 2
        assert old_changes.has_work(of(app))


@pytest.mark.parametrize(("changes", "files"), [(2, 100), (100, 4)])
def test_nobody_fills_the_disk_with_them(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch, changes: int, files: int
) -> None:
    """Those done last stay, and those of others."""
    make_person(app, "bob")
    with app.test_request_context():
        rows = rows_of(ann)
        bob = existing(User.by_name("bob"))
        others = work_a_while(of(app), begin(bob, "tags", {"add": ["x"]}, []))
        first = tagged(app, "a", rows)
        monkeypatch.setattr(kept, "MOST_KEPT", changes)
        monkeypatch.setattr(kept, "MOST_FILES_KEPT", files)
        last = [tagged(app, tag, rows) for tag in "bc"]
        assert Change.find(first.public_id) is None
        assert all(Change.find(one.public_id) for one in [*last, others])


def test_so_many_go_on_at_once(app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST_AT_ONCE", 1)
    with app.test_request_context():
        user, rows = existing(User.by_name("ann")), rows_of(ann)
        change = begin(user, "tags", {"add": ["a"]}, rows)
        with pytest.raises(ManyChanges):
            begin(user, "tags", {"add": ["b"]}, rows)
        work_a_while(of(app), change)
        assert begin(user, "tags", {"add": ["b"]}, rows)


def test_what_fails_is_left_to_its_job_and_tried_again(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise StorageFull()

    with app.test_request_context():
        user, rows = existing(User.by_name("ann")), rows_of(ann)
        with monkeypatch.context() as patch:
            patch.setattr(changes, "reserve_many", full)
            change = work_a_while(of(app), begin(user, "bin", {}, rows))
        assert (change.state, change.done) == ("working", 0)
        assert given_up([change]) == set()
        (job,) = Job.of_kind("change")
        job.run_at, job.tries = None, 12
        db.session.commit()
        assert given_up([change]) == {change.public_id}
        go_on(change)
        assert given_up([change]) == set()
        assert work_a_while(of(app), change).done == 2


def test_undone_after_its_job_was_given_up(app: Flask, ann: Person) -> None:
    """The way back has a job of its own."""
    with app.test_request_context():
        user = existing(User.by_name("ann"))
        change = begin(user, "bin", {}, rows_of(ann))
        (job,) = Job.of_kind("change")
        job.run_at = None
        db.session.commit()
        assert undo(change)
        assert [one.run_at is not None for one in Job.of_kind("change")] == [True, True]
        assert work_a_while(of(app), change).state == "undone"


def test_they_go_with_the_account(app: Flask, ann: Person) -> None:
    make_person(app, "bob", admin=True)
    with app.test_request_context():
        tagged(app, "a", rows_of(ann))
        user, bob = existing(User.by_name("ann")), existing(User.by_name("bob"))
        assert delete_account(of(app), user, "ann", bob)
        assert left() == (0, 0)


def test_what_was_given_away_is_not_put_back(app: Flask, ann: Person) -> None:
    make_person(app, "bob")
    with app.test_request_context():
        rows = rows_of(ann)
        change = tagged(app, "a", rows)
        Upload.load(rows[:1])[0].user_id = existing(User.by_name("bob")).id
        db.session.commit()
        undo(change)
        undone = work_a_while(of(app), change)
        assert (undone.done, undone.failed) == (1, 1)
        assert [one.error for one in undone.failures(9)] == ["gone"]
        assert [tag.name for tag in Upload.load(rows[:1])[0].tags] == ["a"]
