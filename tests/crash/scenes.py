"""What people do while it happens: each act with how the site may be before it and must be after it
was acknowledged.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from models import (
    Album,
    ApiKey,
    IdempotencyKey,
    Job,
    Reason,
    Report,
    Upload,
    User,
    Visibility,
    db,
    utcnow,
)
from models.role import Role
from server.worker import Worker
from services import reports, review
from services.change import Wishes, change
from services.delete_account import delete_account
from services.jobs import limits
from services.jobs.kinds import KINDS
from tests.conftest import SAMPLES

# Of each upload, by the name that it was sent under: "public", "private" or gone (no entry).
State = dict[str, str]
# what is done; what it changes, "" for gone
Act = tuple[Callable[[Flask, dict[str, Any]], None], State]

# two and three have a tile
PICTURES = {"one": "pixel.png", "two": "animated.png", "three": "animated.png", "four": "still.bmp"}


def open_site(data: Path) -> Flask:
    return create_app({"DATA": str(data), "TESTING": True, "UPKEEP_SECONDS": 0, "MIN_FREE_MB": 0})


@contextlib.contextmanager
def site_at(data: Path) -> Iterator[Flask]:
    app = open_site(data)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    app.extensions["keepsake"].running.leave()


def furnish(data: Path) -> dict[str, Any]:
    """A site with a key, one public and one private upload; what the acts need to know of it."""
    facts: dict[str, Any] = {}
    with site_at(data) as app:
        make_key(app, facts)
        upload("one")(app, facts)
        upload("two", expiration="P1D")(app, facts)
    return facts


def make_key(app: Flask, facts: dict[str, Any]) -> None:
    user = User(name="ann", password_hash="-", role=Role.ADMIN)
    db.session.add(user)
    db.session.flush()
    facts |= {"key": ApiKey.issue(user, "tests")[1], "delete": {}}
    db.session.commit()


def upload(
    name: str, idempotency_key: str | None = None, **fields: str
) -> Callable[[Flask, dict[str, Any]], None]:
    def act(app: Flask, facts: dict[str, Any]) -> None:
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        with (SAMPLES / PICTURES[name]).open("rb") as source:
            answer = app.test_client().post(
                "/api/1/upload",
                data={"source": (source, f"{name}.png"), **fields},
                headers={"X-API-Key": facts["key"], **headers},
            )
        assert answer.status_code == 200, answer.text
        facts["delete"][name] = answer.get_json()["image"]["delete_url"].removeprefix(
            "http://localhost"
        )

    return act


def delete(name: str) -> Callable[[Flask, dict[str, Any]], None]:
    def act(app: Flask, facts: dict[str, Any]) -> None:
        assert app.test_client().delete(facts["delete"][name]).status_code == 200

    return act


def expire(name: str, days: int | None) -> Callable[[Flask, dict[str, Any]], None]:
    def act(app: Flask, facts: dict[str, Any]) -> None:
        ends = utcnow() + timedelta(days=days) if days else None
        _change(app, name, ends, Visibility.UNLISTED)

    return act


def show(name: str, visibility: Visibility) -> Callable[[Flask, dict[str, Any]], None]:
    def act(app: Flask, facts: dict[str, Any]) -> None:
        _change(app, name, None, visibility)

    return act


def _change(app: Flask, name: str, ends: datetime | None, visibility: Visibility) -> None:
    row = db.session.scalar(db.select(Upload).where(Upload.name == name))
    wishes = Wishes(title="title", tags=["a"], expires_at=ends, visibility=visibility)
    change(app.extensions["keepsake"], row, wishes)


def approve(name: str) -> Callable[[Flask, dict[str, Any]], None]:
    def act(app: Flask, facts: dict[str, Any]) -> None:
        row = db.session.scalars(db.select(Upload).where(Upload.name == name)).one()
        ann = db.session.scalars(db.select(User)).one()
        assert review.approve(app.extensions["keepsake"], row, ann)

    return act


def hide(name: str) -> Callable[[Flask, dict[str, Any]], None]:
    def act(app: Flask, facts: dict[str, Any]) -> None:
        row = db.session.scalars(db.select(Upload).where(Upload.name == name)).one()
        ann = db.session.scalars(db.select(User)).one()
        assert reports.hide(app.extensions["keepsake"], row, ann)

    return act


def run_jobs(app: Flask, _facts: dict[str, Any], ahead: timedelta = timedelta(0)) -> None:
    """All that is due on a clock that is ahead. In a process of its own, where no file is too
    young.
    """
    limits.GRACE_SECONDS = -1.0
    worker = Worker(app, app.extensions["keepsake"], now=lambda: utcnow() + ahead)
    worker.plan()
    worker.run_due()


def furnish_due(data: Path) -> dict[str, Any]:
    """A site where every job has something to do: what expires, and what crashes and guests
    leave.
    """
    facts = furnish(data)
    with site_at(data):
        one, two = db.session.scalars(db.select(Upload).order_by(Upload.id))
        two.expires_at = utcnow() - timedelta(seconds=1)
        one.guest, one.received_at = "hash", utcnow() - timedelta(days=2)
        db.session.commit()
    # As if the power had failed between moving and saying so.
    astray = data / "private" / one.files[1]
    astray.parent.mkdir(parents=True, exist_ok=True)
    (data / "public" / one.files[1]).rename(astray)
    stray = data / "public" / STRAY
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    return facts


def undone(data: Path) -> list[str]:
    """What the next worker leaves undone, once leases and waits are over."""
    with site_at(data) as app:
        run_jobs(app, {}, timedelta(days=2))
        jobs = Job.ordered()
        told = [f"{job.kind}: {job.reason}" for job in jobs if job.reason or job.claimed_by]
        told += [] if {job.kind for job in jobs} == RECURRING else ["a job is not planned"]
        told += ["a guest is known"] if Upload.knows_guests(timedelta(days=1)) else []
    return told + faults(data, {"one": "public"}, {})


@dataclass(frozen=True)
class Scene:
    """``prepare`` makes the site; ``look`` tells what is wrong with it before it is started anew,
    ``afterwards`` once it was.
    ``allowed`` are words of faults that the act may leave for later."""

    acts: list[Act]
    prepare: Callable[[Path], dict[str, Any]] = furnish
    before: State = field(default_factory=lambda: {"one": "public", "two": "private"})
    look: Callable[[Path], list[str]] = lambda data: []
    afterwards: Callable[[Path], list[str]] = lambda data: []
    allowed: tuple[str, ...] = ()

    def wrong(self, data: Path, done: State, doing: State) -> list[str]:
        told = self.look(data)
        for fault in faults(data, done, doing):
            told += [] if any(words in fault for words in self.allowed) else [fault]
        return told + self.afterwards(data)


def furnish_for_two(data: Path) -> dict[str, Any]:
    """With an album, and another admin, so that ann may go."""
    facts = furnish(data)
    with site_at(data):
        db.session.add(User(name="bob", password_hash="-", role=Role.ADMIN))
        ann = db.session.scalars(db.select(User).where(User.name == "ann")).one()
        album = Album.create(ann, "Rome")
        db.session.flush()
        Album.append(album.id, list(db.session.scalars(db.select(Upload.id))))
        db.session.commit()
    return facts


def leave(app: Flask, _facts: dict[str, Any]) -> None:
    _leave(app, None)


def hand_over(app: Flask, _facts: dict[str, Any]) -> None:
    _leave(app, User.by_name("bob"))


def _leave(app: Flask, give_to: User | None) -> None:
    ann = User.by_name("ann")
    assert ann and delete_account(app.extensions["keepsake"], ann, "ann", give_to)


def half_left(data: Path) -> list[str]:
    """What is still there of ann once a worker ran, if she was said to go; or not all of what bob
    got.
    """
    with site_at(data) as app:
        run_jobs(app, {}, ahead=timedelta(days=2))
        db.session.expire_all()
        ann, bob = User.by_name("ann"), User.by_name("bob")
        told = [f"ann is {ann.state}"] if ann and not ann.is_active else []
        owners = {row.user_id for row in db.session.scalars(db.select(Upload))}
        owners |= {row.user_id for row in db.session.scalars(db.select(Album))}
        allowed = {ann.id} if ann else {bob.id if bob else 0}
        told += [] if owners <= allowed else [f"owners are {owners}"]
        told += [job.kind for job in Job.ordered() if job.kind == "accounts"]
    return told


def sent_again(data: Path) -> list[str]:
    """What is wrong once the program that got no answer has sent the same key once more."""
    named = db.select(Upload.public_id).where(Upload.name == "three")
    with site_at(data) as app:
        before = db.session.scalars(named).all()
        done = db.session.scalars(db.select(IdempotencyKey.sealed)).all()
        told = [] if [bool(one) for one in done] in ([], [False], [True]) else [f"{done} rows"]
        told += [] if any(done) == bool(before) else ["a key without its upload, or the reverse"]
        ann = User.by_name("ann")
        assert ann
        facts = {"key": ApiKey.issue(ann, "again")[1], "delete": {}}
        db.session.commit()
        upload("three", "once")(app, facts)
        after = db.session.scalars(named).all()
        told += [] if len(after) == 1 and before in ([], after) else [f"{before}, then {after}"]
        delete("three")(app, facts)
    return told


RECURRING = {name for name, kind in KINDS.items() if kind.every}
STRAY = "images/2026/01/01/stray.png"


def furnish_waiting(data: Path) -> dict[str, Any]:
    """With one that waits for approval, also to come into an album."""
    facts = furnish_for_two(data)
    with site_at(data) as app:
        db.session.execute(db.delete(User).where(User.name == "bob"))
        one = db.session.scalars(db.select(Upload).where(Upload.name == "one")).one()
        show("one", Visibility.PRIVATE)(app, facts)
        one.is_approved, one.waits_as = False, Visibility.PUBLIC
        db.session.flush()
        album = db.session.scalars(db.select(Album)).one()
        album.visibility = Visibility.PUBLIC
        db.session.commit()
    return facts


def half_approved(data: Path) -> list[str]:
    """Whether it is approved and in its album, or neither."""
    with site_at(data):
        one = db.session.scalars(db.select(Upload).where(Upload.name == "one")).one()
        state = one.is_approved, one.is_open, not one.waits, one.album_count == 1
        return [] if len(set(state)) == 1 else [f"approved by half: {state}"]


def furnish_reported(data: Path) -> dict[str, Any]:
    facts = furnish(data)
    with site_at(data):
        one = db.session.scalars(db.select(Upload).where(Upload.name == "one")).one()
        Report.add(one, None, "somebody", Reason.OTHER, "")
        db.session.commit()
    return facts


def half_hidden(data: Path) -> list[str]:
    """Whether it is hidden and its report answered, or neither."""
    with site_at(data):
        one = db.session.scalars(db.select(Upload).where(Upload.name == "one")).one()
        is_answered = db.session.scalar(db.select(Report.id)) is None
        state = one.is_hidden, not one.is_approved, one.waits, not one.is_open, is_answered
        return [] if len(set(state)) == 1 else [f"hidden by half: {state}"]


def furnish_without_tile(data: Path) -> dict[str, Any]:
    """As before version 0016, and its job."""
    facts = furnish(data)
    with site_at(data):
        two = db.session.scalars(db.select(Upload).where(Upload.name == "two")).one()
        (data / "private" / two.files[2]).unlink()
        two.tile_size = None
        Job.add("tiles", key="tiles")
        db.session.commit()
    return facts


def furnish_without_preview(data: Path) -> dict[str, Any]:
    """With an upload that waits for one, as if its file were large."""
    facts = furnish(data)
    with site_at(data):
        two = db.session.scalars(db.select(Upload).where(Upload.name == "two")).one()
        two.preview_size = 0
        db.session.commit()
    return facts


def without_preview(data: Path) -> list[str]:
    """What is still missing once a worker ran."""
    with site_at(data) as app:
        run_jobs(app, {}, ahead=timedelta(minutes=2))
        two = db.session.scalars(db.select(Upload).where(Upload.name == "two")).one()
        told = [] if two.preview_size else ["no preview"]
    return told + faults(data, {"one": "public", "two": "private"}, {})


def without_tile(data: Path) -> list[str]:
    """What is still missing once a worker ran."""
    with site_at(data) as app:
        run_jobs(app, {}, ahead=timedelta(minutes=2))
        two = db.session.scalars(db.select(Upload).where(Upload.name == "two")).one()
        told = [] if two.tile_size else ["no tile"]
        told += [job.kind for job in Job.ordered() if job.kind == "tiles"]
    return told + faults(data, {"one": "public", "two": "private"}, {})


def furnish_first(data: Path) -> dict[str, Any]:
    from tests.crash.old import furnish_old

    return furnish_old(data, "0001")


def half_migrated(data: Path) -> list[str]:
    """Whether the database is neither the old one nor the new one."""
    from tests.crash.old import REVISIONS, version_and_schema

    version, schema = version_and_schema(data / "keepsake.sqlite3")
    if version == "0001":
        return [
            f"{text} in the first version"
            for text in schema
            if "journal" in text or "is_playable" in text
        ]
    return [] if version == REVISIONS[-1] else [f"left at {version}"]


SCENES = {
    "start": Scene([(make_key, {}), (upload("one"), {"one": "public"})], lambda data: {}, {}),
    "migrate": Scene([], furnish_first, look=half_migrated),
    "ingest": Scene([(upload("three"), {"three": "public"})]),
    "ingest_private": Scene([(upload("three", expiration="P1D"), {"three": "private"})]),
    "once": Scene([(upload("three", "once"), {"three": "public"})], afterwards=sent_again),
    # what was sent is private beside a public PNG
    "convert": Scene([(upload("four"), {"four": "public"}), (delete("four"), {"four": ""})]),
    "delete": Scene([(delete("one"), {"one": ""}), (delete("two"), {"two": ""})]),
    "expire": Scene([(expire("one", 1), {"one": "private"})]),
    "keep": Scene([(expire("two", None), {"two": "public"})]),
    "hide": Scene([(show("one", Visibility.PRIVATE), {"one": "private"})]),
    "show": Scene([(show("two", Visibility.PUBLIC), {"two": "public"})]),
    "approve": Scene(
        [(approve("one"), {"one": "public"})],
        furnish_waiting,
        {"one": "private", "two": "private"},
        afterwards=half_approved,
    ),
    "hide_as_moderator": Scene(
        [(hide("one"), {"one": "private"})], furnish_reported, afterwards=half_hidden
    ),
    # another file under the same path
    "replace": Scene([(delete("one"), {"one": ""}), (upload("one"), {"one": "public"})]),
    "tiles": Scene([(run_jobs, {})], furnish_without_tile, afterwards=without_tile),
    "previews": Scene([(run_jobs, {})], furnish_without_preview, afterwards=without_preview),
    "leave": Scene([(leave, {"one": "", "two": ""})], furnish_for_two, look=half_left),
    "hand_over": Scene([(hand_over, {})], furnish_for_two, look=half_left),
    "jobs": Scene(
        [(run_jobs, {"two": ""})], furnish_due, afterwards=undone, allowed=("one.th", STRAY)
    ),
}


def faults_of_copy(copy: Path, done: State) -> list[str]:
    """The same of a copy in a backup, on which nothing starts: of all of it, somewhere else."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(copy, Path(folder, "data"))
        return faults(Path(folder, "data"), done, {})


