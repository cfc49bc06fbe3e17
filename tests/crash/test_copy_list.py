"""What a copy of a backup has so far, on a disk that is full."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.copy_list import CopyList
from tests.crash.break_it import small_disk


def test_a_full_disk_is_told_in_words(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    before = ((f"public/images/{number}.jpg", "a" * 64) for number in range(100_000))
    with small_disk(disk, "1M"), pytest.raises(OSError, match="room on the disk of the data"):
        CopyList.create(disk / "copying/files.sqlite3", {"name": "x"}, before)
