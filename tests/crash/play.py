"""Runs a scene in a process of its own, which forks: pytest's has threads."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.conftest import lacks
from tests.crash import drive
from tests.crash.disk import NO_LOOP_DEVICES
from tests.forks import FORKED

SOAK = os.environ.get("SOAK") == "1"
SECONDS = 900


def play(folder: Path, scene: str, every: int, *hows: str) -> None:
    """Fails with what was not as it must be. With SOAK=1 every step is taken."""
    told = folder / "told.json"
    process = FORKED.Process(target=drive.main, args=(told, scene, 1 if SOAK else every, hows))
    process.start()
    process.join(SECONDS)
    if process.exitcode == NO_LOOP_DEVICES:
        lacks("loop devices")
    assert process.exitcode == 0, scene
    for how, report in json.loads(told.read_text()).items():
        assert report["wrong"] == {}, (scene, how)
        assert report["tried"] > 2
