"""Tiles of uploads whose files move to the other root meanwhile."""

from __future__ import annotations

import pytest

from media.storage import ROOTS, OpenFile
from media.storage.disk import DiskStorage
from models import Upload, Visibility, db
from services.change import Wishes, change
from services.jobs import tiles
from services.jobs.kind import Turn
from services.site import Site
from tests.conftest import Person
from tests.services.jobs.test_tiles import forget_tiles, tiles_of

pytestmark = pytest.mark.usefixtures("in_app")


def test_after_its_row_was_read(ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ann.uploaded("plain.jpg")
    had = forget_tiles(ann)
    upload = db.session.scalars(db.select(Upload)).one()
    id, root, really = upload.id, upload.root, DiskStorage.open
    wishes = Wishes(visibility=Visibility.PRIVATE)

    def open(storage: DiskStorage, root: str, path: str) -> OpenFile:
        monkeypatch.undo()
        with ann.app.app_context():
            change(site, db.session.get_one(Upload, id), wishes)
        return really(storage, root, path)

    monkeypatch.setattr(DiskStorage, "open", open)
    assert tiles.run(site, Turn({}, lambda: False)) is None
    assert root == "public"
    assert tiles_of(ann) == {path.replace(root, "private", 1): of for path, of in had.items()}


def test_before_its_row_says_so(ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """And back again, as the change is given up."""
    ann.uploaded("plain.jpg")
    had = forget_tiles(ann)
    upload = db.session.scalars(db.select(Upload)).one()
    root, files, really = upload.root, upload.files, DiskStorage.open
    other = next(other for other in ROOTS if other != root)
    site.storage.move(files, root, other)

    def open(storage: DiskStorage, at: str, path: str) -> OpenFile:
        file = really(storage, at, path)
        storage.move(files, other, root)
        return file

    monkeypatch.setattr(DiskStorage, "open", open)
    assert tiles.run(site, Turn({}, lambda: False)) is None
    assert tiles_of(ann) == had
