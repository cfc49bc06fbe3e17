"""A restore that ends at any step leaves the site as it was, or a folder on which nothing starts
and the same command goes on, to the same end; and so where the power fails there.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from app import StartError
from services.data_folder import DATABASE
from services.restore import unfinished
from tests.conftest import sample
from tests.crash.durable import Durable
from tests.crash.play import SOAK
from tests.crash.processes import in_a_process
from tests.crash.scenes import delete, faults, furnish, open_site, site_at, upload
from tests.crash.steps import listen
from tests.services.restore.copies import files, make_copy, of_site, restore

STATE = {"one": "public", "two": "private"}
EVERY = 1 if SOAK else 3  # steps


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a backup, and the site as it went on: a file less, one more, one that has changed."""
    place = tmp_path_factory.mktemp("place")
    facts = furnish(place / "data")
    make_copy(place / "data", place / "backup")
    with site_at(place / "data") as app:
        delete("one")(app, facts)
        upload("three")(app, facts)
    next((place / "data/private").rglob("two.png")).write_bytes(sample("pixel.png").read_bytes())
    (place / "data" / f"{DATABASE}-wal").write_bytes(b"a log that isn't of the copy")
    return place


def stopped(place: Path, data: Path, step: int, power: Path | None = None) -> int:
    """The steps that were taken by a restore that ends before this one. ``power`` gets what the
    disk would have if the power failed there.
    """

    def work(note: Any) -> None:
        seen = 0
        durable = Durable(data) if power else None

        def count(name: str) -> None:
            nonlocal seen
            seen += 1
            if seen == step:
                note(seen)
                if durable and power:
                    durable.rebuild(power)
                os.kill(os.getpid(), signal.SIGKILL)

        listen(count, synced=durable.synced if durable else lambda handle: None)
        done = restore(data, place / "backup", "--yes")
        assert done.exit_code == 0, done.output
        note(seen)

    notes, status = in_a_process(work)
    assert notes, status
    return int(notes[-1])


def steps_of(place: Path, data: Path) -> int:
    shutil.copytree(place / "data", data)
    return stopped(place, data, 0)


def check(place: Path, data: Path, after: dict[str, bytes], then: str) -> bool:
    """Whether the folder was half restored then."""
    is_half = unfinished.read(data) is not None
    if is_half:
        with pytest.raises(StartError, match="half restored"):
            open_site(data)
    else:
        found = of_site(data)
        assert found in (of_site(place / "data"), after), then
        database = (data / DATABASE).read_bytes()
        assert (database == (place / "data" / DATABASE).read_bytes()) == (found != after), then
    done = restore(data, place / "backup", "--yes")
    assert done.exit_code == 0, f"{then}: {done.output}"
    assert of_site(data) == after and not (data / f"{DATABASE}-wal").exists(), then
    was = files(place / "data")
    kept = {path: one for folder in data.glob("before-*") for path, one in files(folder).items()}
    assert {path: kept.get(path, after.get(path)) for path in of_site(place / "data")} == {
        path: was[path] for path in of_site(place / "data")
    }, then
    assert kept[DATABASE] == was[DATABASE], then
    return is_half


@pytest.mark.parametrize("how", ["kill", "cut"])
def test_stopped_at_a_step(how: str, place: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    count = steps_of(place, data)
    after = of_site(data)
    assert after == of_site(next((place / "backup").glob("2*Z")))
    assert faults(data, STATE, {}) == []
    halves = 0
    for step in range(1, count, EVERY):
        shutil.rmtree(data)
        shutil.copytree(place / "data", data)
        if how == "kill":
            stopped(place, data, step)
        else:
            kept = tmp_path / "kept"
            stopped(place, data, step, kept)
            shutil.rmtree(data)
            kept.rename(data)
        halves += check(place, data, after, f"{how} at {step} of {count}")
    assert halves > 2
