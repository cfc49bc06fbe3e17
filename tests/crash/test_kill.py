"""SIGKILL before every step (here every few, with SOAK=1 all): nothing acknowledged is lost, nothing deleted is back, nothing is there by half."""

from __future__ import annotations

import pytest

from tests.crash.play import play
from tests.crash.scenes import SCENES

EVERY = 7  # no divisor of what a scene repeats, so that different kinds of steps are met


@pytest.mark.parametrize("scene", SCENES)
def test_killed_at_a_step(scene: str) -> None:
    assert play(scene, "kill", EVERY) > 3
