"""What a backup's folder has in it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.backup.folder import MARKER, BackupFolder, NotABackup, copy_in, name_at
from services.backup.thin import clear
from services.backup.writer import writer_of
from services.data_folder import DATABASE

NAMES = ["2026-11-25T02-15-00Z", "2026-11-27T02-15-00Z", "2026-11-26T02-15-00Z"]


@pytest.fixture
def backup(tmp_path: Path) -> BackupFolder:
    found = BackupFolder(tmp_path / "backup")
    for name in NAMES:
        (found.path / name).mkdir(parents=True)
        (found.path / name / DATABASE).touch()
    found.claim("site")
    return found


def test_copies_are_the_whole_ones_the_newest_first(backup: BackupFolder) -> None:
    (backup.path / "2026-11-28T02-15-00Z.part").mkdir()
    (backup.path / "2026-11-29T02-15-00Z").mkdir()  # without a database
    (backup.path / "lost+found").mkdir()
    assert [copy.name for copy in backup.copies()] == sorted(NAMES, reverse=True)
    newest = backup.newest()
    assert newest and newest.at == datetime(2026, 11, 27, 2, 15, tzinfo=UTC)
    assert name_at(newest.at) == newest.name
    assert list(newest.sums()) == []


def test_what_is_named_to_restore(backup: BackupFolder) -> None:
    assert copy_in(backup.path).name == "2026-11-27T02-15-00Z"
    assert copy_in(backup.path / NAMES[0]).name == NAMES[0]
    with pytest.raises(NotABackup, match="holds no backup"):
        copy_in(backup.path / "nothing")


def test_a_backup_of_an_earlier_version_is_one_copy(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    (tmp_path / "public").mkdir()
    (only,) = BackupFolder(tmp_path).copies()
    assert only.path == tmp_path and copy_in(tmp_path) == only


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    assert BackupFolder(tmp_path).copies() == []
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(NotABackup, match=r"holds no backup, but photo\.jpg"):
        BackupFolder(tmp_path).copies()


def test_another_data_folder_of_the_same_site(backup: BackupFolder, tmp_path: Path) -> None:
    """Copied or restored beside it, it would put an old state into the backup."""
    data = tmp_path / "data"
    data.mkdir()
    backup.take(writer_of(data))
    shutil.copytree(data, tmp_path / "beside")
    with pytest.raises(NotABackup, match=r"another data folder.* --take-over"):
        backup.take(writer_of(tmp_path / "beside"))
    backup.take(writer_of(data))
    backup.take(writer_of(tmp_path / "beside"), over=True)
    with pytest.raises(NotABackup, match="another data folder"):
        backup.take(writer_of(data))


def test_a_data_folder_that_moved_goes_on_with_its_backup(
    backup: BackupFolder, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    backup.take(writer_of(tmp_path / "data"))
    (tmp_path / "data").rename(tmp_path / "moved")
    backup.take(writer_of(tmp_path / "moved"))
    (tmp_path / "data").mkdir()  # another site
    backup.take(writer_of(tmp_path / "moved"))
    with pytest.raises(NotABackup, match="another data folder"):
        backup.take(writer_of(tmp_path / "data"))


@pytest.mark.parametrize("ending", ["", ".gone", ".part"])
def test_a_link_is_no_copy_and_nothing_of_ours(
    backup: BackupFolder, tmp_path: Path, ending: str
) -> None:
    """Whoever may write there must not lead the server to another folder, which it then empties."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / DATABASE).touch()
    (backup.path / f"2026-01-01T00-00-00Z{ending}").symlink_to(precious)
    (backup.path / "2026-01-02T00-00-00Z.part").touch()
    assert [copy.name for copy in backup.copies()] == sorted(NAMES, reverse=True)
    assert not backup.leftovers(".gone") and not backup.leftovers(".part")
    assert clear(backup, lambda: False) and (precious / DATABASE).exists()


def test_what_file_systems_put_there_is_no_hindrance(tmp_path: Path) -> None:
    for name in ("lost+found", ".Trash-1000", "@eaDir", "System Volume Information"):
        (tmp_path / name).mkdir()
    assert BackupFolder(tmp_path).copies() == []


def test_one_of_another_site_or_of_a_later_version(backup: BackupFolder) -> None:
    backup.claim("site")
    with pytest.raises(NotABackup, match="another site"):
        backup.claim("other")
    (backup.path / MARKER).write_text('{"format": 2, "site": "site"}')
    with pytest.raises(NotABackup, match="later version"):
        backup.copies()
