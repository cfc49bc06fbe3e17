"""The weekly drill finds a backup that can't be restored, and says when one could be."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from media import sums, verified
from media.storage import Space
from models import NoticeKind, SiteFact, User, Visitor, db, utcnow
from models.base import add_functions
from models.notice_list import news
from models.role import Role
from models.site_fact import LAST_DRILL, LAST_PROVEN
from server.worker import Worker
from services import drill as recipe
from services.backup import Copy, copy_in
from services.backup.folder import name_at
from services.backup.known import KnownCopy, KnownFolder
from services.data_folder import DATABASE
from services.drill import DrillFailed, drill
from services.drill_choice import choose
from services.jobs import limits
from services.jobs.kinds import KINDS
from services.proven import Why, last_failed, last_proven, write_proven
from services.restore.stage import MARGIN
from services.site import Site
from tests.crash.old import REVISIONS, furnish_old
from tests.crash.scenes import furnish, site_at
from tests.services.restore.copies import files, make_copy


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("furnished")
    furnish(place / "data")
    make_copy(place / "data", place / "backup")
    return place


@pytest.fixture
def copy(furnished: Path, tmp_path: Path) -> Copy:
    return copy_in(Path(shutil.copytree(furnished / "backup", tmp_path / "backup")))


@pytest.fixture
def app(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    shutil.copytree(furnished / "data", tmp_path / "data")
    monkeypatch.setenv("KEEPSAKE_BACKUP_FOLDER", str(tmp_path / "backup"))
    with site_at(tmp_path / "data") as app:
        yield app


@pytest.fixture
def site(app: Flask) -> Site:
    found: Site = app.extensions["keepsake"]
    return found


def run(site: Site, folder: Path, payload: dict[str, Any] | None = None) -> dict[str, Any] | None:
    return drill(site, folder, payload or {}, lambda: False)


def run_once(site: Site, copy: Copy, payload: dict[str, Any]) -> dict[str, Any] | None:
    """A turn that is over after one step."""
    looks = iter((False, True, True))
    return drill(site, copy.path.parent, payload, lambda: next(looks))


def facts() -> tuple[Any, Any]:
    db.session.expire_all()
    return last_proven(SiteFact.read(LAST_PROVEN)), last_failed(SiteFact.read(LAST_DRILL))


def in_temp(site: Site) -> list[str]:
    return [path.name for path in (site.config.data / "tmp").iterdir()]


def list_anew(copy: Copy) -> None:
    """As if the backup had been made of what is there now."""
    found = sorted(files(copy.path).keys() - {sums.LIST})
    with (copy.path / sums.LIST).open("w") as file:
        sums.write(file, {path: sums.sum_of_path(copy.path / path) for path in found})


def test_a_backup_that_is_whole(site: Site, copy: Copy) -> None:
    was = files(copy.path)
    assert run(site, copy.path.parent) is None
    proven, failed = facts()
    number = len([path for path in was if "/images/" in path])
    assert (proven.copy, proven.files, failed) == (copy.name, number, None)
    assert utcnow() - proven.at < timedelta(minutes=1)
    assert in_temp(site) == [] and files(copy.path) == was


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def _of(copy: Copy, name: str) -> Path:
    return next(copy.path.rglob(name))


def _unlist(copy: Copy, name: str) -> None:
    path = copy.path / sums.LIST
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if name not in line))


def _change(copy: Copy, statement: str) -> None:
    with closing(sqlite3.connect(copy.database)) as database, database:
        add_functions(database)
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute(statement)
    list_anew(copy)


def _forget_rows(copy: Copy) -> None:
    """A database of the same site, whole, without uploads."""
    _change(copy, "DELETE FROM upload")


def _of_another(copy: Copy) -> None:
    _change(copy, "UPDATE site_fact SET value = 'x' WHERE name = 'site_id'")


def _mark_other(copy: Copy) -> None:
    marker = copy.path.parent / "keepsake-backup.json"
    marker.write_text(json.dumps({**json.loads(marker.read_text()), "site": "x"}))


DAMAGE: dict[str, tuple[Callable[[Copy], object], Why, str]] = {
    "flipped": (lambda copy: _flip(_of(copy, "one.png")), Why.FILE, "one.png"),
    "a derivative": (lambda copy: _flip(_of(copy, "two.th.*")), Why.FILE, "two.th."),
    "cut": (lambda copy: os.truncate(_of(copy, "two.png"), 10), Why.FILE, "two.png"),
    "gone": (lambda copy: _of(copy, "one.th.*").unlink(), Why.FILE, "one.th."),
    "secret": (lambda copy: (copy.path / "secret_key").write_text("x"), Why.FILE, "secret_key"),
    "database": (lambda copy: os.truncate(copy.database, 9000), Why.DATABASE, ""),
    "list": (lambda copy: (copy.path / sums.LIST).unlink(), Why.FOLDER, sums.LIST),
    "no secret": (lambda copy: _unlist(copy, "secret_key"), Why.FOLDER, sums.LIST),
    "a file less in the list": (lambda copy: _unlist(copy, "one.th."), Why.FILE, ""),
    "rows of nothing": (lambda copy: _forget_rows(copy), Why.FILE, ""),
    "another site": (lambda copy: _of_another(copy), Why.OTHER, "backup"),
    "a marker of another site": (lambda copy: _mark_other(copy), Why.OTHER, "backup"),
    "no copy": (lambda copy: shutil.rmtree(copy.path), Why.FOLDER, "backup"),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_backup_that_is_damaged(how: str, site: Site, copy: Copy) -> None:
    act, why, detail = DAMAGE[how]
    act(copy)
    with pytest.raises(DrillFailed) as raised:
        run(site, copy.path.parent)
    proven, failed = facts()
    assert proven is None and failed.why == why
    assert detail in failed.detail or detail in raised.value.path
    names = ("one.", "two.")  # what people typed is on no page
    assert not any(name in text for name in names for text in (failed.detail, str(raised.value)))
    assert in_temp(site) == []


def test_bytes_that_were_wrong_when_the_backup_was_made(site: Site, copy: Copy) -> None:
    """Its list agrees with them, the row doesn't."""
    _flip(_of(copy, "one.png"))
    list_anew(copy)
    with pytest.raises(DrillFailed) as raised:
        run(site, copy.path.parent)
    assert "one.png" in raised.value.path


