"""What runs again and again: each recipe as the worker runs it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from models import Job, Upload, db, utcnow
from server.worker import Worker
from services.data_folder import DATABASE
from services.jobs import limits, orphans
from services.jobs.kind import Turn
from services.jobs.kinds import KINDS
from services.site import Site
from tests.conftest import Person, path_of, stored_files
from tests.services.jobs.conftest import Clock, jobs

pytestmark = pytest.mark.usefixtures("in_app")
Make = Callable[..., Worker]


@pytest.fixture
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GRACE_SECONDS", -1.0)


def work(make_worker: Make, kind: str, **numbers: float) -> Job:
    """Run it as it comes; its row afterwards."""
    worker = make_worker(KINDS, **numbers)
    worker.plan()
    worker.run_due([kind])
    return next(job for job in jobs() if job.kind == kind)


def stray(site: Site, name: str) -> Path:
    path = site.config.data / "public/images" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_expired_uploads_go_in_turns(ann: Person, make_worker: Make) -> None:
    for name in ("plain.jpg", "alpha.png", "pixel.png"):
        ann.uploaded(name, expiration="PT5M")
    kept = ann.uploaded("plain.jpg")
    for upload in db.session.scalars(db.select(Upload).where(Upload.expires_at.is_not(None))):
        upload.expires_at = utcnow() - timedelta(seconds=1)
    db.session.commit()
    job = work(make_worker, "expire", turn=-1.0)
    assert (job.reason, job.tries, job.payload) == (None, 0, {})
    assert [upload.public_id for upload in db.session.scalars(db.select(Upload))] == [
        kept["id_encoded"]
    ]
    assert len(stored_files(ann.app)) == 4


def test_a_disk_that_is_away_is_the_reason(
    ann: Person, make_worker: Make, clock: Clock, site: Site
) -> None:
    ann.uploaded("plain.jpg", expiration="PT5M")
    upload = db.session.scalars(db.select(Upload)).one()
    upload.expires_at = utcnow() - timedelta(seconds=1)
    db.session.commit()
    (site.config.data / "private").rename(site.config.data / "away")
    job = work(make_worker, "expire")
    assert job.reason and job.reason.startswith("The storage is not available") and job.tries == 1
    (site.config.data / "away").rename(site.config.data / "private")
    clock.pass_by(limits.LIMITS.first_wait)
    assert work(make_worker, "expire").reason is None
    assert stored_files(ann.app) == []


@pytest.mark.usefixtures("no_grace")
def test_temp_files_go(site: Site, make_worker: Make) -> None:
    (site.storage.temp.path / "spool-x").write_bytes(b"x")
    assert work(make_worker, "leftovers").reason is None
    assert list(site.storage.temp.path.iterdir()) == []


def test_guests_are_forgotten(ann: Person, make_worker: Make) -> None:
    ann.uploaded("alpha.png")
    upload = db.session.scalars(db.select(Upload)).one()
    upload.guest, upload.received_at = "hash", utcnow() - timedelta(days=2)
    db.session.commit()
    work(make_worker, "guests")
    db.session.refresh(upload)
    assert upload.guest is None


@pytest.mark.usefixtures("no_grace")
def test_a_walk_goes_on_where_it_ended(ann: Person, site: Site, make_worker: Make) -> None:
    image = ann.uploaded("plain.jpg")
    strays = [stray(site, f"2026/{folder}/stray.png") for folder in ("01/01", "01/02", "02/01")]
    walked, payload = [], orphans.run(site, Turn({}, lambda: True))
    while payload is not None:
        walked.append(payload["after"])
        assert all(path.exists() for path in strays)  # until all are counted
        payload = orphans.run(site, Turn(payload, lambda: True))
    own = path_of(image["url"]).removeprefix("/images/").rpartition("/")[0]
    assert walked == sorted(["2026/01/01", "2026/01/02", "2026/02/01", own])
    assert not any(path.exists() for path in strays)
    assert len(stored_files(ann.app)) == 4


@pytest.mark.usefixtures("no_grace")
def test_too_many_orphans_are_the_reason(
    site: Site, make_worker: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ORPHANS", 2)
    strays = [stray(site, f"2026/01/0{day}/stray.png") for day in (1, 2, 3)]
    job = work(make_worker, "orphans", turn=-1.0)
    assert (
        job.reason
        and job.reason.startswith("3 files have no row")
        and all(path.exists() for path in strays)
    )
    assert (job.run_at, job.payload) == (clock() + limits.ORPHANS_EVERY, {})
    strays[0].unlink()
    clock.pass_by(limits.ORPHANS_EVERY)
    assert work(make_worker, "orphans").reason is None
    assert not any(path.exists() for path in strays)


@pytest.mark.usefixtures("no_grace")
def test_what_got_a_row_after_it_was_counted_stays(ann: Person, site: Site) -> None:
    image = ann.uploaded("alpha.png")
    path = path_of(image["url"]).lstrip("/")
    orphans.run(site, Turn({"after": "9999", "orphans": [path], "orphan_count": 1}, lambda: False))
    assert ann.client.get(f"/{path}").status_code == 200


def test_folders_behind_one(site: Site) -> None:
    """In both roots, each once; files beside the folders of years, too."""
    names = ["2026/01/01", "2026/01/02", "2026/01-x", "2026/02", "2026/02/03", "2027"]
    for name in [".", *names]:
        stray(site, f"{name}/a.png")
    stray(site, "../../private/images/2026/01/02/a.png")
    stray(site, "../../private/images/2026/01/03/a.png")
    names.insert(2, "2026/01/03")
    assert list(site.storage.folders()) == [".", *names]
    for after in (".", *names, "2026/01/01x", "2026", "3"):
        behind = [name for name in names if name.split("/") > after.split("/")]
        assert list(site.storage.folders(after)) == behind, after


def test_an_idle_site_writes_nothing(
    ann: Person, site: Site, make_worker: Make, clock: Clock
) -> None:
    """So that its disks may sleep."""
    ann.uploaded("alpha.png")
    work(make_worker, "orphans")
    work(make_worker, "doctor")
    with closing(sqlite3.connect(site.config.data / DATABASE)) as other:
        before = other.execute("PRAGMA data_version").fetchone()
        for _ in range(3):
            clock.pass_by(2 * limits.HOURLY)
            worker = make_worker(KINDS)
            worker.plan()
            assert worker.run_due() == {}
        assert other.execute("PRAGMA data_version").fetchone() == before
