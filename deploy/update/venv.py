"""What Keepsake runs with: a venv for each lock file, of which ``.venv`` is the one in use."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
from pathlib import Path

from deploy.update.here import Here, fsync

LOCK = "requirements.lock"
STAMP = "run.stamp"  # the Makefile's: all of the lock is installed


def prepared(here: Here, code: Path) -> Path:
    """The venv for the code in a folder: the present one where its lock is the same, else a new
    one.
    """
    if (here.venv / STAMP).exists() and _same_lock(here.root, code):
        return here.venv.resolve()
    venv = here.venvs / _key(code)
    if not (venv / STAMP).exists():  # or half of one
        shutil.rmtree(venv, ignore_errors=True)
        print(f"Installing what it needs into {venv}; this can take some minutes ...", flush=True)
        here.run([sys.executable, "-m", "venv", venv])
        pip: list[str | Path] = [
            venv / "bin/python",
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
        ]
        here.run([*pip, "--require-hashes", "-r", code / LOCK])
        here.run(["touch", venv / STAMP])
    return venv


def use(here: Here, venv: Path) -> None:
    """Let ``.venv`` be another one. A folder of that name, as `make run` makes it, is kept."""
    if here.venv.resolve() != venv:
        if here.venv.exists() and not here.venv.is_symlink():
            shutil.rmtree(first(here), ignore_errors=True)
            here.venv.rename(first(here))
        new = here.root / ".venv.new"
        new.unlink(missing_ok=True)
        new.symlink_to(os.path.relpath(venv, here.root))
        os.replace(new, here.venv)
        fsync(here.root)
    if (venv / STAMP).exists():
        (venv / STAMP).touch()  # newer than the lock file, which the checkout may have written


def first(here: Here) -> Path:
    """Where the venv goes that was a folder. Programs in it name ``.venv``, which works again once
    that is the one in use.
    """
    return here.venvs / "first"


def in_use(here: Here) -> Path:
    """Its lasting place: of a folder, where `use` moves it."""
    return here.venv.resolve() if here.venv.is_symlink() else first(here)


def drop_others(here: Here, kept: list[Path]) -> None:
    for venv in here.venvs.iterdir():
        if venv not in kept and venv != here.venv.resolve():
            shutil.rmtree(venv, ignore_errors=True)


def _same_lock(root: Path, code: Path) -> bool:
    return (root / LOCK).read_bytes() == (code / LOCK).read_bytes()


def _key(code: Path) -> str:
    python = f"{platform.python_version()} {platform.machine()} {sys.executable}"
    return hashlib.sha256((code / LOCK).read_bytes() + python.encode()).hexdigest()[:12]