def test_rows_that_refer_to_nothing(site: Site, copy: Copy) -> None:
    with closing(sqlite3.connect(copy.database)) as database, database:
        add_functions(database)  # without foreign keys, as SQLite comes
        database.execute("INSERT INTO upload_tag VALUES (4711, 4712)")
    list_anew(copy)
    with pytest.raises(DrillFailed, match="upload_tag"):
        run(site, copy.path.parent)


def test_what_was_lost_before_is_no_fault_of_the_backup(site: Site, copy: Copy) -> None:
    lost = _of(copy, "one.th.*")
    (site.config.data / lost.relative_to(copy.path)).unlink()
    lost.unlink()
    list_anew(copy)
    assert run(site, copy.path.parent) is None and facts()[0].copy == copy.name


def test_what_was_lost_before_and_is_here_again(site: Site, copy: Copy) -> None:
    """The doctor repaired it; the copy of then is as whole as the site was."""
    _of(copy, "one.th.*").unlink()
    list_anew(copy)
    assert run(site, copy.path.parent) is None and facts()[0].copy == copy.name


def test_what_was_damaged_before(site: Site, copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup told of it; its page shows that."""
    path = _of(copy, "one.png")
    _flip(path)
    list_anew(copy)
    fault = f"damaged: {path.relative_to(copy.path)}"
    known = KnownFolder((KnownCopy(copy.name),), faults=(fault,), fault_count=1)
    monkeypatch.setattr(recipe, "known_folder", lambda folder: known)
    assert run(site, copy.path.parent) is None and facts()[0].copy == copy.name


def test_a_large_file_and_little_room(
    site: Site, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read and not restored: uploads need that room."""
    needed = recipe.COPIES * copy.database.stat().st_size + MARGIN
    left = _of(copy, "two.png").stat().st_size - 1 + MARGIN
    at_first = iter((needed,))  # for the database; uploads take the rest
    monkeypatch.setattr(
        type(site.storage), "space", lambda self: Space(next(at_first, left), needed)
    )
    written = []

    def spy(source: Any, target: Path, mode: int) -> verified.Read:
        written.append(target.name)
        return copy_file(source, target, mode)

    copy_file = verified.copy
    monkeypatch.setattr(verified, "copy", spy)
    assert run(site, copy.path.parent) is None
    assert "one.png" in written and "two.png" not in written
    at_first = iter((needed,))
    _flip(_of(copy, "two.png"))
    with pytest.raises(DrillFailed) as raised:
        run(site, copy.path.parent)
    assert "two.png" in raised.value.path


def test_a_drill_of_hours_is_not_cleared_away(site: Site, copy: Copy) -> None:
    looks = iter((False, False, True))
    rest = drill(site, copy.path.parent, {}, lambda: next(looks))
    assert rest
    database = Path(rest["folder"], DATABASE)
    os.utime(database, (1, 1))
    looks = iter((True,))
    assert drill(site, copy.path.parent, rest, lambda: next(looks))
    assert not site.storage.temp.has_leftovers(3600)


def test_the_next_one_that_succeeds_says_so(site: Site, copy: Copy) -> None:
    path = _of(copy, "one.png")
    _flip(path)
    with pytest.raises(DrillFailed):
        run(site, copy.path.parent)
    _flip(path)
    run(site, copy.path.parent)
    proven, failed = facts()
    assert proven and failed is None


def test_admins_are_told_once(site: Site, copy: Copy) -> None:
    bob = User(name="bob", password_hash="-", role=Role.USER)
    db.session.add(bob)
    db.session.commit()
    ann = User.by_name("ann")
    _flip(_of(copy, "one.png"))
    for _ in range(2):
        with pytest.raises(DrillFailed):
            run(site, copy.path.parent)
    (only,) = news(Visitor(ann))
    assert (only.notice.kind, only.notice.count) == (NoticeKind.DRILL, 1)
    assert news(Visitor(bob)) == []
    _flip(_of(copy, "one.png"))
    run(site, copy.path.parent)
    _flip(_of(copy, "one.png"))
    with pytest.raises(DrillFailed):
        run(site, copy.path.parent)
    db.session.expire_all()
    assert news(Visitor(ann))[0].notice.count == 2
    assert ann
    ann.role = Role.MANAGER  # who may not do anything about it any more
    assert news(Visitor(ann)) == []


def test_a_copy_of_an_earlier_version(site: Site, copy: Copy, tmp_path: Path) -> None:
    """Its database is brought up to date, in the temp folder alone."""
    furnish_old(tmp_path / "old", REVISIONS[-3])
    for path in copy.path.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(tmp_path / "old", copy.path, dirs_exist_ok=True)
    shutil.rmtree(copy.path / "locks", ignore_errors=True)
    _change(copy, f"UPDATE site_fact SET value = '{site.id}' WHERE name = 'site_id'")  # noqa: S608
    was = files(copy.path)
    assert run(site, copy.path.parent) is None
    assert files(copy.path) == was and facts()[0].files > 1


def test_some_of_many_files_each_as_likely_as_another(
    site: Site, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.drill_choice.FILES", 2)
    seen = set()
    for _ in range(60):
        chosen = choose(copy, DATABASE).some
        assert len(chosen) == len(set(chosen)) == 2
        seen |= set(chosen)
    # one that is left out by each of 60 draws: once in ten million runs
    assert {path for path, _ in seen} == {path for path in files(copy.path) if "/images/" in path}
    assert run(site, copy.path.parent) is None and facts()[0].files == 2


def test_in_turns(site: Site, copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "ROWS", 1)
    rest, turns = run_once(site, copy, {}), 1
    while rest is not None:
        rest, turns = run_once(site, copy, rest), turns + 1
    assert turns > 5 and facts()[0].files > 4 and in_temp(site) == []


def test_the_temp_folder_was_cleared_away(site: Site, copy: Copy) -> None:
    looks = iter((False, False, True))
    rest = drill(site, copy.path.parent, {}, lambda: next(looks))
    assert rest and len(in_temp(site)) == 1
    shutil.rmtree(site.config.data / "tmp")
    assert run(site, copy.path.parent, rest) is None and facts()[0]


def test_what_a_killed_one_left(site: Site, copy: Copy) -> None:
    temp = site.config.data / "tmp"
    (temp / "drill-old/public/images").mkdir(parents=True)
    (temp / "drill-new").mkdir()
    (temp / "drill-new/x").touch()
    run(site, copy.path.parent)
    assert in_temp(site) == ["drill-new"]


def test_too_little_room(site: Site, copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "MARGIN", 10**18)
    with pytest.raises(DrillFailed):
        run(site, copy.path.parent)
    assert facts()[1].why == Why.ROOM


def test_each_week(app: Flask, site: Site, copy: Copy) -> None:
    now = utcnow()
    ahead = timedelta(0)
    worker = Worker(app, site, {"drill": KINDS["drill"]}, now=lambda: utcnow() + ahead)
    worker.plan()
    assert worker.run_due() == {"drill": None} and facts()[0].at > now
    assert not KINDS["drill"].has_work(site)
    proven, _ = facts()
    old = (proven.at - limits.DRILL_AFTER - timedelta(seconds=9)).isoformat()
    SiteFact.write(LAST_PROVEN, SiteFact.read(LAST_PROVEN).replace(proven.at.isoformat(), old))
    db.session.commit()
    assert KINDS["drill"].has_work(site)
    ahead_by_years = proven.at.replace(year=proven.at.year + 5).isoformat()
    SiteFact.write(LAST_PROVEN, SiteFact.read(LAST_PROVEN).replace(old, ahead_by_years))
    db.session.commit()
    assert KINDS["drill"].has_work(site)  # a clock was wrong
    shutil.rmtree(copy.path)
    ahead = timedelta(days=1, seconds=9)
    (error,) = worker.run_due().values()
    assert isinstance(error, DrillFailed) and facts()[1].why == Why.FOLDER


def test_a_newer_copy_than_the_old_one_that_was_proven(
    site: Site, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = utcnow()
    monkeypatch.setattr("services.jobs.drill.newest_at", lambda site: now)
    for days, is_due in ((1, False), (6, False), (30, True)):
        write_proven(site, name_at(now - timedelta(days=days)), 9)
        assert KINDS["drill"].has_work(site) == is_due
    now -= timedelta(days=40)  # no newer one: once a week is enough
    assert not KINDS["drill"].has_work(site)


def test_without_a_backup_there_is_nothing_to_do(
    tmp_path: Path, furnished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(furnished / "data", tmp_path / "data")
    with site_at(tmp_path / "data") as app:
        assert not KINDS["drill"].has_work(app.extensions["keepsake"])


def test_the_command(app: Flask, copy: Copy, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["drill"])
    assert done.exit_code == 0 and f"{copy.name} could be restored" in done.output
    (copy.path / DATABASE).unlink()
    done = app.test_cli_runner().invoke(args=["drill", str(copy.path.parent)])
    assert done.exit_code == 1 and "holds no copy" in done.output
