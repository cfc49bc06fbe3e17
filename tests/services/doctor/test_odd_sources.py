"""Backups and rows that are damaged themselves, and disks that can't be written."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import Any

import pytest

from media.sums import LIST
from services.backup import back_up
from services.doctor import sources
from tests.services.doctor.conftest import Ward
from tests.services.doctor.harm import flip, sql


@pytest.fixture
def backup(ward: Ward, tmp_path: Path) -> Path:
    with ward.ann.app.app_context():
        copy = back_up(ward.site, tmp_path / "backup").copy
    assert copy
    return copy.path


def repaired(ward: Ward, backup: Path, **expected: Any) -> dict[str, dict[str, Any]]:
    """Findings by path."""
    found = ward.doctor("--repair", "--backup", str(backup.parent), **expected)["findings"]
    return {one["path"]: one for one in found}


@pytest.mark.parametrize("line", [b"garbage\n", b"\xff\xfe\n"], ids=["no list", "no text"])
def test_a_damaged_list_costs_only_what_it_names(ward: Ward, backup: Path, line: bytes) -> None:
    """Every other file comes back."""
    moved, there = ward.file("plain.jpg"), ward.file("clip.mp4")
    (backup / ward.name(moved)).rename(backup / "elsewhere.jpeg")
    with (backup / LIST).open("r+b") as file:
        file.write(line)
    moved.unlink()
    there.unlink()
    found = repaired(ward, backup, status=1)
    assert found[ward.name(there)]["is_repaired"] and there.exists()
    assert not found[ward.name(moved)]["is_repaired"]


def test_a_copy_that_cannot_be_read_is_passed_over(
    ward: Ward, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one has the bytes."""
    with ward.ann.app.app_context():
        newer = back_up(ward.site, backup.parent).copy
    assert newer and newer.path != backup
    opened = sources.io.FileIO  # type: ignore[attr-defined]

    class OnABadDisk(io.FileIO):
        def readinto(self, _buffer: Any) -> int:
            raise OSError(errno.EIO, "Input/output error")

        read = readinto  # type: ignore[assignment]

    def open_file(path: Any) -> io.FileIO:
        return OnABadDisk(path) if str(path).startswith(str(newer.path)) else opened(path)

    monkeypatch.setattr(sources, "io", type("io", (), {"FileIO": staticmethod(open_file)}))
    ward.file("plain.jpg").unlink()
    (one,) = repaired(ward, backup, status=0).values()
    assert one["source"].startswith(str(backup))


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "No space left"), (errno.EIO, "Input/output")],
    ids=["full", "failing"],
)
def test_a_disk_that_cannot_be_written_is_no_backup_without_the_bytes(
    ward: Ward, backup: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """Else people are told to delete what the backup still has."""

    def fail(_file: int) -> None:
        raise OSError(number, os.strerror(number))

    lost = ward.file("plain.jpg")
    lost.unlink()
    monkeypatch.setattr(
        sources, "os", type("os", (), {"fsync": staticmethod(fail), "access": os.access})
    )
    (one,) = repaired(ward, backup, status=1).values()
    assert words in one["fault"] and not one["is_repaired"] and not lost.exists()


BLOBS = {
    "no zlib": "x'00ff0011'",
    "cut": "substr(originals, 1, 12)",
    "nothing": "x''",
    "other": "x'789c030000000001'",
}


@pytest.mark.parametrize("blob", BLOBS.values(), ids=BLOBS)
@pytest.mark.parametrize("words", [(), ("--repair",)], ids=["look", "repair"])
def test_what_was_blanked_may_be_damaged_itself(
    ward: Ward, blob: str, words: tuple[str, ...]
) -> None:
    """The round goes on behind it."""
    sql(ward, f"UPDATE scrubbing SET originals = {blob}")  # noqa: S608 – one of BLOBS
    flip(ward.file("clip.mp4"))
    found = [(one["damage"], one["path"]) for one in ward.doctor(*words, status=1)["findings"]]
    assert ("changed", ward.name(ward.file("gps-nikon.jpg"))) in found
    assert ("changed", ward.name(ward.file("clip.mp4"))) in found


def test_nothing_but_a_file_is_opened(ward: Ward, backup: Path) -> None:
    """A pipe would never end."""
    lost = ward.file("plain.jpg")
    lost.unlink()
    other = ward.data / "private" / lost.relative_to(ward.data / "public")
    other.parent.mkdir(parents=True, exist_ok=True)
    for path in (other, backup / ward.name(lost)):
        path.unlink(missing_ok=True)
        os.mkfifo(path)
    found = repaired(ward, backup, status=1)
    assert not found[ward.name(lost)]["is_repaired"] and not lost.exists()


def test_an_error_that_nobody_expects_costs_one_upload(
    ward: Ward, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each round would end there."""
    from services.doctor import remake

    def fail(*_rest: Any) -> None:
        raise ValueError("not for this decoder")

    monkeypatch.setattr(remake, "derive", fail)
    thumb, lost = ward.file("plain.jpg", "thumb"), ward.file("clip.mp4")
    thumb.unlink()
    lost.unlink()
    found = repaired(ward, backup, status=1)
    assert "decoder" in found[ward.name(thumb)]["fault"]
    assert found[ward.name(lost)]["is_repaired"]
