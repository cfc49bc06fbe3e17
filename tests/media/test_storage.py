from __future__ import annotations

import os
from pathlib import Path

import pytest

from media.errors import StorageFull, StorageMissing
from media.storage import PRIVATE, PUBLIC, NameTaken, Storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    storage = Storage(tmp_path)
    storage.prepare()
    storage.mark("me")
    return storage


def temp(storage: Storage, data: bytes = b"data") -> Path:
    path = storage.tmp / os.urandom(4).hex()
    path.write_bytes(data)
    return path


def test_publish_is_all_or_none(storage: Storage) -> None:
    storage.publish(PUBLIC, [(temp(storage, b"first"), "images/2026/11/23/b.jpg")])
    one, two = temp(storage, b"one"), temp(storage, b"two")
    with pytest.raises(NameTaken):
        storage.publish(PUBLIC, [(one, "images/2026/11/23/a.jpg"), (two, "images/2026/11/23/b.jpg")])
    assert (one.read_bytes(), two.read_bytes()) == (b"one", b"two")
    assert not storage.path(PUBLIC, "images/2026/11/23/a.jpg").exists()
    assert storage.path(PUBLIC, "images/2026/11/23/b.jpg").read_bytes() == b"first"


def test_a_proxy_may_read_public_files_and_nobody_private_ones(storage: Storage) -> None:
    storage.publish(PUBLIC, [(temp(storage), "images/a.jpg")])
    storage.publish(PRIVATE, [(temp(storage), "images/a.jpg")])
    assert storage.path(PUBLIC, "images/a.jpg").stat().st_mode & 0o777 == 0o644
    assert storage.path(PRIVATE, "images/a.jpg").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("relative", ["../secret_key", "images/../../secret_key", "/etc/passwd", "a\0b", "", "."])
def test_no_path_leaves_its_root(storage: Storage, relative: str) -> None:
    with pytest.raises(ValueError):
        storage.path(PUBLIC, relative)


def test_withdraw_restore_destroy(storage: Storage) -> None:
    storage.publish(PRIVATE, [(temp(storage, b"x"), "images/a.jpg")])
    storage.withdraw("id", PRIVATE, ["images/a.jpg", "images/lost.jpg"])
    assert not storage.path(PRIVATE, "images/a.jpg").exists()
    assert storage.binned(0) == ["id"]
    storage.restore("id")
    assert storage.path(PRIVATE, "images/a.jpg").read_bytes() == b"x"
    storage.withdraw("id", PRIVATE, ["images/a.jpg"])
    storage.destroy("id")
    assert storage.binned(0) == [] and not storage.path(PRIVATE, "images/a.jpg").exists()


def test_the_mark_tells_whose_files_these_are(storage: Storage) -> None:
    storage.check("me")
    with pytest.raises(StorageMissing):
        storage.check("another")
    storage.publish(PUBLIC, [(temp(storage), "images/a.jpg")])
    (storage.data / PUBLIC / ".keepsake").unlink()
    storage.mark("me")  # not empty: somebody else's files, or a disk that came back different
    with pytest.raises(StorageMissing):
        storage.check("me")


def test_a_full_disk(storage: Storage) -> None:
    with pytest.raises(StorageFull):
        storage.check_space(1 << 60)
