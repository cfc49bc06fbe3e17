"""What the doctor repairs of damage that was done by hand, and what it keeps."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from media.storage.disk import DiskStorage
from models.base import add_functions
from models.filed import Filed
from services.backup import back_up
from services.backup.folder import MARKER
from services.data_folder import DATABASE
from services.doctor import Finding
from services.jobs import limits
from services.site import Site
from tests.services.doctor.conftest import SENT, Ward
from tests.services.doctor.harm import cut, flip, sql

LONG_AGO = time.time() - 2 * limits.GRACE_SECONDS


@pytest.fixture
def backup(ward: Ward, tmp_path: Path) -> Path:
    folder = tmp_path / "backup"
    with ward.ann.app.app_context():
        back_up(ward.site, folder)
    return folder


def stored(ward: Ward) -> dict[str, str]:
    """Of all files of uploads, by path."""
    return {ward.name(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in ward.files()}


def delete(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [flip, cut, delete])
def test_lost_files_come_from_a_backup(
    ward: Ward, backup: Path, harm: Callable[[Path], None]
) -> None:
    before, kept = stored(ward), {path: path.read_bytes() for path in backup.rglob("*.jpeg")}
    paths = [*(ward.file(name) for name in SENT), ward.sent_file("still.bmp")]
    for path in paths:
        harm(path)
    harmed = {path: path.read_bytes() for path in paths if path.exists()}
    found = ward.doctor("--repair", "--backup", str(backup), status=0)
    assert len(found["findings"]) == len(paths)
    assert all(one["is_repaired"] and one["source"] for one in found["findings"])
    assert stored(ward) == before
    ward.doctor(status=0)
    assert {path: path.read_bytes() for path in backup.rglob("*.jpeg")} == kept
    aside = {ward.data / "damaged" / ward.name(path): data for path, data in harmed.items()}
    assert {path: path.read_bytes() for path in aside} == aside
    assert all(path.stat().st_mode & 0o077 == 0 for path in aside)
    assert all(path.stat().st_nlink == 1 for path in ward.files())  # copied, never linked


def test_damage_is_never_put_into_place(ward: Ward, backup: Path) -> None:
    """The backup's file is damaged, too."""
    path = ward.file("plain.jpg")
    for one in backup.rglob(path.name):
        flip(one, 40)
    flip(path)
    before = path.read_bytes()
    found = ward.doctor("--repair", "--backup", str(backup), status=1)
    assert [one["fault"] for one in found["findings"]] == ["No backup has these bytes."]
    assert found["findings"][0]["owner"] == "ann" and found["findings"][0]["title"]
    assert path.read_bytes() == before


def test_it_may_have_another_name_in_the_backup(ward: Ward, tmp_path: Path) -> None:
    path, copy = ward.file("plain.jpg"), tmp_path / "backup" / "2026-11-27T02-15-00Z"
    other = copy / "private/images/2020/01/01/another.jpeg"
    other.parent.mkdir(parents=True)
    path.rename(other)
    (copy.parent / MARKER).write_text('{"format": 1, "site": "x"}')
    (copy / DATABASE).write_bytes(b"")
    digits = hashlib.sha256(other.read_bytes()).hexdigest()
    (copy / "SHA256SUMS").write_text(f"{digits}  {other.relative_to(copy)}\n")
    ward.doctor("--repair", "--backup", str(copy.parent), status=0)
    assert path.exists() and other.exists()


def test_a_folder_that_is_no_backup(ward: Ward, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "else/thesis.txt").write_text("mine")
    ward.doctor("--repair", "--backup", str(tmp_path / "else"), status=2)


def test_derivatives_are_made_anew(ward: Ward) -> None:
    before = stored(ward)
    paths = [
        path
        for path in ward.files()
        if any(f".{kind}." in path.name for kind in ("th", "md", "fr", "tl"))
    ]
    for n, path in enumerate(paths):
        (delete if n % 2 else cut)(path)
    found = ward.doctor("--repair", status=0)
    assert len(found["findings"]) == len(paths) and len(paths) > len(SENT)
    assert stored(ward).keys() == before.keys()
    ward.doctor(status=0)


def test_derivatives_of_a_lost_file_wait_for_it(ward: Ward, backup: Path) -> None:
    path, thumb = ward.file("plain.jpg"), ward.file("plain.jpg", "thumb")
    cut(path)
    cut(thumb)
    found = ward.doctor("--repair", status=1)
    assert not any(one["is_repaired"] for one in found["findings"])
    ward.doctor("--repair", "--backup", str(backup), status=0)
    ward.doctor(status=0)


