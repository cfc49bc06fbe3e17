"""An account that goes, with its files or handing them over, whatever happens meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from models import Album, ApiKey, Job, Space, Tally, Upload, User, UserSession, Visitor, db
from models.role import Role, State
from server.worker import Worker
from services import delete_account as recipe
from services import place
from services import remove as remove_service
from services.bin import delete_own, restore
from services.delete_account import NoTaker, Receiving, clear, delete_account
from services.errors import Busy, NoLongerThere, QuotaReached
from services.jobs.kind import Turn
from services.jobs.kinds import KINDS
from services.quota import set_quota
from services.roles import LastAdmin, lift_ban
from tests.blueprints.test_export import confirm
from tests.conftest import Person, existing, log_in, make_person, path_of, stored_files
from tests.models.test_library import counted, tally


@pytest.fixture
def family(app: Flask) -> dict[str, Person]:
    """Ann has three files and two albums, one in the other."""
    people = {name: make_person(app, name) for name in ("ann", "bob")}
    with app.app_context():
        rome = Album.create(user("ann"), "Rome")
        db.session.flush()
        boats = Album.create(user("ann"), "Boats")
        boats.parent_id = rome.id
        db.session.commit()
    for visibility in ("public", "private", "members"):
        people["ann"].uploaded("pixel.png", album_id=rome.public_id, visibility=visibility)
    people["bob"].uploaded("alpha.png")
    return people


def user(name: str) -> User:
    return existing(User.by_name(name))


def site(people: dict[str, Person]) -> Any:
    return people["ann"].app.extensions["keepsake"]


def rows(model: Any) -> int:
    db.session.expire_all()
    return int(db.session.query(model).count())


def test_all_that_is_theirs_goes_and_nothing_else(family: dict[str, Person]) -> None:
    app = family["ann"].app
    log_in(family["ann"].client)
    with app.app_context():
        ann, before = user("ann").id, len(stored_files(app))
        assert delete_account(site(family), user("ann"), "ann")
        assert User.by_name("ann") is None and rows(Album) == 0 and rows(Upload) == 1
        assert rows(UserSession) == 0 and rows(ApiKey) == 1
        Worker(app, site(family)).run_due(["accounts"])  # finds nothing to do
        assert Job.of_kind("accounts") == []
        of_bob = existing(db.session.scalar(db.select(Upload))).places
        assert {name.partition("/")[2] for name in stored_files(app)} == set(of_bob)
        assert len(stored_files(app)) < before
        assert Space.of(ann).own == 0 and Tally.of(ann, "received_at") == []
        assert tally(Visitor(user("bob"))) == counted(Visitor(user("bob")))
    assert family["ann"].upload("pixel.png").json["error"]["code"] == 100
    assert family["ann"].client.get("/settings").status_code == 302
    assert log_in(app.test_client(), "ann").status_code == 401


def test_handed_over_files_keep_their_addresses(family: dict[str, Person]) -> None:
    app, guest = family["ann"].app, family["ann"].app.test_client()
    image = family["ann"].uploaded("plain.jpg", visibility="unlisted", title="Lake", tags="sea")
    paths = [path_of(image["url"]), image["path_viewer"], path_of(image["thumb"]["url"])]
    with app.app_context():
        bob = user("bob")
        assert delete_account(site(family), user("ann"), "ann", bob)
        assert User.by_name("ann") is None and rows(Upload) == 5
        assert {row.user_id for row in db.session.scalars(db.select(Upload))} == {bob.id}
        assert {row.user_id for row in db.session.scalars(db.select(Album))} == {bob.id}
        boats, rome = db.session.scalars(db.select(Album).order_by(Album.name))
        assert boats.parent_id == rome.id and rome.upload_count == 3
        assert tally(Visitor(bob)) == counted(Visitor(bob))
        total = sum(row.kept_bytes for row in db.session.scalars(db.select(Upload)))
        assert Space.of(bob.id).own == total
    for path in paths:
        assert guest.get(path).status_code == 200, path
    assert "by bob" in guest.get(image["path_viewer"]).text
    assert guest.delete(image["delete_url"].partition("localhost")[2]).status_code == 200
    log_in(family["bob"].client, "bob")
    for words in ("user:bob lake", "tag:sea"):
        assert "Lake" not in family["bob"].client.get(f"/search?q={words}").text  # deleted
    assert family["bob"].client.get("/mine").text.count("data-view=") == 4


def test_what_takes_long_is_done_by_the_job(
    family: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "SECONDS", -1.0)
    app = family["ann"].app
    with app.app_context():
        assert not delete_account(site(family), user("ann"), "ann")
        ann = user("ann")
        assert ann.state == State.LEAVING and rows(Upload) == 4
        with pytest.raises(NoLongerThere):
            delete_account(site(family), ann, "ann")
        with pytest.raises(NoLongerThere):
            lift_ban(ann, "boss")
        Worker(app, site(family)).run_due(["accounts"])
        assert User.by_name("ann") is None and rows(Upload) == 1 and rows(Job) == 0


def test_a_file_that_somebody_is_at_keeps_the_account_until_later(
    family: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = iter([True, False, False, False])

    def remove(site: Any, upload: Upload) -> bool:
        if next(busy):
            raise Busy()
        return remove_for_good(site, upload)

    remove_for_good = remove_service.remove
    monkeypatch.setattr(recipe, "remove", remove)
    with family["ann"].app.app_context():
        ann = user("ann").id
        assert not delete_account(site(family), user("ann"), "ann")
        assert rows(Upload) == 2 and user("ann").state == State.LEAVING
        assert clear(site(family), ann, None, lambda: False)
        assert User.by_name("ann") is None and rows(Upload) == 1


def test_what_the_job_deletes_meanwhile_is_no_failure(
    family: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After one that is busy, what was read before may be gone."""
    app, begun = family["ann"].app, list[int]()

    def remove(site: Any, upload: Upload) -> bool:
        begun.append(upload.id)
        if len(begun) == 1:
            with app.app_context():
                remove_for_good(site, existing(db.session.get(Upload, begun[0] + 1)))
            db.session.rollback()
            raise Busy()
        return remove_for_good(site, upload)

    remove_for_good = remove_service.remove
    monkeypatch.setattr(recipe, "remove", remove)
    with app.app_context():
        assert not delete_account(site(family), user("ann"), "ann")
        assert len(begun) == 2 and rows(Upload) == 2
        Worker(app, site(family)).run_due(["accounts"])
        assert User.by_name("ann") is None and rows(Upload) == 1 and rows(Job) == 0


