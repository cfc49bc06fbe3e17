"""Lists of sums, against the program that everybody has for them."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest

from media.sums import LIST, NotAList, read, sum_of_path, write

NAMES = (
    "plain.jpg",
    "two  spaces.jpg",
    "ünïcode.jpg",
    "back\\slash.jpg",
    "line\nbreak.jpg",
    "\\n.jpg",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, name in enumerate(NAMES):
        (tmp_path / name).write_bytes(bytes([number]) * 3_000_000)
    with (tmp_path / LIST).open("w") as file:
        write(file, {name: sum_of_path(tmp_path / name) for name in NAMES})
    return tmp_path


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["sha256sum", "-c", "--strict", "--quiet", LIST]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_sha256sum_checks_ours(folder: Path) -> None:
    assert check(folder).returncode == 0
    (folder / "plain.jpg").write_bytes(b"changed")
    assert "plain.jpg: FAILED" in check(folder).stdout


def test_we_read_those_of_sha256sum(folder: Path) -> None:
    done = subprocess.run(["sha256sum", *NAMES], cwd=folder, capture_output=True, text=True)
    theirs = list(read(io.StringIO(done.stdout)))
    assert theirs == [(name, sum_of_path(folder / name)) for name in NAMES]
    assert list(read((folder / LIST).open())) == theirs


@pytest.mark.parametrize(
    "text", ["", "a" * 64, "a" * 63 + "  x", "A" * 64 + "  x", "a" * 65 + " x"]
)
def test_what_is_no_list(text: str) -> None:
    with pytest.raises(NotAList):
        list(read(io.StringIO(text + "\n")))
