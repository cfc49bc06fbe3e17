"""``python killer.py N to``: an update that gets SIGKILL before the Nth thing that it does to the
disk or starts. With 0 it lives, and prints how many there are. A word instead of N: before a
program that is started with it.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from pathlib import Path
from typing import Any

CHANGES = {
    "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod",
    "subprocess.Popen", "shutil.rmtree", "shutil.copytree",
}  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
TRIFLES = ("__pycache__", "/dev/null")

before, count = sys.argv[1], 0


def is_change(event: str, details: tuple[Any, ...]) -> bool:
    if event == "open":
        path, _, flags = details
        return bool(flags & WRITES) and not any(part in str(path) for part in TRIFLES)
    return event in CHANGES


def hear(event: str, details: tuple[Any, ...]) -> None:
    global count
    if is_change(event, details):
        count += 1
        starts = event == "subprocess.Popen" and before in details[1]
        if str(count) == before or starts:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    sys.argv = ["deploy.update", *sys.argv[2:]]
    sys.dont_write_bytecode = True
    sys.addaudithook(hear)
    try:
        runpy.run_module("deploy.update", run_name="__main__")
    finally:
        print(f"changes: {count}", file=sys.stderr)
