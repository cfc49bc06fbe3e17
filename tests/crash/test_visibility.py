"""Killed while it changes who can see a file: afterwards no file is in the wrong root, no row is
without its files, and what was acknowledged holds.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.crash import toggle
from tests.crash.play import SOAK
from tests.forks import FORKED

KILLS, SECONDS = (200, 3000) if SOAK else (12, 120)


def test_killed_again_and_again(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    process = FORKED.Process(target=toggle.main, args=(told, KILLS))
    process.start()
    process.join(SECONDS)
    assert process.exitcode == 0
    report = json.loads(told.read_text())
    assert report["wrong"] == {}
    assert report["cut_short"] > KILLS / 2  # in the middle of a change