@pytest.mark.parametrize("is_twice", [False, True])
def test_a_file_in_the_wrong_folder_goes_home(ward: Ward, is_twice: bool) -> None:
    before = stored(ward)
    for path in (ward.file("plain.jpg"), ward.file("plain.jpg", "thumb")):
        other = ward.data / "private" / path.relative_to(ward.data / "public")
        other.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, other)
        if not is_twice:
            path.unlink()
    ward.doctor("--repair", status=0)
    assert stored(ward) == before
    assert ward.file("plain.jpg").stat().st_mode & 0o777 == 0o644


def test_a_good_file_in_the_wrong_folder_is_worth_more_than_a_bad_one_at_home(ward: Ward) -> None:
    before, path = stored(ward), ward.file("plain.jpg")
    other = ward.data / "private" / path.relative_to(ward.data / "public")
    other.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, other)
    flip(path)
    ward.doctor("--repair", status=0)
    assert stored(ward) == before


def test_modes_are_set(ward: Ward) -> None:
    ward.sent_file("still.bmp").chmod(0o644)
    ward.doctor("--repair", status=0)
    assert ward.sent_file("still.bmp").stat().st_mode & 0o777 == 0o600


def test_files_without_a_row_are_set_aside(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.site.storage = DiskStorage(ward.data, lambda path: path.stat().st_mtime)
    before = stored(ward)
    stray = [ward.file("plain.jpg").with_name(f"stray{n}.jpeg") for n in range(3)]
    for path in stray:
        path.write_bytes(b"x")
        os.utime(path, (LONG_AGO, LONG_AGO))
    monkeypatch.setattr(limits, "MAX_ORPHANS", 2)
    found = ward.doctor("--repair", status=1)
    assert all("may not be the right one" in one["fault"] for one in found["findings"])
    assert all(path.exists() for path in stray)
    ward.doctor("--repair", "--any-number", status=0)
    assert stored(ward) == before
    assert all((ward.data / "found" / ward.name(path)).read_bytes() == b"x" for path in stray)
    ward.doctor(status=0)


def test_counts_and_words_are_written_anew(ward: Ward) -> None:
    ward.album()
    sql(
        ward,
        "UPDATE tally SET uploads = uploads + 1",
        "DELETE FROM tag_tally",
        "UPDATE kind_tally SET files = files - 1",
        "UPDATE space SET bytes = 0 WHERE holder > 0",
        "UPDATE flow SET freed = freed + 5",
        "INSERT INTO twin VALUES (1, 'none', 1)",
        "UPDATE upload SET likes = 3, album_count = 8 WHERE id = 1",
        "UPDATE upload SET scrubbed_size = 1 WHERE id = 1",
        "UPDATE album SET upload_count = 7",
        "DELETE FROM upload_fts_data WHERE id > 10",
    )
    found = ward.doctor("--repair", status=0)
    assert len(found["findings"]) == 11
    ward.doctor(status=0)
    page = ward.ann.app.test_client().get("/search?q=plain")
    assert page.status_code in (200, 302)
    with closing(sqlite3.connect(ward.data / DATABASE)) as database:
        words = "SELECT count(*) FROM upload_fts WHERE upload_fts MATCH 'plain'"
        assert database.execute(words).fetchone() == (1,)


def test_rows_that_refer_to_nothing_go(ward: Ward) -> None:
    ward.album()
    with closing(sqlite3.connect(ward.data / DATABASE)) as database:
        add_functions(database)
        database.execute("UPDATE user_session SET user_id = 99")
        database.execute("UPDATE album SET cover_id = 99, parent_id = 98")
        database.commit()
    ward.doctor("--repair", status=0)
    ward.doctor(status=0)
    with closing(sqlite3.connect(ward.data / DATABASE)) as database:
        assert database.execute("SELECT count(*) FROM upload").fetchone() == (len(SENT),)


def test_what_people_made_stays_where_the_row_that_it_refers_to_was_lost(ward: Ward) -> None:
    """Restoring that row makes all of it right again."""
    ward.album()
    tables = ("album", "album_upload", "api_key", "upload", "heart")
    made = [f"SELECT * FROM {table}" for table in tables]  # noqa: S608
    with closing(sqlite3.connect(ward.data / DATABASE)) as database:
        add_functions(database)
        database.execute("INSERT INTO heart VALUES (1, 99, '2026-01-01')")
        lost = database.execute("SELECT id FROM user").fetchall()
        database.execute("DELETE FROM user")  # with keys that nobody watches over
        database.commit()
        before = [database.execute(query).fetchall() for query in made]
    found = ward.doctor("--repair", status=1)
    told = {one["path"]: one["fault"] for one in found["findings"] if not one["is_repaired"]}
    assert lost and "Restore a backup" in told["album → user"] and "heart → upload" in told
    with closing(sqlite3.connect(ward.data / DATABASE)) as database:
        assert all(before) and [database.execute(query).fetchall() for query in made] == before


def test_a_run_that_was_stopped_goes_on(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.doctor import files

    flip(ward.file("plain.jpg"))
    examine, seen = files.examine, list[int]()

    def stopped(site: Site, upload: Filed, *rest: Any, **options: Any) -> list[Finding]:
        seen.append(upload.row)
        if len(seen) == 4:
            raise KeyboardInterrupt
        return examine(site, upload, *rest, **options)

    monkeypatch.setattr(files, "examine", stopped)
    ward.doctor(status=2)
    assert (ward.data / "doctor.json").exists()
    found = ward.doctor(status=1)
    assert [one["damage"] for one in found["findings"]] == ["changed"]
    assert seen == [1, 2, 3, 4, 4, 5, 6] and found["uploads"] == len(SENT)
    assert not (ward.data / "doctor.json").exists()


def test_a_run_that_was_stopped_long_ago_is_none(ward: Ward) -> None:
    """What was looked at in January says nothing of June."""
    from services.doctor import SoFar

    left = ward.data / "doctor.json"
    for age, uploads in ((0, 0), (2 * 86_400, len(SENT))):
        so_far = SoFar(step="folders").as_json()
        left.write_text(json.dumps({"quick": False, "repair": False, **so_far}))
        os.utime(left, (time.time() - age, time.time() - age))
        assert ward.doctor(status=0)["uploads"] == uploads


def test_what_is_not_kept_counts(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Repaired ones first, and one that is lost behind them: all is not well."""
    monkeypatch.setattr("services.doctor.round.MOST_KEPT", 1)
    cut(ward.file(SENT[0], "thumb"))
    ward.file(SENT[-1]).unlink()
    found = ward.doctor("--repair", status=1)
    assert not found["is_well"] and found["more_findings"] >= 1
    (one,) = found["findings"]
    assert one["is_repaired"]


def test_files_without_a_row_that_are_not_kept_count(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.doctor.round.MOST_KEPT", 1)
    monkeypatch.setattr(limits, "MAX_ORPHANS", 1)
    strays = [ward.file("plain.jpg").with_name(name) for name in ("x.jpeg", "y.jpeg")]
    for path in strays:
        path.write_bytes(b"x")
        os.utime(path, (LONG_AGO, LONG_AGO))
    monkeypatch.setattr(DiskStorage, "last_touched", lambda *_: LONG_AGO)
    ward.doctor("--repair", status=1)
    assert all(path.exists() for path in strays)


def test_a_disk_that_has_no_modes(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT, NTFS, CIFS: it is said once, not of each file, and nothing is said to be repaired."""
    for path in ward.files():
        path.chmod(0o777)
    monkeypatch.setattr(DiskStorage, "set_mode", lambda *_: None)
    found = ward.doctor("--repair", status=1)["findings"]
    assert found and not any(one["is_repaired"] for one in found)
    monkeypatch.setattr(DiskStorage, "keeps_private", lambda _self: False)
    (one,) = ward.doctor("--repair", status=1)["findings"]
    assert (one["damage"], one["path"]) == ("too_open", "private") and "Mount it" in one["fault"]


def test_two_at_once(ward: Ward) -> None:
    """They would write one file of progress."""
    handle = os.open(ward.data / "tmp", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    answer = ward.ann.app.test_cli_runner().invoke(args=["doctor"])
    os.close(handle)
    assert answer.exit_code == 2 and "Another examination" in answer.stderr
    ward.doctor(status=0)


def test_no_copy_of_the_database_on_a_full_disk(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Uploads need what is left."""
    from media.storage import Space
    from models import Snapshot

    def fail(*_paths: Path) -> None:
        raise AssertionError("copied")

    monkeypatch.setattr(DiskStorage, "space", lambda _self: Space(1000))
    monkeypatch.setattr(Snapshot, "take", fail)
    ward.doctor(status=0)
