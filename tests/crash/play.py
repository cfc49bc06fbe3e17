"""Runs a scene in a process of its own, which forks: pytest's has threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.conftest import ROOT, lacks

SOAK = os.environ.get("SOAK") == "1"


def play(scene: str, how: str, every: int) -> int:
    """Fails with what was not as it must be; how many ends were looked at."""
    done = subprocess.run([sys.executable, "-m", "tests.crash.drive", scene, how, str(1 if SOAK else every)], cwd=ROOT, capture_output=True,
                          text=True, timeout=600)
    if "no loop devices here" in done.stderr:
        lacks("loop devices")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["wrong"] == {}
    tried: int = report["tried"]
    print(f"{scene} {how}: {report['steps']} steps, {tried} ends looked at")
    return tried
