"""What only the storage on a disk has: modes, marks in files, whole renames."""

from __future__ import annotations

from pathlib import Path

import pytest

from media.errors import StorageMissing
from media.storage import PRIVATE, PUBLIC, Storage
from media.storage.disk import DiskStorage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    storage = DiskStorage(tmp_path)
    storage.prepare()
    storage.mark("me", {})
    return storage


def publish(storage: Storage, root: str) -> None:
    temp = storage.temp.path / "sent"
    temp.write_bytes(b"data")
    storage.publish(root, [(temp, "images/a.jpg")])


def test_a_proxy_may_read_public_files_and_nobody_private_ones(
    storage: Storage, tmp_path: Path
) -> None:
    publish(storage, PUBLIC)
    publish(storage, PRIVATE)
    modes = [
        (tmp_path / root / "images/a.jpg").stat().st_mode & 0o777 for root in (PUBLIC, PRIVATE)
    ]
    assert modes == [0o644, 0o600]
    storage.withdraw(PRIVATE, ["images/a.jpg"])
    storage.move(["images/a.jpg"], PUBLIC, PRIVATE)
    assert (tmp_path / "private/images/a.jpg").stat().st_mode & 0o777 == 0o600


def test_folders_that_others_may_read_are_closed(storage: Storage, tmp_path: Path) -> None:
    for name in ("public", "private", "tmp"):
        (tmp_path / name).chmod(0o777)
    storage.prepare()
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("public", "private", "tmp")]
    assert modes == [0o755, 0o700, 0o700]


def test_a_mark_that_is_gone_is_not_made_again(storage: Storage, tmp_path: Path) -> None:
    publish(storage, PUBLIC)
    (tmp_path / PUBLIC / ".keepsake").unlink()
    storage.mark("me", {})  # not empty: somebody else's files, or a disk that came back different
    with pytest.raises(StorageMissing):
        storage.check("me")


@pytest.mark.parametrize(
    ("known", "is_there", "claimed"),
    [(False, False, True), (True, True, True), (True, False, False)],
)
def test_a_mark_that_a_power_cut_emptied(
    storage: Storage, tmp_path: Path, known: bool, is_there: bool, claimed: bool
) -> None:
    """It counts as not there; it is made anew where the files are those that the database knows."""
    if is_there:
        publish(storage, PUBLIC)
    (tmp_path / PUBLIC / ".keepsake").write_bytes(b"")
    with pytest.raises(StorageMissing):
        storage.check("me")
    storage.mark("me", {PUBLIC: "images/a.jpg"} if known else {})
    if claimed:
        storage.check("me")
    else:
        with pytest.raises(StorageMissing):
            storage.check("me")


def test_an_empty_folder_is_not_claimed_where_files_should_be(
    storage: Storage, tmp_path: Path
) -> None:
    """The disk is not mounted."""
    (tmp_path / PUBLIC / ".keepsake").unlink()
    storage.mark("me", {PUBLIC: "images/a.jpg"})
    with pytest.raises(StorageMissing):
        storage.check("me")
