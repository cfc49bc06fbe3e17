"""The parts of an update that need no site: what it is made of, and what it reads."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deploy.update import changes, databases, guard, service, venv
from deploy.update.changes import Release
from deploy.update.here import Failed, Here
from tests.conftest import ROOT
from tests.test_architecture import imports

CHANGELOG = """# Changelog

## Unreleased

- soon

## [1.2.0] - 2027-02-01

Second.

### What to do when updating

Turn it off and on.

### Added

- this

## [1.10.0] - 2027-03-01

Third.

## 1.0.0 - 2026-11-27

First.

### What to do when updating

Nothing.
"""


def test_it_needs_nothing_but_python() -> None:
    for path in (ROOT / "deploy/update").glob("*.py"):
        names = {name.partition(".")[0] for name in imports(path)}
        assert names <= sys.stdlib_module_names | {"deploy"}, path


def test_what_the_changelog_says_in_between() -> None:
    found = changes.between(CHANGELOG, "1.0.0", "1.10.0")
    assert found == [
        Release("1.2.0", "2027-02-01", "Second.", "Turn it off and on."),
        Release("1.10.0", "2027-03-01", "Third.", ""),
    ]
    assert "Turn it off and on." in changes.tell(found)
    assert changes.between(CHANGELOG, "1.10.0", "1.10.0") == []


def test_one_update_at_a_time(tmp_path: Path) -> None:
    here = Here(tmp_path)
    with here.locked():
        pass
    with (tmp_path / ".update/lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Failed, match="Another update"), here.locked():
            pass


def test_programs_get_the_settings_of_the_service_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEPSAKE_PORT", "1")
    monkeypatch.setenv("GIT_DIR", "elsewhere")
    environment = Here(tmp_path, {"KEEPSAKE_DATA": "/srv/data"}).environment()
    assert environment["KEEPSAKE_DATA"] == "/srv/data"
    assert not {"KEEPSAKE_PORT", "GIT_DIR"} & environment.keys()


def test_a_folder_becomes_one_venv_of_several(tmp_path: Path) -> None:
    here = Here(tmp_path)
    here.prepare()
    for folder in (here.venv, here.venvs / "new"):
        folder.mkdir()
        (folder / venv.STAMP).touch()
    venv.use(here, here.venvs / "new")
    assert here.venv.is_symlink() and here.venv.resolve() == here.venvs / "new"
    venv.use(here, here.venvs / "first")
    venv.use(here, here.venvs / "first")  # again does no harm
    assert here.venv.resolve() == here.venvs / "first"
    venv.drop_others(here, [])
    assert [path.name for path in here.venvs.iterdir()] == ["first"]


def test_the_newer_database_goes_aside_once(tmp_path: Path) -> None:
    database, kept, aside = tmp_path / "x.sqlite3", tmp_path / "kept", tmp_path / "aside/x.sqlite3"
    for path, text in ((database, "new"), (kept, "old")):
        with closing(sqlite3.connect(path)) as opened, opened:
            opened.execute("PRAGMA journal_mode=WAL")
            opened.execute("CREATE TABLE word (text)")
            opened.execute("INSERT INTO word VALUES (?)", (text,))
    for _ in range(2):  # as after a kill
        databases.put_back(database, kept, aside)
        said = []
        for path in (database, aside, kept):
            with closing(sqlite3.connect(path)) as opened:
                said.append(opened.execute("SELECT text FROM word").fetchone()[0])
        assert said == ["old", "new", "old"]
    assert database.stat().st_mode & 0o777 == 0o600


def test_the_settings_of_a_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = tmp_path / "more.env"
    more.write_text("# mine\nKEEPSAKE_PORT=8001\nKEEPSAKE_SITE_NAME='Our photos'\nOTHER=1\n")
    program = tmp_path / "systemctl"
    program.write_text(
        f"#!/bin/sh\necho LoadState=loaded\necho WorkingDirectory={tmp_path}\n"
        f"echo 'Environment=KEEPSAKE_DATA=/srv/x PYTHONUNBUFFERED=1'\n"
        f"echo 'EnvironmentFiles={more} (ignore_errors=no)'\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = service.find(tmp_path, "keepsake")
    assert found.unit == "keepsake" and found.here.data == Path("/srv/x")
    assert found.here.settings == {
        "KEEPSAKE_PORT": "8001",
        "KEEPSAKE_SITE_NAME": "Our photos",
        "KEEPSAKE_DATA": "/srv/x",
    }
    assert service.find(tmp_path / "other", "keepsake").unit == ""  # another Keepsake's


def test_a_start_lets_a_half_updated_program_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "WORK", tmp_path)
    guard.check()
    (tmp_path / "swap.json").touch()
    with pytest.raises(SystemExit, match="an update was interrupted"):
        guard.check()
    monkeypatch.setenv("UPDATING", "1")  # the update's own starts
    guard.check()
