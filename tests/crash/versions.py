"""Another file behind a page: both files and both rows are there, each in its root, and the page
has one of them whole; or nothing has happened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from media.intake import filename
from media.intake.spool import Spool
from models import Change, Upload, User, Visibility, db, utcnow
from services import versions
from services.acts.files import Noted
from services.bin import delete_own, purge
from services.changes import begin, work
from services.intake import UploadRequest
from services.remove import remove as remove_for_good
from tests.conftest import SAMPLES, existing
from tests.crash.scenes import Scene, furnish, site_at

NEW = "canon-40d.jpg"


def _one() -> Upload:
    """What was sent first, by its row: its name changes with its file."""
    first = db.select(Upload).where(Upload.version_of_id.is_(None)).order_by(Upload.id)
    one: Upload = existing(db.session.scalars(first).first())
    return one


def replace(app: Flask, _facts: dict[str, Any]) -> None:
    replace_by(app, _one(), NEW)


def replace_by(app: Flask, upload: Upload, sample: str) -> None:
    site = app.extensions["keepsake"]
    spool = Spool(site.storage.temp.path, 10_000_000, "three.jpg")
    spool.write((SAMPLES / sample).read_bytes())
    ann = existing(User.by_name("ann"))
    request = UploadRequest(source=spool.finish(), user=ann)
    versions.replace(site, upload, request, Noted(ann, "replace", upload))


def roll_back(app: Flask, _facts: dict[str, Any]) -> None:
    one = _one()
    (version,) = Upload.versions_of(one.id)
    versions.roll_back(app.extensions["keepsake"], one, version)


def turn(app: Flask, _facts: dict[str, Any]) -> None:
    """Under a name that is known. In a process of its own."""
    filename.another_name = lambda name: f"{name}-turned"
    change = begin(existing(User.by_name("ann")), "rotate", {"turns": 1}, [_one().id])
    assert work(app.extensions["keepsake"], change.public_id, lambda: False)


def end(app: Flask, _facts: dict[str, Any]) -> None:
    assert remove_for_good(app.extensions["keepsake"], _one())


def empty_bins(app: Flask, _facts: dict[str, Any]) -> None:
    assert not purge(app.extensions["keepsake"], lambda: False)


def furnish_binned_long_ago(data: Path) -> dict[str, Any]:
    """The page with a version has been in the bin for long; the other one would have expired."""
    facts = furnish_replaced(data)
    with site_at(data) as app:
        ann, one = existing(User.by_name("ann")), _one()
        two = db.session.scalars(db.select(Upload).where(Upload.name == "two")).one()
        for upload in (one, two):
            assert delete_own(app.extensions["keepsake"], upload, ann)
        one.binned_at = utcnow() - timedelta(days=31)
        db.session.commit()
    return facts


def end_two(app: Flask, facts: dict[str, Any]) -> None:
    two = db.session.scalars(db.select(Upload).where(Upload.name == "two")).one()
    two.ends_at = utcnow()
    db.session.commit()
    empty_bins(app, facts)


def furnish_replaced(data: Path) -> dict[str, Any]:
    facts = furnish(data)
    with site_at(data) as app:
        replace(app, facts)
    return facts


def half_replaced(most: int) -> Callable[[Path], list[str]]:
    """What is wrong with the page, its versions and what is said of them."""

    def look(data: Path) -> list[str]:
        with site_at(data):
            one = _one()
            kept = Upload.versions_of(one.id)
            told = [] if len(kept) <= most else [f"{len(kept)} versions"]
            told += [] if one.visibility == Visibility.UNLISTED else [one.visibility]
            rows = [one, *kept]
            told += [] if len({row.checksum for row in rows}) == len(rows) else ["one file twice"]
            told += [f"{row.name} in {row.root}" for row in kept if row.root != "private"]
            for row in rows:
                size = (data / row.root / row.files[0]).stat().st_size
                told += [] if size == row.size else [f"{row.name} has {size} bytes"]
            changes = db.session.scalars(db.select(Change).where(Change.act == "replace")).all()
            told += [f"{len(changes)} changes"] if changes and not kept else []
        return told

    return look


REPLACED = {"three": "public", "one": "private"}
BACK = {"three": "private", "one": "public"}
_AFTER = {"three": "public", "one": "private", "two": "private"}
VERSION_SCENES = {
    "replace": Scene([(replace, REPLACED)], afterwards=half_replaced(1)),
    "roll_back": Scene(
        [(roll_back, BACK)], furnish_replaced, before=_AFTER, afterwards=half_replaced(1)
    ),
    "rotate": Scene(
        [(turn, {"one-turned": "public", "one": "private"})], afterwards=half_replaced(1)
    ),
    "purge": Scene(
        [(empty_bins, {"three": "", "one": ""}), (end_two, {"two": ""})],
        furnish_binned_long_ago,
        before=dict.fromkeys(_AFTER, "private"),
    ),
    "delete_replaced": Scene([(end, {"three": "", "one": ""})], furnish_replaced, before=_AFTER),
}
