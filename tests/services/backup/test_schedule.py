"""When the daily backup is made, and the job that makes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models import AuditEntry, Job, db
from server.worker import Worker
from services.backup import BackupFolder, schedule
from services.backup.ask import KIND, ask
from services.jobs import backup as job
from services.jobs.kind import Turn, Unfixable
from services.jobs.kinds import KINDS
from services.site import Site
from tests.conftest import Person

BERLIN, NEPAL = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")


@pytest.mark.parametrize(
    ("now", "hour", "last", "next_one"),
    [
        ("2026-11-27T01:59", 3, "2026-11-26T02:00", "2026-11-27T02:00"),
        ("2026-11-27T02:00", 3, "2026-11-27T02:00", "2026-11-28T02:00"),
        ("2026-11-27T23:30", 0, "2026-11-27T23:00", "2026-11-28T23:00"),
        # in spring 02:00 is left out, in autumn it comes twice
        ("2026-03-29T12:00", 2, "2026-03-29T01:00", "2026-03-30T00:00"),
        ("2026-10-25T00:30", 2, "2026-10-25T00:00", "2026-10-26T01:00"),
        ("2026-10-25T12:00", 2, "2026-10-25T00:00", "2026-10-26T01:00"),
    ],
)
def test_the_hour(now: str, hour: int, last: str, next_one: str) -> None:
    at = utc(now)
    assert schedule.last_due(at, BERLIN, hour) == utc(last)
    assert schedule.next_due(at, BERLIN, hour) == utc(next_one)


@pytest.mark.parametrize("zone", [UTC, BERLIN, NEPAL])
def test_the_clock_is_looked_at_once_an_hour_has_begun(zone: ZoneInfo) -> None:
    now = datetime(2026, 11, 27, 10, 17, 3, tzinfo=UTC)
    at = (now + schedule.until_next_hour(now, zone)).astimezone(zone)
    assert (at.minute, at.second) == (0, 1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.fixture
def site(ann: Person, tmp_path: Path) -> Iterator[Site]:
    site: Site = ann.app.extensions["keepsake"]
    site.config = replace(site.config, backup_folder=str(tmp_path / "backup"))
    ann.uploaded("plain.jpg")
    ann.uploaded("alpha.png")
    with ann.app.app_context():
        yield site


def copies(site: Site) -> int:
    assert site.config.backups
    return len(BackupFolder(site.config.backups).copies())


def work(site: Site, ann: Person) -> None:
    worker = Worker(ann.app, site, pauses=False)
    worker.plan()
    ended = worker.run_due(["backup", KIND])
    assert not any(ended.values()), ended


def test_the_daily_one_is_made_once_a_day(
    site: Site, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        work(site, ann)
    assert copies(site) == 1 and not job.is_due(site)
    later = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr("services.jobs.backup.utcnow", lambda: later)
    assert job.is_due(site)


def test_in_turns(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.backup.making.FILES_AT_ONCE", 1)
    turn, turns = Turn({}, lambda: True), 0
    while (rest := job.run(site, turn)) is not None:
        assert copies(site) == 0
        turn, turns = Turn(rest, lambda: True), turns + 1
    assert (copies(site), turns) == (1, 2)


def test_without_a_folder_there_is_nothing_to_do(site: Site, ann: Person) -> None:
    site.config = replace(site.config, backup_folder="")
    assert not job.is_due(site) and job.run(site, Turn({}, lambda: False)) is None
    ask(site, "ann")
    work(site, ann)
    assert not Job.of_kind(KIND)


def test_one_that_is_asked_for_is_begun_after_that(site: Site, ann: Person) -> None:
    work(site, ann)
    ask(site, "ann")
    ask(site, "ann")
    assert len(Job.of_kind(KIND)) == 1
    work(site, ann)
    assert copies(site) == 2 and not Job.of_kind(KIND)
    assert [entry.act for entry in db.session.scalars(db.select(AuditEntry))] == ["back_up"] * 2


def test_a_disk_that_is_away_is_the_reason(site: Site, tmp_path: Path) -> None:
    job.run(site, Turn({}, lambda: False))
    (tmp_path / "backup").rename(tmp_path / "unplugged")
    (tmp_path / "backup").mkdir()
    with pytest.raises(Unfixable, match="Connect its disk"):
        job.run_now(site, Turn({"asked": "2999-01-01T00:00:00+00:00"}, lambda: False))


def test_what_is_held_for_one_that_was_forgotten_is_let_go(
    site: Site, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.backup.making.FILES_AT_ONCE", 1)
    assert job.run(site, Turn({}, lambda: True))
    held, leftovers = site.config.data / "held", KINDS["leftovers"]
    assert held.exists() and not leftovers.has_work(site)
    monkeypatch.setattr("services.backup.forgotten.KEPT_FOR", timedelta(0))
    assert leftovers.has_work(site)
    leftovers.run(site, Turn({}, lambda: False))
    assert not held.exists() and not leftovers.has_work(site)


def test_what_is_held_for_one_that_was_killed_as_it_began_is_let_go(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.storage.hold()
    assert not KINDS["leftovers"].has_work(site)
    monkeypatch.setattr("services.backup.forgotten.KEPT_FOR", timedelta(0))
    KINDS["leftovers"].run(site, Turn({}, lambda: False))
    assert not (site.config.data / "held").exists()
