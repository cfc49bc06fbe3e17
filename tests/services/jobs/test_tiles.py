"""Tiles for uploads of versions that made none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from media.storage.disk import DiskStorage
from models import Job, Upload, db
from server.worker import Worker
from services.jobs import limits, tiles
from services.jobs.forward import add
from services.jobs.kind import Turn
from services.jobs.kinds import KINDS
from services.place import reserve
from services.remove import remove
from services.site import Site
from tests.conftest import Person, path_of, stored_files
from tests.services.jobs.conftest import Clock, jobs

pytestmark = pytest.mark.usefixtures("in_app")
NAMES = ("plain.jpg", "clip.webm", "iphone.heic", "animated.gif", "screenshot.png")
Make = Callable[..., Worker]
Tiles = dict[str, tuple[str | None, tuple[int, int]]]


def forget_tiles(ann: Person) -> Tiles:
    """Make the uploads as they were before; the tiles that they had."""
    data, had = ann.app.extensions["keepsake"].config.data, tiles_of(ann)
    for path in had:
        (data / path).unlink()
    db.session.execute(db.update(Upload).values(tile_size=None))
    db.session.commit()
    return had


def tiles_of(ann: Person) -> Tiles:
    """By path: format and size."""
    data, found = ann.app.extensions["keepsake"].config.data, {}
    for path in stored_files(ann.app):
        if ".tl." in path:
            with Image.open(data / path) as image:
                found[path] = image.format, image.size
    return found


def test_all_that_would_have_one_today(ann: Person, make_worker: Make, clock: Clock) -> None:
    for name in NAMES:
        ann.uploaded(name, **({"expiration": "P1D"} if name == "clip.webm" else {}))
    ann.uploaded("pixel.png")  # shown itself
    had = forget_tiles(ann)
    assert len(had) == len(NAMES)
    Job.add("tiles", run_at=clock())
    db.session.commit()
    worker = make_worker(KINDS, turn=-1.0)
    for turn in range(6):  # one each
        assert worker.run_due(["tiles"]) == {"tiles": None}
        assert len(tiles_of(ann)) == turn
        clock.pass_by(limits.TILES_PAUSE)
    assert worker.run_due(["tiles"]) == {"tiles": None} and jobs() == []
    assert tiles_of(ann) == had
    site = ann.app.extensions["keepsake"]
    for row in db.session.scalars(db.select(Upload)):
        for path, root in row.places.items():
            assert (".tl." not in path) or (
                site.config.data / root / path
            ).stat().st_size == row.tile_size
    assert not list(site.storage.temp.path.iterdir())


def test_by_a_command_all_at_once(ann: Person, app: Flask, site: Site) -> None:
    """Whether a job is there or not, and without pauses."""
    ann.uploaded("plain.jpg")
    ann.uploaded("animated.gif")
    had = forget_tiles(ann)
    done = app.test_cli_runner().invoke(args=["jobs", "run", "tiles"])
    assert (done.exit_code, done.output) == (0, "tiles\tdone\n")
    assert tiles_of(ann) == had and "tiles" not in [job.kind for job in jobs()]
    forget_tiles(ann)
    add("tiles")
    Worker(app, site, limits=replace(limits.LIMITS, turn=-1.0), pauses=False).run_due(["tiles"])
    assert tiles_of(ann) == had


def test_what_can_not_be_read_is_left_out(ann: Person, site: Site) -> None:
    broken, lost, good = (ann.uploaded(name) for name in ("plain.jpg", "cmyk.jpg", "plain.jpg"))
    forget_tiles(ann)
    (site.config.data / "public" / path_of(broken["url"]).lstrip("/")).write_bytes(b"no picture")
    (site.config.data / "public" / path_of(lost["url"]).lstrip("/")).unlink()
    assert tiles.run(site, Turn({}, lambda: False)) is None
    assert list(tiles_of(ann)) == [
        "public" + path_of(good["medium"]["url"]).replace(".md.", ".tl.")
    ]


def test_a_full_disk_is_tried_again(
    ann: Person, site: Site, make_worker: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann.uploaded("plain.jpg")
    before = forget_tiles(ann), stored_files(ann.app)

    def fail(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    Job.add("tiles", run_at=clock())
    db.session.commit()
    with monkeypatch.context() as full:
        full.setattr(DiskStorage, "publish", fail)
        assert isinstance(make_worker(KINDS).run_due(["tiles"])["tiles"], OSError)
    assert stored_files(ann.app) == before[1]
    clock.pass_by(limits.LIMITS.first_wait)
    assert make_worker(KINDS).run_due(["tiles"]) == {"tiles": None}
    assert tiles_of(ann) == before[0]


def test_uploads_go_first(ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "LIMITS", replace(limits.LIMITS, turn=0.01))
    ann.uploaded("plain.jpg")
    forget_tiles(ann)
    with site.budget.holding(site.budget.total, 1):
        patient = Turn({"below": 7}, lambda: False)
        assert tiles.run(site, patient) == {"below": 7}


def test_who_read_the_upload_before_takes_its_tile_along(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tile would stay where it was, and be in public of an upload that is private."""
    ann.uploaded("plain.jpg")
    had = forget_tiles(ann)
    site = ann.app.extensions["keepsake"]
    upload = db.session.scalars(db.select(Upload)).one()
    assert upload.tile_size is None

    def give_tile(*args: Any, **kwargs: Any) -> bool:
        monkeypatch.undo()
        with ann.app.app_context():
            assert tiles.run(site, Turn({}, lambda: False)) is None
        assert tiles_of(ann) == had
        return reserve(*args, **kwargs)

    monkeypatch.setattr("services.place.reserve", give_tile)
    assert remove(site, upload)
    assert stored_files(ann.app) == []


def test_an_older_upload_that_is_called_like_a_tile(ann: Person, site: Site) -> None:
    """Names may end in .tl since there are tiles: it keeps its file."""
    wide = ann.uploaded("plain.jpg", filename="sea.jpg")
    forget_tiles(ann)
    other = ann.uploaded("plain.jpg", filename="lake.jpg", expiration="P1D")
    forget_tiles(ann)
    row = db.session.scalars(db.select(Upload).where(Upload.public_id == other["id_encoded"])).one()
    folder = site.config.data / row.root
    before = row.files
    row.name = "sea.tl"
    db.session.commit()
    for old, new in zip(before, row.files, strict=True):
        (folder / old).rename(folder / new)
    assert (row.name, row.files[0][-10:]) == ("sea.tl", "sea.tl.jpg")
    assert tiles.run(site, Turn({}, lambda: False)) is None
    sea = db.session.scalars(db.select(Upload).where(Upload.public_id == wide["id_encoded"])).one()
    assert sea.tile_size is None and row.tile_size
    for path in row.files:
        assert ann.client.get("/" + path).status_code == 200, path
    with Image.open(folder / row.files[0]) as image:
        assert image.size == (1600, 1200)
