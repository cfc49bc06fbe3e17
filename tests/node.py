"""Programs from npm, run by the Node.js that Playwright brings: for tests and linters only."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import shutil
import subprocess
from pathlib import Path

import playwright

CACHE = Path(__file__).resolve().parent.parent / ".cache"


class Missing(Exception):
    """A program that has to be there for it isn't; the text names it."""


@functools.cache
def node_path() -> str | None:
    """Node.js as Playwright brings it, pinned with it; many systems have an older one.

    It needs libatomic1, which a bare Debian lacks.
    """
    bundled = Path(playwright.__file__).parent / "driver" / "node"
    works = (
        bundled.exists()
        and subprocess.run([bundled, "--version"], capture_output=True).returncode == 0
    )
    return str(bundled) if works else None


def installed(folder: Path) -> Path:
    """A folder with the programs of ``folder``'s lock file in ``node_modules``; kept for the next
    run.

    Raises Missing without npm, or where it can't install.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("npm")
    lock = folder / "package-lock.json"
    home = CACHE / f"{folder.name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # several processes come here at once
        if not (home / "done").exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(folder / name, home)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=300)
            if done.returncode:
                raise Missing(f"npm that can install: {done.stderr}")
            (home / "done").touch()
    return home
