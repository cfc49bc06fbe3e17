"""What a start keeps of the database that it changes, and when it doesn't begin."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import StartError, create_app
from models import before_update
from models.before_update import FOLDER, KEPT
from models.migrate import migrate, revisions
from services.data_folder import DATABASE, MIGRATIONS
from tests.crash.old import version_and_schema
from tests.crash.scenes import site_at

NEWEST = revisions(MIGRATIONS)[0]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a database of long ago."""
    folder = tmp_path / "data"
    folder.mkdir()
    migrate(folder / DATABASE, MIGRATIONS, "0050")
    return folder


@pytest.fixture
def site(blank_data: Path, tmp_path: Path) -> Path:
    """A folder of today, of its own."""
    return Path(shutil.copytree(blank_data, tmp_path / "site"))


def start(data: Path) -> None:
    with site_at(data):
        pass


def kept(data: Path) -> list[str]:
    return sorted(path.name for path in (data / FOLDER).glob("*"))


def change(database: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(database)) as opened, opened:
        opened.execute(statement)


def test_a_start_keeps_the_database_that_it_changes(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = version_and_schema(data / DATABASE)
    with caplog.at_level("INFO", logger="keepsake"):
        start(data)
    old = data / FOLDER / "0050.sqlite3"
    assert version_and_schema(old) == before != version_and_schema(data / DATABASE)
    assert old.stat().st_mode & 0o777 == 0o600 and (data / FOLDER).stat().st_mode & 0o777 == 0o700
    assert f"is kept: {old}, " in caplog.text and " MB." in caplog.text
    with contextlib.closing(sqlite3.connect(old)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_start_that_changes_nothing_keeps_nothing(site: Path) -> None:
    start(site)
    assert not (site / FOLDER).exists()


def test_a_few_are_kept(data: Path) -> None:
    for number, revision in enumerate(("0052", "0054", "0056")):
        migrate(data / DATABASE, MIGRATIONS, revision)
        assert len(kept(data)) == min(number + 1, KEPT)
    assert kept(data) == ["0052.sqlite3", "0054.sqlite3"]


def test_a_disk_without_hard_links(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    before = version_and_schema(data / DATABASE)
    migrate(data / DATABASE, MIGRATIONS)
    old = data / FOLDER / "0050.sqlite3"
    assert version_and_schema(old) == before and old.stat().st_mode & 0o777 == 0o600


def test_a_second_name_that_a_crash_left_is_dropped(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the link and the rename: the database has both names, and neither is old."""
    before_update.keep(data / DATABASE, "0050")
    assert kept(data) == ["0050.sqlite3"]
    before_update.drop_second_names(data / DATABASE)
    assert kept(data) == [] and version_and_schema(data / DATABASE)[0] == "0050"
    before_update.keep(data / DATABASE, "0050")
    start(data)
    assert kept(data) == ["0050.sqlite3"]
    assert version_and_schema(data / FOLDER / "0050.sqlite3")[0] == "0050"
    assert version_and_schema(data / DATABASE)[0] == NEWEST


def test_a_full_disk_is_said_before_anything(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    before = version_and_schema(data / DATABASE)
    with pytest.raises(StartError, match=r"needs \d+ MB free on its disk, which has 1 MB") as said:
        create_app({"DATA": data})
    assert "Nothing was changed. Make room, then start again" in str(said.value)
    assert version_and_schema(data / DATABASE) == before and kept(data) == []


def test_a_newer_database_says_whose_it_is_and_stays_as_it_was(site: Path) -> None:
    start(site)
    change(site / DATABASE, "UPDATE alembic_version SET version_num = '9000'")
    change(site / DATABASE, "UPDATE site_fact SET value = '7.8.9' WHERE name = 'program'")
    before = (site / DATABASE).read_bytes()
    with pytest.raises(StartError) as said:
        create_app({"DATA": site})
    text = str(said.value)
    assert "last used by Keepsake 7.8.9, which is newer" in text and "revision 9000" in text
    assert "Start Keepsake 7.8.9 again" in text and "docs/updating.md" in text
    assert (site / DATABASE).read_bytes() == before
    change(site / DATABASE, "DROP TABLE site_fact")
    with pytest.raises(StartError, match="which is newer than this Keepsake: it has revision 9000"):
        create_app({"DATA": site})
