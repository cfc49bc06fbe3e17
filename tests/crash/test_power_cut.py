"""The power fails at every step, and what was not fsynced is lost (`tests.crash.durable`). Also: another process starts while one is midway."""

from __future__ import annotations

import pytest

from tests.crash.play import SOAK, play
from tests.crash.scenes import SCENES


@pytest.mark.parametrize("scene", SCENES)
def test_the_power_fails(scene: str) -> None:
    assert play(scene, "cut", 1) > 5


@pytest.mark.parametrize("scene", ["ingest", "delete", "expire"])
def test_another_process_starts_meanwhile(scene: str) -> None:
    """It leaves alone what a living process has written down, and never brings a deleted file back."""
    assert play(scene, "pause", 6) > 3


@pytest.mark.skipif(not SOAK, reason="ten seconds a scene: make soak")
@pytest.mark.parametrize("scene", SCENES)
def test_the_power_fails_on_a_real_file_system(scene: str) -> None:
    """ext4, which keeps more than `Durable` does; but here SQLite's own writes are cut, too."""
    assert play(scene, "disk", 1) > 5
