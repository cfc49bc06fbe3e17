"""A repair that ends at any step leaves each file as it was or as it should be, and the next one
does the rest; nothing that was damaged is gone.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.data_folder import DATABASE
from services.doctor import How, Mender, SoFar, Sources, go_on
from tests.crash.play import SOAK
from tests.crash.processes import in_a_process
from tests.crash.scenes import faults, furnish, site_at
from tests.crash.steps import listen
from tests.services.doctor.harm import cut, flip
from tests.services.restore.copies import make_copy

STATE = {"one": "public", "two": "private"}
EVERY = 1 if SOAK else 9  # steps


def stored(data: Path) -> dict[str, bytes]:
    found = [path for root in ("public", "private") for path in (data / root).rglob("*")]
    return {
        path.relative_to(data).as_posix(): path.read_bytes()
        for path in found
        if path.is_file() and path.name != ".keepsake"
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole site, its backup, and the site with damage: a bit, a lost file, a broken thumb, one
    in the wrong folder, a wrong count.
    """
    place = tmp_path_factory.mktemp("place")
    furnish(place / "whole")
    make_copy(place / "whole", place / "backup")
    shutil.copytree(place / "whole", place / "data")
    data = place / "data"
    names = sorted(stored(data), key=lambda name: (name.count("."), name))
    one = next(name for name in names if name.startswith("public"))
    two = next(name for name in names if name.startswith("private"))
    flip(data / one)
    (data / two).unlink()
    cut(next(data / name for name in names if name.startswith("public") and ".th." in name))
    home = next(data / name for name in names if name.startswith("private") and ".th." in name)
    away = data / "public" / home.relative_to(data / "private")
    away.parent.mkdir(parents=True, exist_ok=True)
    home.rename(away)
    with closing(sqlite3.connect(data / DATABASE)) as database:
        database.execute("UPDATE tally SET uploads = uploads + 1")
        database.commit()
    return place


def repair(data: Path, backup: Path) -> SoFar:
    with site_at(data) as app:
        site, so_far = app.extensions["keepsake"], SoFar()
        go_on(site, so_far, How(mend=Mender(site, Sources([backup]))))
    return so_far


def stopped(place: Path, data: Path, step: int) -> int:
    """The steps that were taken by a repair that ends before this one."""

    def work(note: Any) -> None:
        seen = 0

        def count(name: str) -> None:
            nonlocal seen
            seen += 1
            if seen == step:
                note(seen)
                os.kill(os.getpid(), signal.SIGKILL)

        with site_at(data) as app:
            site, so_far = app.extensions["keepsake"], SoFar()
            listen(count)
            go_on(site, so_far, How(mend=Mender(site, Sources([place / "backup"]))))
        note(seen)

    notes, status = in_a_process(work)
    assert notes, status
    return int(notes[-1])


def test_killed_at_a_step(place: Path, tmp_path: Path) -> None:
    data, whole, harmed = tmp_path / "data", stored(place / "whole"), stored(place / "data")
    shutil.copytree(place / "data", data)
    count = stopped(place, data, 0)
    assert stored(data).keys() == whole.keys()
    assert faults(data, STATE, {}) == []
    for step in range(1, count, EVERY):
        shutil.rmtree(data)
        shutil.copytree(place / "data", data)
        stopped(place, data, step)
        then = f"killed at {step} of {count}"
        for path, one in stored(data).items():
            if ".th." not in path:
                assert one in (whole.get(path), harmed.get(path)), f"{then}: {path}"
        assert all(one.is_repaired for one in repair(data, place / "backup").findings), then
        assert repair(data, place / "backup").findings == [], then
        assert faults(data, STATE, {}) == [], then
        kept = [path.read_bytes() for path in (data / "damaged").rglob("*") if path.is_file()]
        bad = next(one for path, one in harmed.items() if whole.get(path) not in (None, one))
        assert bad in kept, then