@pytest.mark.parametrize("by", ["upkeep", "command"])
def test_a_deletion_that_was_given_up_is_tried_again(
    by: str, family: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = family["ann"].app
    monkeypatch.setattr(recipe, "SECONDS", -1.0)
    with app.app_context():
        delete_account(site(family), user("ann"), "ann")
        assert not KINDS["leaving"].has_work(site(family))
        existing(db.session.scalar(db.select(Job))).run_at = None
        db.session.commit()
        assert KINDS["leaving"].has_work(site(family))
        if by == "command":
            again = app.test_cli_runner().invoke(args=["user", "delete", "ann", "--yes"])
            assert again.exit_code == 1 and "being deleted already" in again.output
        else:
            KINDS["leaving"].run(site(family), Turn({}, lambda: False))
        Worker(app, site(family)).run_due(["accounts"])
        assert User.by_name("ann") is None and Job.of_kind("accounts") == []


def test_files_that_do_not_fit_are_given_only_where_that_is_said(family: dict[str, Person]) -> None:
    app = family["ann"].app
    with app.app_context():
        for upload in db.session.scalars(db.select(Upload).where(Upload.user_id == user("ann").id)):
            upload.size = 1_000_000
        db.session.commit()
        set_quota(user("bob"), 2, "boss")
        with pytest.raises(QuotaReached):
            delete_account(site(family), user("ann"), "ann", user("bob"))
        assert user("ann").state == State.ACTIVE and rows(Job) == 0
    run = app.test_cli_runner().invoke
    args = ["user", "delete", "ann", "--yes", "--give-to", "bob"]
    refused = run(args=args)
    assert refused.exit_code == 1 and "bob hasn't the space" in refused.output
    assert run(args=[*args, "--over-quota"]).exit_code == 0
    with app.app_context():
        Worker(app, site(family)).run_due(["accounts"])  # what a slow machine left
        assert User.by_name("ann") is None and rows(Upload) == 4


def test_what_is_refused_changes_nothing(family: dict[str, Person]) -> None:
    with family["ann"].app.app_context():
        for name, fault in (("ann", NoTaker), ("bob", NoTaker)):
            if name == "bob":
                user("bob").state = State.BANNED
                db.session.commit()
            with pytest.raises(fault):
                delete_account(site(family), user("ann"), "ann", user(name))
        user("bob").state, user("ann").role = State.ACTIVE, Role.ADMIN
        db.session.commit()
        with pytest.raises(LastAdmin):
            delete_account(site(family), user("ann"), "ann", user("bob"))
        assert user("ann").state == State.ACTIVE and Job.of_kind("accounts") == []


def test_who_is_being_given_files_stays(
    family: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "SECONDS", -1.0)
    app = family["ann"].app
    with app.app_context():
        assert not delete_account(site(family), user("ann"), "ann", user("bob"))
        with pytest.raises(Receiving):
            delete_account(site(family), user("bob"), "bob")
        Worker(app, site(family)).run_due(["accounts"])
        assert not delete_account(site(family), user("bob"), "bob")


def test_an_upload_on_its_way_is_refused(
    family: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "SECONDS", -1.0)

    def reserve(*args: Any) -> bool:
        with family["ann"].app.app_context():
            delete_account(site(family), user("ann"), "ann")
        return reserve_files(*args)

    reserve_files = place.reserve
    monkeypatch.setattr("services.new_files.reserve", reserve)
    before = stored_files(family["ann"].app)
    answer = family["ann"].upload("plain.jpg")
    assert answer.status_code == 400 and answer.json["error"]["message"] == "Request denied"
    assert stored_files(family["ann"].app) == before


def test_by_command(family: dict[str, Person]) -> None:
    run = family["ann"].app.test_cli_runner().invoke
    assert run(args=["user", "delete", "ann"], input="n\n").exit_code == 1
    refused = run(args=["user", "delete", "ann", "--yes", "--give-to", "ann"])
    assert refused.exit_code == 1 and "another user" in refused.output
    done = run(args=["user", "delete", "ann", "--give-to", "bob"], input="y\n")
    assert done.exit_code == 0 and "ann is deleted." in done.output
    with family["ann"].app.app_context():
        assert User.by_name("ann") is None and rows(Upload) == 4


def test_it_is_said_how_much_goes(family: dict[str, Person]) -> None:
    log_in(family["ann"].client)
    confirm(family["ann"])
    page = family["ann"].client.get("/settings/data/delete").text
    assert "3 files ·" in page and "2 albums</strong>" in page


def test_what_is_in_the_bin_goes_too(family: dict[str, Person]) -> None:
    app = family["ann"].app
    with app.app_context():
        one = Upload.some_of(user("ann").id, 0, 1)[0]
        assert delete_own(site(family), existing(Upload.by_row(one)), user("ann"))
        assert delete_account(site(family), user("ann"), "ann")
        assert rows(Upload) == 1 and len(Upload.in_bin(user("bob").id)) == 0


def test_what_is_in_the_bin_is_in_that_of_who_gets_it(family: dict[str, Person]) -> None:
    """And comes back from there, into the albums that came with it."""
    app = family["ann"].app
    with app.app_context():
        one = Upload.some_of(user("ann").id, 0, 1)[0]
        assert delete_own(site(family), existing(Upload.by_row(one)), user("ann"))
        assert delete_account(site(family), user("ann"), "ann", user("bob"))
        bob = user("bob")
        assert [upload.id for upload in Upload.in_bin(bob.id)] == [one]
        assert restore(site(family), bob, [one]).done == 1
        (back,) = Upload.load([one])
        assert [album.name for album in back.albums] == ["Rome"]
