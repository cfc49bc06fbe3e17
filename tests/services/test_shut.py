"""A proxy that serves the public folder by itself is kept out of it while the site is private."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from services.settings import change, reset
from tests.conftest import close


def mode(data: Path) -> int:
    return stat.S_IMODE((data / "public").stat().st_mode)


@pytest.mark.parametrize("before", [0o755, 0o750, 0o700])
def test_the_public_folder_is_shut_and_given_back_as_it_was(
    make_app: Callable[..., Flask], before: int
) -> None:
    app = make_app()
    site = app.extensions["keepsake"]
    data = site.config.data
    (data / "public").chmod(before)
    with app.app_context():
        for _ in range(2):
            change(site.store, {"PRIVATE_SITE": "true"})
            assert mode(data) == 0o700
        reset(site.store, ["PRIVATE_SITE"])
        assert mode(data) == before and not (data / "public.mode").exists()


def test_so_it_is_from_the_start_on(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    data = tmp_path / "data"
    for is_private, now in ((False, 0o755), (True, 0o700), (True, 0o700), (False, 0o755)):
        close(make_app(DATA=str(data), PRIVATE_SITE=is_private))
        assert mode(data) == now
