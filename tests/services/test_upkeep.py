"""What is cleared away, and what never is."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from media.errors import StorageMissing
from media.storage.disk import DiskStorage
from media.storage.running import Running
from models import DatabaseFault, Journal, Upload, Visitor, db, utcnow
from services import upkeep
from services.jobs import limits
from services.jobs.orphans import TooManyOrphans
from services.site import Site
from tests.conftest import Person, path_of, picture_paths, stored_files

LONG_AGO = time.time() - 2 * limits.GRACE_SECONDS


@pytest.fixture
def site(ann: Person) -> Site:
    """A test can't set the time of a file's last rename, so only that of its last writing counts
    here.
    """
    site: Site = ann.app.extensions["keepsake"]
    site.storage = DiskStorage(site.config.data, lambda path: path.stat().st_mtime)
    return site


def run(ann: Person, site: Site, **kwargs: bool) -> upkeep.Report:
    with ann.app.app_context():
        return upkeep.upkeep(site, **kwargs)


def age(*paths: Path) -> None:
    for path in paths:
        os.utime(path, (LONG_AGO, LONG_AGO))


def test_expired_uploads_leave_row_and_disk(ann: Person, site: Site) -> None:
    ann.uploaded("plain.jpg", expiration="PT5M", tags="a")
    kept = ann.uploaded("alpha.png")
    with ann.app.app_context():
        db.session.get_one(Upload, 1).expires_at = utcnow() - timedelta(seconds=1)
        db.session.commit()
    assert run(ann, site).expired == 1
    assert {path.rpartition("/")[2] for path in stored_files(ann.app)} == {
        "alpha.png",
        "alpha.th.png",
    }
    assert ann.client.get(path_of(kept["url"])).status_code == 200
    with ann.app.app_context():
        assert db.session.query(Upload).count() == 1


def test_one_that_is_being_changed_holds_up_no_other(ann: Person, site: Site) -> None:
    """Not the other expired ones, and nothing that comes after them."""
    images = [
        ann.uploaded(name, expiration="PT5M") for name in ("plain.jpg", "alpha.png", "pixel.png")
    ]
    with ann.app.app_context(), Running(site.config.data).exclusive():
        other = Running(site.config.data)
        other.enter()
        for upload in db.session.query(Upload):
            upload.expires_at = utcnow() - timedelta(seconds=1)
        db.session.execute(
            insert(Journal), [{"path": db.session.get_one(Upload, 1).files[0], "process": other.id}]
        )
        db.session.commit()
        site.views.count(images[0]["id_encoded"], "somebody")
    assert run(ann, site).expired == 2
    assert site.views.waiting(images[0]["id_encoded"]) == 0
    with ann.app.app_context():
        assert [upload.public_id for upload in db.session.query(Upload)] == [
            images[0]["id_encoded"]
        ]
    other.leave()
    report = run(ann, site)
    assert (report.settled, report.expired) == (1, 1)


def test_files_without_a_row_go_after_a_while(ann: Person, site: Site) -> None:
    image = ann.uploaded("plain.jpg")
    folder = (site.config.data / "public" / path_of(image["url"]).lstrip("/")).parent
    old, young, other_root = (
        folder / "orphan.jpg",
        folder / "young.jpg",
        site.config.data / "private" / "images/2026/01/01/x.th.jpg",
    )
    other_root.parent.mkdir(parents=True)
    for path in (old, young, other_root):
        path.write_bytes(b"x")
    age(old, other_root, *folder.glob("plain*"))
    assert run(ann, site).orphans == 2
    assert not old.exists() and young.exists() and not other_root.exists()
    assert ann.client.get(path_of(image["medium"]["url"])).status_code == 200


def test_temp_files_go_after_a_while(ann: Person, site: Site) -> None:
    old, young = site.storage.temp.path / "spool-old", site.storage.temp.path / "spool-young"
    for path in (old, young):
        path.write_bytes(b"x")
    age(old)
    assert run(ann, site).leftovers == 1
    assert not old.exists() and young.exists()


def test_what_an_earlier_version_was_deleting_is_settled(ann: Person, site: Site) -> None:
    image, other = ann.uploaded("plain.jpg"), ann.uploaded("alpha.png")
    with ann.app.app_context():
        for public_id, row_goes in ((image["id_encoded"], False), (other["id_encoded"], True)):
            upload = Upload.find(public_id, Visitor.GUEST)
            assert upload
            for path in upload.files:  # into its bin, and here the power failed
                target = site.config.data / "bin" / upload.public_id / upload.root / path
                target.parent.mkdir(parents=True, exist_ok=True)
                (site.config.data / upload.root / path).rename(target)
            if row_goes:
                upload.delete_row()
        db.session.commit()
        upkeep.settle_at_start(site)
    assert ann.client.get(path_of(image["url"])).status_code == 200
    assert {path.rpartition("/")[2].partition(".")[0] for path in stored_files(ann.app)} == {
        "plain"
    }


def test_uploads_without_files_are_told(ann: Person, site: Site) -> None:
    """Nothing else would: a restored backup, a disk check that lost files."""
    whole, lost, thumbless = (
        ann.uploaded(name) for name in ("plain.jpg", "alpha.png", "pixel.png")
    )
    assert run(ann, site).missing == []
    for url in (lost["url"], thumbless["thumb"]["url"]):
        (site.config.data / "public" / path_of(url).lstrip("/")).unlink()
    report = run(ann, site)
    assert report.missing == [lost["id_encoded"], thumbless["id_encoded"]]
    assert f"2 uploads lack files: {lost['id_encoded']} {thumbless['id_encoded']}" in str(report)
    assert ann.client.get(path_of(whole["url"])).status_code == 200


def test_a_disk_that_is_not_mounted_loses_nothing(ann: Person, site: Site) -> None:
    image = ann.uploaded("plain.jpg", expiration="PT5M")
    ann.uploaded("alpha.png")
    with ann.app.app_context():
        db.session.get_one(Upload, 1).expires_at = utcnow() - timedelta(seconds=1)
        db.session.commit()
    for root in ("public", "private"):
        (site.config.data / root).rename(site.config.data / f"{root}-away")
        (site.config.data / root).mkdir()
    with pytest.raises(StorageMissing):
        run(ann, site)
    with ann.app.app_context():
        assert db.session.query(Upload).count() == 2
    assert image


def test_an_older_database_loses_nothing(
    ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann.uploaded("plain.jpg")
    ann.uploaded("alpha.png")
    before = stored_files(ann.app)
    monkeypatch.setattr(limits, "MAX_ORPHANS", 3)
    with ann.app.app_context():
        db.session.execute(db.delete(Upload))
        db.session.commit()
    age(*(site.config.data / path for path in before))
    with pytest.raises(TooManyOrphans, match="6 files have no row"):
        run(ann, site)
    assert stored_files(ann.app) == before
    assert run(ann, site, any_number=True).orphans == 6
    assert stored_files(ann.app) == []


def test_a_failed_removal_changes_nothing(
    ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = ann.uploaded("plain.jpg")
    before = stored_files(ann.app)

    def fail(self: Upload) -> bool:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(Upload, "delete_row", fail)
    ann.app.config["PROPAGATE_EXCEPTIONS"] = False
    assert ann.app.test_client().delete(path_of(image["delete_url"])).status_code == 500
    assert stored_files(ann.app) == before
    monkeypatch.undo()
    assert ann.app.test_client().delete(path_of(image["delete_url"])).status_code == 200


def test_a_disk_that_fails_midway(ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the row is gone: nothing changed. Afterwards: it is gone for everybody, and upkeep
    ends it.
    """
    image = ann.uploaded("plain.jpg")
    before = stored_files(ann.app)

    def fail(*args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(DiskStorage, "move", fail)
        assert ann.app.test_client().delete(path_of(image["delete_url"])).status_code == 503
    assert (
        stored_files(ann.app) == before and ann.client.get(path_of(image["url"])).status_code == 200
    )
    with monkeypatch.context() as broken:
        broken.setattr(DiskStorage, "delete", fail)
        assert ann.app.test_client().delete(path_of(image["delete_url"])).status_code == 200
    assert stored_files(ann.app)
    for path in picture_paths(image):
        assert ann.client.get(path).status_code == 404
    assert run(ann, site).settled == len(before)
    assert stored_files(ann.app) == []


def test_a_walk_that_fails_midway_is_ended_by_the_next(
    ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault while a file is brought home holds up neither its upload nor other files."""
    image, other = ann.uploaded("plain.jpg"), ann.uploaded("alpha.png")
    astray = []
    for one in (image, other):
        path = path_of(one["url"]).lstrip("/")
        astray.append(site.config.data / "private" / path)
        astray[-1].parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(site.config.data / "public" / path, astray[-1])
        age(astray[-1])
    withdraw = DiskStorage.withdraw

    def fail(self: DiskStorage, root: str, paths: Sequence[str]) -> None:
        if any(path.endswith(image["filename"]) for path in paths):
            raise OSError(errno.EIO, "Input/output error")
        withdraw(self, root, paths)

    with monkeypatch.context() as broken:
        broken.setattr(DiskStorage, "withdraw", fail)
        run(ann, site)
        assert [path.exists() for path in astray] == [True, False]
        site.unsettled.add("images/2026/01/01/nothing.png")
        with pytest.raises(OSError, match="Input/output"):
            run(ann, site)
        assert site.unsettled == {path_of(image["url"]).lstrip("/")}
    run(ann, site)
    assert not astray[0].exists() and not site.unsettled
    assert ann.app.test_client().delete(path_of(image["delete_url"])).status_code == 200


def test_a_commit_that_fails_leaves_nothing_taken(
    ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may have been written down, or not, is upkeep's from then on."""
    image = ann.uploaded("plain.jpg")
    commit = type(db.session).commit

    def fail(session: Any) -> None:
        commit(session)
        raise DatabaseFault("the disk is away")

    ann.app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as broken:
        broken.setattr(type(db.session), "commit", fail)
        assert ann.app.test_client().delete(path_of(image["delete_url"])).status_code == 503
    run(ann, site)
    assert ann.app.test_client().delete(path_of(image["delete_url"])).status_code == 200


def test_views_outlast_a_database_that_is_away(
    ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.views.count(ann.uploaded("alpha.png")["id_encoded"], "somebody")
    with ann.app.app_context():
        with monkeypatch.context() as broken, pytest.raises(DatabaseFault):
            broken.setattr(
                Upload, "add_views", lambda counts: (_ for _ in ()).throw(DatabaseFault("locked"))
            )
            site.views.flush()
        db.session.rollback()
        site.views.flush()
        assert db.session.get_one(Upload, 1).views == 1


def test_a_process_that_leaves_while_others_are_counted(tmp_path: Path) -> None:
    running = Running(tmp_path)
    with running.exclusive():
        running.enter()
        # listed, and gone when it is opened
        (running.folder / "left").symlink_to(tmp_path / "nothing")
        assert running.others() == set()


def test_guests_are_forgotten(ann: Person, site: Site) -> None:
    ann.uploaded("alpha.png")
    with ann.app.app_context():
        upload = db.session.get_one(Upload, 1)
        upload.guest, upload.received_at = "hash", utcnow() - timedelta(days=2)
        db.session.commit()
    run(ann, site)
    with ann.app.app_context():
        assert db.session.get_one(Upload, 1).guest is None
