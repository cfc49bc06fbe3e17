"""What a start asks before anything else: is the program whole, or did a kill or a power cut
interrupt its update? It imports nothing of ours, as that may be half old and half new.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / ".update"


def check() -> None:
    """Finish an interrupted update and start anew; exit where that can't be."""
    if not (WORK / "swap.json").exists() or os.environ.get("UPDATING"):
        return
    print("keepsake: an interrupted update is finished first", file=sys.stderr, flush=True)
    tool = [sys.executable, str(WORK / "tool"), "finish"]
    done = subprocess.run(tool, cwd=ROOT, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(
            f"keepsake: an update was interrupted. To finish it: cd {ROOT} && sudo python3 "
            ".update/tool finish, then start Keepsake."
        )
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606
