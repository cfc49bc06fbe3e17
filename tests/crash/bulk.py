"""Changes of many files, and the way back: whatever is killed, each file is as before or as after,
the change goes on to its end by its job, and undo gives back what there was.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from models import (
    Album,
    Change,
    ChangeState,
    Heart,
    MovedAddress,
    ShareLink,
    Space,
    Tally,
    Upload,
    User,
    begin_write,
    db,
)
from services import changes
from services.changes import begin, undo, work_a_while
from tests.conftest import existing
from tests.crash.scenes import Scene, State, faults, furnish, run_jobs, site_at, upload

EXPECTED = "expected.json"
NAMES = ("one", "two", "three", "four")
ACKNOWLEDGED, UNDONE = {"change": "acknowledged"}, {"change": "undone"}
LONG = 600.0  # seconds that an act may take here
AHEAD = timedelta(minutes=2)  # of the clock, when no lease holds any more

Picture = dict[str, Any]  # of the whole site, as JSON has it


def furnish_many(data: Path) -> dict[str, Any]:
    """Four files: shown to all, expiring, private and with an original; tagged, in an album."""
    facts = furnish(data)
    with site_at(data) as app:
        upload("three", tags="sea,sun", visibility="private")(app, facts)
        upload("four", tags="sun")(app, facts)
        ann = existing(User.by_name("ann"))
        begin_write()
        albums = [Album.create(ann, name, "public") for name in ("Rome", "Sea")]
        db.session.flush()
        rows = rows_of(NAMES)
        Album.append(albums[0].id, rows[::-1])
        Album.append(albums[1].id, rows[1:3])
        albums[0].cover_id = rows[3]
        db.session.execute(db.delete(Change))
        db.session.commit()
    return facts


def furnish_binned(data: Path) -> dict[str, Any]:
    facts = furnish_many(data)
    with site_at(data) as app:
        bulk("bin", {})(app, facts)
        db.session.execute(db.delete(Change))
        db.session.commit()
    return facts


def furnish_twins(data: Path) -> dict[str, Any]:
    """The four as if they were of the same bytes; what is known of one of them only."""
    facts = furnish_many(data)
    with site_at(data):
        db.session.execute(db.text("UPDATE upload SET source_sha256 = 'same', views = id"))
        row = db.session.get_one(Upload, rows_of(("four",))[0])
        row.description, row.alt_text = "By the sea", "Waves"
        Heart.give(existing(User.by_name("ann")).id, row.id)
        link = ShareLink(token_hash="x", user_id=row.user_id, kind="files")
        db.session.add(link)
        db.session.flush()
        link.choose(rows_of(("two", "four")))
        db.session.commit()
    return facts


def rows_of(names: tuple[str, ...]) -> list[int]:
    found = {row.name: row.id for row in db.session.scalars(db.select(Upload))}
    return [found[name] for name in names]


def bulk(
    act: str, wishes: dict[str, Any], names: tuple[str, ...] = NAMES
) -> Callable[[Flask, dict[str, Any]], None]:
    def do(app: Flask, _facts: dict[str, Any]) -> None:
        changes.BATCH = changes.BATCH_OF_FILES = 2  # so that one may end between two
        change = begin(existing(User.by_name("ann")), act, wishes, rows_of(names))
        work_a_while(app.extensions["keepsake"], change, LONG)
        assert (change.state, change.done) == (ChangeState.DONE, len(names)), change.failures(9)

    return do


def take_back(app: Flask, _facts: dict[str, Any]) -> None:
    changes.BATCH = changes.BATCH_OF_FILES = 2
    change = db.session.scalars(db.select(Change)).one()
    assert undo(change)
    work_a_while(app.extensions["keepsake"], change, LONG)
    assert (change.state, change.failed) == (ChangeState.UNDONE, 0)


def picture() -> Picture:
    """Of every file, and of all that is counted."""
    db.session.expire_all()
    ann = existing(User.by_name("ann"))
    files = {row.name: _file(row) for row in db.session.scalars(db.select(Upload))}
    albums = [
        (album.name, album.upload_count, album.cover_id)
        for album in db.session.scalars(db.select(Album).order_by(Album.id))
    ]
    counted: dict[str, Any] = {
        "tally": sorted(Tally.of(ann.id, "received_at")),
        "binned": Tally.away(ann.id, 48),
        "space": Space.of(ann.id),
        "albums": albums,
    }
    seen: Picture = json.loads(json.dumps({"files": files, "counted": counted}))
    return seen


def _file(row: Upload) -> dict[str, Any]:
    return {
        "root": row.root,
        "visibility": row.visibility,
        "ends": row.expires_at.isoformat() if row.expires_at else None,
        "is_binned": row.is_binned,
        "binned": row.binned,
        "texts": [row.title, row.description, row.nsfw],
        "tags": sorted(tag.name for tag in row.tags),
        "albums": Album.places_of(row.id),
        "likes": [row.views, row.likes],
        "leads_to": MovedAddress.row_for(row.id),
    }


@dataclass(frozen=True)
class Bulk(Scene):
    """A change of all files, which is undone."""

    def wrong(self, data: Path, done: State, doing: State) -> list[str]:
        expected = json.loads((data / EXPECTED).read_text())
        before, after = expected["before"], expected["after"]
        told = site_file_faults(data)
        with site_at(data) as app:
            told += _half_changed(picture(), before, after)
            run_jobs(app, {}, ahead=AHEAD)
            told += _ended(done.get("change", ""), before, after)
            if change := db.session.scalar(db.select(Change)):
                if change.state == ChangeState.DONE:
                    take_back(app, {})
                told += [] if picture() == before else [f"undone it is {picture()}, not {before}"]
        return told + site_file_faults(data)


def site_file_faults(data: Path) -> list[str]:
    """But for which root is whose, and what leads to another file, which `picture` says."""
    told = faults(data, {}, {})
    return [one for one in told if " is neither " not in one and not one.endswith(": 302")]


def _half_changed(now: Picture, before: Picture, after: Picture) -> list[str]:
    return [
        f"{name} is {file}, neither {before['files'][name]} nor {after['files'][name]}"
        for name, file in now["files"].items()
        if file not in (before["files"][name], after["files"][name])
    ]


def _ended(acknowledged: str, before: Picture, after: Picture) -> list[str]:
    """Whether it went on to its end, whichever way, once a worker ran."""
    change = db.session.scalar(db.select(Change))
    state = change.state if change else "not begun"
    told = [f"{state} after its job"] if change and change.is_working else []
    told += [f"acknowledged, and {state}"] if acknowledged and not change else []
    told += [f"undone, and {state}"] if acknowledged == "undone" and state != "undone" else []
    told += [f"{change.failed} failed"] if change and change.failed else []
    fits = after if state == ChangeState.DONE else before
    return told + ([] if picture() == fits else [f"{state}, but {picture()} is not {fits}"])


def scene(
    act: str,
    wishes: dict[str, Any],
    prepare: Callable[[Path], dict[str, Any]] = furnish_many,
    names: tuple[str, ...] = NAMES,
) -> Bulk:
    do = bulk(act, wishes, names)

    def prepared(data: Path) -> dict[str, Any]:
        """What it is before and after, found on a copy."""
        facts = prepare(data)
        with site_at(data):
            expected = {"before": picture()}
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy"
            shutil.copytree(data, copy)
            with site_at(copy) as app:
                do(app, facts)
                expected["after"] = picture()
        (data / EXPECTED).write_text(json.dumps(expected))
        return facts

    return Bulk([(do, ACKNOWLEDGED), (take_back, UNDONE)], prepared, {})


EDIT = {"title": "New", "nsfw": True, "visibility": "private", "tags": ["lake"]}
SCENES = {
    "bulk_tags": scene("tags", {"add": ["lake"], "remove": ["sun"]}),
    "bulk_edit": scene("edit", EDIT),
    "bulk_hide": scene("edit", {"visibility": "private"}),
    "bulk_show": scene("edit", {"visibility": "public"}),
    "bulk_bin": scene("bin", {}),
    "bulk_merge": scene(
        "merge", {"keep": 1}, furnish_twins, ("two", "four")
    ),  # one batch: the one that is kept has no state between
    "bulk_restore": scene("restore", {}, furnish_binned),
}
