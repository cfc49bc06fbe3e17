from __future__ import annotations

import os
from pathlib import Path

import pytest

from media.errors import StorageFull, StorageMissing
from media.storage import PRIVATE, PUBLIC, Storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    storage = Storage(tmp_path)
    storage.prepare()
    storage.mark("me", {})
    return storage


def temp(storage: Storage, data: bytes = b"data") -> Path:
    path = storage.tmp / os.urandom(4).hex()
    path.write_bytes(data)
    return path


def test_publish_moves_and_tells_what_is_taken(storage: Storage) -> None:
    first = temp(storage, b"first")
    assert not storage.holds_any(["images/2026/11/23/b.jpg"])
    storage.publish(PUBLIC, [(first, "images/2026/11/23/b.jpg")])
    assert (
        storage.path(PUBLIC, "images/2026/11/23/b.jpg").read_bytes() == b"first"
        and not first.exists()
    )
    assert storage.holds_any(["images/2026/11/23/a.jpg", "images/2026/11/23/b.jpg"])


def test_a_proxy_may_read_public_files_and_nobody_private_ones(storage: Storage) -> None:
    storage.publish(PUBLIC, [(temp(storage), "images/a.jpg")])
    storage.publish(PRIVATE, [(temp(storage), "images/a.jpg")])
    assert storage.path(PUBLIC, "images/a.jpg").stat().st_mode & 0o777 == 0o644
    assert storage.path(PRIVATE, "images/a.jpg").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "relative", ["../secret_key", "images/../../secret_key", "/etc/passwd", "a\0b", "", "."]
)
def test_no_path_leaves_its_root(storage: Storage, relative: str) -> None:
    with pytest.raises(ValueError):
        storage.path(PUBLIC, relative)


def test_settle_brings_each_file_home(storage: Storage) -> None:
    """From wherever it is, twice without harm; what has no home goes."""
    storage.publish(
        PUBLIC,
        [
            (temp(storage, b"a"), "images/a.jpg"),
            (temp(storage, b"old"), "images/b.jpg"),
            (temp(storage), "images/c.jpg"),
        ],
    )
    storage.publish(PRIVATE, [(temp(storage, b"b"), "images/b.jpg")])
    for _ in range(2):
        storage.settle(
            {
                "images/a.jpg": PRIVATE,
                "images/b.jpg": PRIVATE,
                "images/c.jpg": None,
                "images/lost.jpg": PUBLIC,
            }
        )
        assert (
            storage.path(PRIVATE, "images/a.jpg").read_bytes() == b"a"
            and storage.path(PRIVATE, "images/b.jpg").read_bytes() == b"b"
        )
        assert storage.path(PRIVATE, "images/a.jpg").stat().st_mode & 0o777 == 0o600
        assert list(storage.files_in("")) == [
            (PRIVATE, "images//a.jpg"),
            (PRIVATE, "images//b.jpg"),
        ]


def test_the_mark_tells_whose_files_these_are(storage: Storage) -> None:
    storage.check("me")
    with pytest.raises(StorageMissing):
        storage.check("another")
    storage.publish(PUBLIC, [(temp(storage), "images/a.jpg")])
    (storage.data / PUBLIC / ".keepsake").unlink()
    storage.mark("me", {})  # not empty: somebody else's files, or a disk that came back different
    with pytest.raises(StorageMissing):
        storage.check("me")


@pytest.mark.parametrize(
    ("known", "is_there", "claimed"),
    [(False, False, True), (True, True, True), (True, False, False)],
)
def test_a_mark_that_a_power_cut_emptied(
    storage: Storage, known: bool, is_there: bool, claimed: bool
) -> None:
    """It counts as not there; it is made anew where the files are those that the database knows."""
    if is_there:
        storage.publish(PUBLIC, [(temp(storage), "images/a.jpg")])
    (storage.data / PUBLIC / ".keepsake").write_bytes(b"")
    with pytest.raises(StorageMissing):
        storage.check("me")
    storage.mark("me", {PUBLIC: "images/a.jpg"} if known else {})
    if claimed:
        storage.check("me")
    else:
        with pytest.raises(StorageMissing):
            storage.check("me")


def test_an_empty_folder_is_not_claimed_where_files_should_be(storage: Storage) -> None:
    """The disk is not mounted."""
    (storage.data / PUBLIC / ".keepsake").unlink()
    storage.mark("me", {PUBLIC: "images/a.jpg"})
    with pytest.raises(StorageMissing):
        storage.check("me")


def test_a_full_disk(storage: Storage) -> None:
    with pytest.raises(StorageFull):
        storage.check_space(1 << 60)
