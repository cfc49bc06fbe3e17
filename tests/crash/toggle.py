"""Who can see two uploads is changed again and again, by a process that gets SIGKILL at any moment,
again and again: ``main``, which has a process of its own, as it forks (`tests.crash.play`).
"""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from models import Upload, Visibility, db
from models.upload.access import FOR_EVERYBODY
from tests.crash.processes import Note, in_a_process, start_process
from tests.crash.scenes import faults, furnish, show, site_at

MOST_CHANGES = 4  # before a kill
MOST_SECONDS = 0.015  # into the next change, which takes about as long

Levels = dict[str, str]  # of each upload, by its name


def change_again_and_again(data: Path, seed: int, note: Note) -> None:
    chance = random.Random(seed)
    with site_at(data) as app:
        while True:
            name, level = chance.choice(["one", "two"]), chance.choice(list(Visibility))
            note({name: level})
            show(name, level)(app, {})
            note("done")


def kill_after(child: int, reading: int, changes: int, seconds: float) -> list[Any]:
    """What the process noted. ``seconds`` are too few for a wait of the system's."""
    with os.fdopen(reading) as pipe:
        notes = [json.loads(pipe.readline()) for _ in range(2 * changes + 1)]
        at = time.perf_counter() + seconds
        while time.perf_counter() < at:
            pass
        os.kill(child, signal.SIGKILL)
        notes += [json.loads(line) for line in pipe]
    os.waitpid(child, 0)
    return notes


def wrong_after(data: Path, before: Levels, doing: Levels, note: Note) -> None:
    """Notes what is not as it must be once the site was started anew, and who can see what now."""
    told = faults(data, roots(before), roots(doing))
    with site_at(data):
        now = {row.name: row.visibility for row in db.session.scalars(db.select(Upload))}
    if now not in (before, before | doing):
        told.append(f"{now} is neither {before} nor {before | doing}")
    note([told, now])


def roots(levels: Levels) -> Levels:
    return {
        name: "public" if level in FOR_EVERYBODY else "private" for name, level in levels.items()
    }


def main(told: Path, kills: int) -> None:
    chance, wrong, cut_short = random.Random(13), dict[int, list[str]](), 0
    levels = {"one": "unlisted", "two": "unlisted"}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        furnish(data)
        with site_at(data) as app:
            show("two", Visibility.UNLISTED)(app, {})  # it expired
        gc.freeze()
        for number in range(kills):
            child, reading = start_process(partial(change_again_and_again, data, number))
            changes, seconds = chance.randint(0, MOST_CHANGES), chance.uniform(0, MOST_SECONDS)
            doing: Levels = {}
            for one in kill_after(child, reading, changes, seconds):
                levels, doing = (levels | doing, {}) if one == "done" else (levels, one)
            seen, status = in_a_process(partial(wrong_after, data, levels, doing))
            if status:
                raise SystemExit(f"the start after kill {number} fails")
            found, levels = seen[0]
            cut_short += bool(doing)
            if found:
                wrong[number] = found
    told.write_text(json.dumps({"cut_short": cut_short, "wrong": wrong}))
