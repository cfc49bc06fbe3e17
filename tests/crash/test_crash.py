"""At every step of everything that moves files: nothing acknowledged is lost, nothing deleted is
back, nothing private is public, nothing is there by half. Here that is tried at some steps, with
SOAK=1 at all.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.bulk import SCENES as BULK
from tests.crash.by_link import ALL_SCENES as SCENES
from tests.crash.play import SOAK, play

EVERY = {"start": 31, "migrate": 31}  # steps, where the next start migrates for long
EVERY["backup"] = 61  # each file is synced, and each end is followed by another backup
# Seconds each: the whole site is looked at, the job goes on, and all is undone.
EVERY |= dict.fromkeys(BULK, 37)
OTHERWISE = 13  # no divisor of what a scene repeats, so that different kinds of steps are met


ELSEWHERE = ("ingest_private", "jobs", "tiles")  # with SOAK=1 alone, and in test_jobs.py


@pytest.mark.parametrize("scene", [scene for scene in SCENES if SOAK or scene not in ELSEWHERE])
def test_killed_or_without_power(scene: str, tmp_path: Path) -> None:
    """SIGKILL before a step; and the power fails there: what was not fsynced is lost
    (`tests.crash.durable`).
    """
    play(tmp_path, scene, EVERY.get(scene, OTHERWISE), "kill", "cut")


@pytest.mark.parametrize("scene", ["ingest", "delete", "expire"])
def test_another_process_starts_meanwhile(scene: str, tmp_path: Path) -> None:
    """It leaves alone what a living process has written down, and never brings a deleted file
    back.
    """
    play(tmp_path, scene, 7, "pause")


@pytest.mark.skipif(not SOAK, reason="ten seconds a scene: make soak")
@pytest.mark.parametrize("scene", SCENES)
def test_the_power_fails_on_a_real_file_system(scene: str, tmp_path: Path) -> None:
    """ext4, which keeps more than `Durable` does; but here SQLite's own writes are cut, too."""
    play(tmp_path, scene, 1, "disk")
