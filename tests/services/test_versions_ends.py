"""What becomes of the versions of a file where the file, its owner or the time goes on."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask

from models import Upload, User, db, utcnow
from models.role import Role
from server.worker import Worker
from services import versions
from services.backup import back_up
from services.bin import delete_for_good, restore
from services.delete_account import delete_account
from services.errors import Busy
from services.ingest import process
from services.jobs import limits
from tests.bins import throw_away
from tests.conftest import Person, existing, log_in, make_person, path_of, stored_files
from tests.services.test_versions import ann_of, is_tidy, of, replaced, row_of

NEW = ("screenshot.png", "alpha.png")


@pytest.fixture
def image(app: Flask, ann: Person) -> dict[str, Any]:
    """A file that was replaced twice."""
    image = ann.uploaded("plain.jpg", title="Sea")
    with app.test_request_context():
        for name in NEW:
            replaced(app, image, name)
    log_in(ann.client)
    return image


def test_in_the_bin_no_address_leads_anywhere(
    app: Flask, ann: Person, image: dict[str, Any]
) -> None:
    page, old = f"/manage/{image['id_encoded']}/versions", path_of(image["url"])
    assert app.test_client().get(old).status_code == 302
    with app.test_request_context():
        row = row_of(image).id
        throw_away(of(app), ann_of(), [row])
    for client in (app.test_client(), ann.client):
        assert client.get(old).status_code == 404
    assert ann.client.get(page).status_code == 404
    with app.test_request_context():
        assert len(Upload.versions_of(row)) == 2 and is_tidy(app)
        restore(of(app), ann_of(), [row])
    assert app.test_client().get(old).status_code == 302
    assert ann.client.get(page).status_code == 200
    with app.test_request_context():
        throw_away(of(app), ann_of(), [row])
        assert delete_for_good(of(app), ann_of(), [image["id_encoded"]])
        assert stored_files(app) == [] and not db.session.scalars(db.select(Upload)).all()


def test_what_is_binned_meanwhile_is_not_replaced(
    app: Flask, ann: Person, image: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context():
        upload = row_of(image)
        before, row = upload.files, upload.id

        def work(*args: Any) -> Any:
            throw_away(of(app), ann_of(), [row])
            return process(*args)

        monkeypatch.setattr(versions, "process", work)
        with pytest.raises(Busy):
            replaced(app, image, "canon-40d.jpg")
        assert existing(Upload.by_row(row)).files == before and is_tidy(app)
        assert len(Upload.versions_of(row)) == 2


def test_two_at_once_are_both_kept(app: Flask, ann: Person, image: dict[str, Any]) -> None:
    """Whichever is last is the present file; nothing is lost, and no file is two rows'."""
    names = ("canon-40d.jpg", "gps-nikon.jpg", "orientation-6.jpg")

    def work(name: str) -> None:
        with app.test_request_context():
            replaced(app, image, name)

    threads = [Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.test_request_context():
        upload = row_of(image)
        kept = Upload.versions_of(upload.id)
        sent = {one.original_filename for one in [upload, *kept]}
        assert sent == {"plain.jpg", *NEW, *names} and upload.original_filename in names
        assert is_tidy(app)
        assert not db.session.scalar(db.text("SELECT count(*) FROM journal"))


def test_who_gets_the_files_gets_their_versions(
    app: Flask, ann: Person, image: dict[str, Any]
) -> None:
    bob = make_person(app, "bob")
    log_in(bob.client, "bob")
    with app.test_request_context():
        assert delete_account(of(app), ann_of(), "ann", existing(User.by_name("bob")))
        bobs = existing(User.by_name("bob")).id
        assert {one.user_id for one in db.session.scalars(db.select(Upload))} == {bobs}
        assert is_tidy(app)
    page = bob.client.get(f"/manage/{image['id_encoded']}/versions")
    assert page.status_code == 200 and page.text.count("/restore") == 2


def test_with_an_account_they_go(app: Flask, ann: Person, image: dict[str, Any]) -> None:
    make_person(app, "bob", role=Role.ADMIN)
    with app.test_request_context():
        assert delete_account(of(app), ann_of(), "bob")
        assert stored_files(app) == []


def test_jobs_leave_them_alone(
    app: Flask, ann: Person, image: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have expired long ago, and lie where no page shows them."""
    monkeypatch.setattr(limits, "GRACE_SECONDS", -1.0)
    before = stored_files(app)
    with app.app_context():
        worker = Worker(app, of(app), now=lambda: utcnow() + limits.ORPHANS_EVERY * 2)
        worker.plan()
        worker.run_due()
    assert stored_files(app) == before
    with app.app_context():
        assert len(Upload.versions_of(row_of(image).id)) == 2


def test_a_backup_has_them(app: Flask, ann: Person, image: dict[str, Any], tmp_path: Path) -> None:
    with app.test_request_context():
        places = [
            f"{root}/{path}"
            for upload in db.session.scalars(db.select(Upload))
            for path, root in upload.places.items()
        ]
        backup = back_up(of(app), tmp_path / "backup")
        assert (backup.files, backup.missing) == (len(places), set())
    assert all((backup.copy.path / path).is_file() for path in places)
