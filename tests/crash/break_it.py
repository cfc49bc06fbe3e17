"""Real faults of the machine, each for as long as a ``with`` lasts."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import lacks

LOCK = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.executescript(sys.argv[2])
print("locked", flush=True)
sys.stdin.read()
"""


def _mount(*words: str | Path) -> None:
    if os.geteuid() or subprocess.run(["mount", *words], capture_output=True).returncode:
        lacks("permission to mount")


@contextlib.contextmanager
def small_disk(folder: Path, size: str, names: int = 0) -> Iterator[None]:
    """``folder``, on a disk of its own of ``size``, for so many files (0: any number)."""
    _mount("-t", "tmpfs", "-o", f"size={size},nr_inodes={names}", "tmpfs", folder)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    """No byte is free on the disk of ``folder``, which is a small one."""
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while file.write(bytes(size)):
                    pass
    try:
        yield
    finally:
        ballast.unlink()


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """As a disk is after errors; without the right to mount, a folder of somebody else."""
    if os.geteuid():
        folder.chmod(0o555)
        try:
            yield
        finally:
            folder.chmod(0o755)
        return
    _mount("--bind", folder, folder)
    try:
        _mount("-o", "remount,ro,bind", folder)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextlib.contextmanager
def gone(path: Path) -> Iterator[None]:
    away = path.with_name(path.name + ".away")
    path.rename(away)
    try:
        yield
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        away.rename(path)


@contextlib.contextmanager
def unmounted(folder: Path) -> Iterator[None]:
    """The empty folder that a disk was mounted on."""
    with gone(folder):
        folder.mkdir()
        yield


@contextlib.contextmanager
def overwritten(path: Path, content: bytes) -> Iterator[None]:
    kept = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(kept)


@contextlib.contextmanager
def locked(database: Path, how: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Another program writes, and does not end."""
    with subprocess.Popen(
        [sys.executable, "-c", LOCK, database, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout and other.stdin and other.stdout.readline() == b"locked\n"
        yield
        other.stdin.close()


@contextlib.contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """A limit of the process (RLIMIT_FSIZE), as a service may have."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
