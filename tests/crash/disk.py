"""An ext4 file system in a file, of which a copy can be taken at any moment."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

NO_LOOP_DEVICES = 77  # an exit status


def make_disk(image: Path, size: int = 48 << 20) -> None:
    """``size`` in bytes."""
    with image.open("wb") as file:
        file.truncate(size)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)


def copy_disk(image: Path, copy: Path) -> None:
    """What the power leaves that fails now: nobody may write meanwhile."""
    subprocess.run(["cp", "--sparse=always", image, copy], check=True)


@contextlib.contextmanager
def mounted(image: Path, folder: Path) -> Iterator[None]:
    """Without commits of its own but those that an fsync asks for: those every few seconds would
    hide what lacks one.
    """
    folder.mkdir(exist_ok=True)
    if subprocess.run(
        ["mount", "-o", "loop,commit=3000", image, folder], capture_output=True
    ).returncode:
        raise SystemExit(NO_LOOP_DEVICES)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
