"""The documented backup, as it stands in docs/running.md, while the site is used; and what is
brought back.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models import Snapshot, Upload, db
from services.backup import NotABackup, back_up
from tests.conftest import ROOT, Person, path_of, stored_files
from tests.crash.scenes import faults, faults_of_copy, furnish, site_at, upload

COMMANDS = re.findall(
    r"^    (.*)$",
    (ROOT / "docs/running.md").read_text().partition("## Backup")[2].partition("\n## ")[0],
    re.MULTILINE,
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder like a clone's, with a site in it."""
    place = tmp_path / "keepsake"
    (place / ".venv/bin").mkdir(parents=True)
    (place / "app.py").symlink_to(ROOT / "app.py")
    flask = place / ".venv/bin/flask"
    flask.write_text(f'#!/bin/sh\nexec {sys.executable} -m flask "$@"\n')
    flask.chmod(0o755)
    return place


def run(command: str, place: Path) -> str:
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=place,
        env={**os.environ, "KEEPSAKE_DATA": str(place / "instance")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def test_the_documented_commands(place: Path) -> None:
    assert len(COMMANDS) == 2
    facts = furnish(place / "instance")
    backup, *restore = COMMANDS
    told = r"5 files and the database are in .*/keepsake-backup/[-0-9T]+Z; [0-9.]+ MB are new.\n"
    told += "It is on the disk of the data folder: if that breaks, both are lost.\n"
    assert re.fullmatch(told, run(backup, place))
    assert run(backup, place)  # again, beside the one before
    with site_at(place / "instance") as app:
        app.test_client().delete(facts["delete"]["one"])
        upload("three")(app, facts)
    for command in restore:
        run(command, place)
    assert faults(place / "instance", {"one": "public", "two": "private"}, {}) == []
    copies = place / "../keepsake-backup"
    assert copies.stat().st_mode & 0o777 == 0o700
    for copy in copies.glob("*Z"):
        for name in ("keepsake.sqlite3", "secret_key"):
            assert (copy / name).stat().st_mode & 0o777 == 0o600


def test_deleted_and_moved_while_it_is_made(
    ann: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the database was copied, and before the files are: the copy is the site at one moment,
    and the site is as everybody left it.
    """
    gone, moved, late = ann.uploaded("plain.jpg"), ann.uploaded("alpha.png"), {}
    take = Snapshot.take.__func__  # type: ignore[attr-defined]

    def take_and_go_on(cls: Any, *paths: Path) -> Snapshot:
        snapshot: Snapshot = take(cls, *paths)
        assert ann.app.test_client().delete(path_of(gone["delete_url"])).status_code == 200
        with ann.app.app_context():
            row = db.session.scalar(
                db.select(Upload).where(Upload.public_id == moved["id_encoded"])
            )
            ann.app.extensions["keepsake"].storage.move(row.files, "public", "private")
            row.root = "private"
            db.session.commit()
        late.update(ann.uploaded("pixel.png"))
        return snapshot

    monkeypatch.setattr(Snapshot, "take", classmethod(take_and_go_on))
    with ann.app.app_context():
        backup = back_up(ann.app.extensions["keepsake"], tmp_path / "backup")
    assert (backup.files, backup.faults) == (6, [])
    assert faults_of_copy(backup.copy.path, {"plain": "public", "alpha": "public"}) == []
    assert {Path(name).name.partition(".")[0] for name in stored_files(ann.app)} == {
        "alpha",
        "pixel",
    }
    assert late


def test_a_folder_of_something_else(ann: Person, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with ann.app.app_context(), pytest.raises(NotABackup):
        back_up(ann.app.extensions["keepsake"], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["thesis.txt"]


def test_lost_files_are_told(ann: Person, tmp_path: Path) -> None:
    image = ann.uploaded("pixel.png")
    (
        ann.app.extensions["keepsake"].config.data / "public" / path_of(image["url"]).lstrip("/")
    ).unlink()
    with ann.app.app_context():
        assert back_up(ann.app.extensions["keepsake"], tmp_path / "backup").missing == {
            image["id_encoded"]
        }


@pytest.mark.parametrize("where", [".", "copy", "public/new", "..", "link"])
def test_no_backup_of_a_folder_into_itself(where: str, ann: Person, tmp_path: Path) -> None:
    ann.uploaded("plain.jpg")
    site = ann.app.extensions["keepsake"]
    link = tmp_path / "link"
    link.symlink_to(site.config.data)
    target = link if where == "link" else site.config.data / where
    before = stored_files(ann.app)
    with ann.app.app_context(), pytest.raises(NotABackup, match="data folder"):
        back_up(site, target)
    assert stored_files(ann.app) == before and not (site.config.data / "copy").exists()