def faults(data: Path, done: State, doing: State) -> list[str]:
    """Start anew on ``data``, and tell what is not as it must be: ``done`` was acknowledged;
    ``doing`` may have happened, or not.
    """
    with site_at(data) as app:
        rows = db.session.scalars(db.select(Upload)).all()
        told = _state_faults({row.name: row.root for row in rows}, done, doing)
        for row in rows:
            told += _row_faults(app, data, row)
        known = {f"{root}/{path}" for row in rows for path, root in row.places.items()}
        for root in ("public", "private", "tmp"):
            for path in (data / root).rglob("*"):
                if path.is_file() and path.name != ".keepsake":
                    relative = path.relative_to(data).as_posix()
                    told += [] if relative in known else [f"{relative} has no row"]
                    told += [] if path.stat().st_size else [f"{relative} is empty"]
        if db.session.execute(db.text("SELECT count(*) FROM journal")).scalar():
            told.append("the journal is not settled")
        healthy = app.test_client().get("/healthz")
        told += [] if healthy.status_code == 200 else [healthy.text]
        told += (
            [] if app.config["SECRET_KEY"] and (data / "secret_key").read_text() else ["no secret"]
        )
    return told


def _state_faults(found: State, done: State, doing: State) -> list[str]:
    after = {name: root for name, root in {**done, **doing}.items() if root}
    before = {name: root for name, root in done.items() if root}
    return [] if found in (before, after) else [f"{found} is neither {before} nor {after}"]


def _row_faults(app: Flask, data: Path, row: Upload) -> list[str]:
    told = []
    for path, root in row.places.items():
        home, other = (
            data / root / path,
            data / ("private" if root == "public" else "public") / path,
        )
        told += [f"{path} is also in the other root"] if other.exists() else []
        told += [] if home.exists() else [f"{root}/{path} is lost"]
        answer = app.test_client().get(f"/{path}")
        is_shown = path in row.files and _is_shown(row)
        # what was replaced leads to what is there now
        page = Upload.by_row(row.version_of_id) if row.version_of_id else None
        otherwise = 302 if page and _is_shown(page) and path in row.files else 404
        fits = (200,) if is_shown else (otherwise, 410) if row.is_binned else (otherwise,)
        told += [] if answer.status_code in fits else [f"{path}: {answer.status_code}"]
        if (
            path == row.files[0]
            and is_shown
            and hashlib.md5(answer.data).hexdigest() != row.checksum
        ):
            told.append(f"{path} is another file")
        answer.close()
    return told


def _is_shown(row: Upload) -> bool:
    return row.is_open and (not row.expires_at or row.expires_at > utcnow())
