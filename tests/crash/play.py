"""Runs a scene in a process of its own, which forks: pytest's has threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.conftest import ROOT, lacks

SOAK = os.environ.get("SOAK") == "1"


def play(scene: str, every: int, *hows: str) -> None:
    """Fails with what was not as it must be. With SOAK=1 every step is taken."""
    words = [sys.executable, "-m", "tests.crash.drive", scene, str(1 if SOAK else every), *hows]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=900)
    if "no loop devices here" in done.stderr:
        lacks("loop devices")
    assert done.returncode == 0, done.stderr
    for how, report in json.loads(done.stdout).items():
        assert report["wrong"] == {}, (scene, how)
        assert report["tried"] > 2
