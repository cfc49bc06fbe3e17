"""Files are tagged, edited, hidden, binned, restored, merged and replaced, and that is undone, by a
process that gets SIGKILL at any moment, again and again: ``main``, which has a process of its own,
as it forks (`tests.crash.play`).
"""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement

from models import Change, ChangeState, ItemState, Upload, User, db
from services import changes
from services.changes import begin, undo, work_a_while
from services.errors import Busy, SameFile
from services.versions import delete_version
from tests.conftest import existing
from tests.crash.bulk import AHEAD, LONG, Picture, furnish_twins, picture, site_file_faults
from tests.crash.processes import Note, in_a_process, start_process
from tests.crash.scenes import run_jobs, site_at
from tests.crash.versions import replace_by

MOST_CHANGES = 4  # before a kill
MOST_SECONDS = 0.05  # into the next change, which takes about as long
ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("tags", {"add": ["lake"], "remove": ["sun"]}),
    ("edit", {"visibility": "private", "title": "Hidden"}),
    ("edit", {"visibility": "public", "tags": ["sea", "sun"]}),
    ("bin", {}),
    ("restore", {}),
    ("merge", {}),
    ("merge", {"keep": 1}),
    ("replace", {}),
)
FILES = ("canon-40d.jpg", "plain.jpg")  # which replace one


def change_again_and_again(data: Path, seed: int, note: Note) -> None:
    """Mostly something new; else the last that was done is undone."""
    changes.BATCH = changes.BATCH_OF_FILES = 2
    chance = random.Random(seed)
    with site_at(data) as app:
        site, ann = app.extensions["keepsake"], existing(User.by_name("ann"))
        while True:
            note("begins")
            last = _last_done()
            if last and chance.random() < 0.3:
                undo(last)
            else:
                act, wishes = chance.choice(ACTS)
                rows = list(db.session.scalars(db.select(Upload.id).where(_is_page())))
                some = chance.sample(rows, chance.randint(1, len(rows)))
                if act == "replace":
                    _replace(app, some[0], chance.choice(FILES))
                    note("done")
                    continue
                last = begin(ann, act, wishes, some)
            work_a_while(site, last, LONG)
            note("done")


def _replace(app: Flask, row: int, sample: str) -> None:
    """Unless it is in the bin, or has this file already."""
    with suppress(Busy, SameFile):
        replace_by(app, existing(Upload.by_row(row)), sample)


def _is_page() -> ColumnElement[bool]:
    return Upload.version_of_id.is_(None)


def _last_done() -> Change | None:
    query = db.select(Change).where(Change.state == ChangeState.DONE)
    return db.session.scalars(query.order_by(Change.id.desc()).limit(1)).first()


def kill_after(child: int, reading: int, count: int, seconds: float) -> bool:
    """Whether it was in the middle of a change. ``seconds`` are too few for a wait of the
    system's.
    """
    with os.fdopen(reading) as pipe:
        notes = [json.loads(pipe.readline()) for _ in range(2 * count + 1)]
        at = time.perf_counter() + seconds
        while time.perf_counter() < at:
            pass
        os.kill(child, signal.SIGKILL)
        notes += [json.loads(line) for line in pipe]
    os.waitpid(child, 0)
    return bool(notes[-1] == "begins")


def wrong_after(data: Path, first: Picture, note: Note) -> None:
    """Notes what is not as it must be once a worker ran; then all is undone, the last first."""
    told = site_file_faults(data)
    with site_at(data) as app:
        run_jobs(app, {}, ahead=AHEAD)
        left = db.session.scalars(db.select(Change).order_by(Change.id.desc())).all()
        told += [f"{one.act} is {one.state} after its job" for one in left if one.is_working]
        for change in left:
            if change.state == ChangeState.DONE:
                undo(change)
                work_a_while(app.extensions["keepsake"], change, LONG)
            told += [f"{one.error} of {change.act}" for one in _kept(change)]
        _delete_versions(app)
        now = picture()
        told += [] if now == first else [f"undone it is {now}, not {first}"]
        db.session.execute(db.delete(Change))
        db.session.commit()
    note(told + site_file_faults(data))


def _delete_versions(app: Flask) -> None:
    """What is undone of a replacement stays, as any version."""
    site = app.extensions["keepsake"]
    for version in db.session.scalars(db.select(Upload).where(~_is_page())).all():
        page = existing(Upload.by_row(version.version_of_id or 0))
        assert delete_version(site, page, version)


def _kept(change: Change) -> list[Any]:
    """What could not be undone. What was binned, or not, can't be restored, or edited."""
    return [one for one in change.failures(9) if one.state == ItemState.KEPT]


def main(told: Path, kills: int) -> None:
    chance, wrong, cut_short = random.Random(17), dict[int, list[str]](), 0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        furnish_twins(data)
        with site_at(data):
            first = picture()
        gc.freeze()
        for number in range(kills):
            child, reading = start_process(partial(change_again_and_again, data, number))
            count, seconds = chance.randint(0, MOST_CHANGES), chance.uniform(0, MOST_SECONDS)
            cut_short += kill_after(child, reading, count, seconds)
            seen, status = in_a_process(partial(wrong_after, data, first))
            if status:
                raise SystemExit(f"the start after kill {number} fails")
            if seen[0]:
                wrong[number] = seen[0]
    told.write_text(json.dumps({"cut_short": cut_short, "wrong": wrong}))
