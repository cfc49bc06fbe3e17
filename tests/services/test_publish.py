"""Names that don't tell, limits that hold over processes, and who may read what lies on the
disk.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import create_app
from models import Journal, Upload, Visibility, Visitor, db, utcnow
from services.change import Wishes, change
from services.errors import Busy
from tests.conftest import ROOT, Person, existing, make_person, path_of, sample, stored_files

RANDOM = re.compile(r"[A-Za-z0-9]{32}")
UPLOAD = """
import json, sys
from app import create_app
app = create_app({"DATA": sys.argv[1], "TESTING": True, "UPKEEP_SECONDS": 0, "FLOOD_PER_DAY": 10})
print("ready", flush=True)
sys.stdin.readline()
answers = []
for _ in range(10):
    with open(sys.argv[3], "rb") as source:
        sent = {"data": {"source": source}, "headers": {"X-API-Key": sys.argv[2]}}
        answers.append(app.test_client().post("/api/1/upload", **sent).status_code)
print(json.dumps(answers))
"""


@pytest.mark.parametrize("sent_as", ["holiday.png", "Holiday.PNG"])
def test_a_name_that_a_private_upload_holds_is_not_told(sent_as: str, ann: Person) -> None:
    """Neither by the name that another upload gets, nor by that of one after it."""
    ann.uploaded("alpha.png", filename="holiday.png", expiration="P1D")
    bob = make_person(ann.app, "bob")
    for _ in range(2):
        image = bob.uploaded("alpha.png", filename=sent_as)
        assert RANDOM.fullmatch(image["name"]), image["name"]


def test_a_name_that_became_private_is_not_told(ann: Person) -> None:
    ann.uploaded("alpha.png", filename="holiday.png")
    public = ann.uploaded("alpha.png", filename="holiday.png")
    # the contract's: anybody can see who has the name
    assert re.fullmatch(r"holiday[A-Za-z0-9]{16}", public["name"])
    with ann.app.app_context():
        row = db.session.scalar(db.select(Upload).where(Upload.name == "holiday"))
        ann.app.extensions["keepsake"].storage.move(row.files, "public", "private")
        row.root = "private"
        db.session.commit()
    assert RANDOM.fullmatch(
        make_person(ann.app, "bob").uploaded("alpha.png", filename="holiday.png")["name"]
    )


def test_a_file_without_a_row_is_not_written_over(ann: Person) -> None:
    """After an older database was brought back, it is a newer upload."""
    image = ann.uploaded("alpha.png")
    path = ann.app.extensions["keepsake"].config.data / "public" / path_of(image["url"]).lstrip("/")
    with ann.app.app_context():
        db.session.execute(db.delete(Upload))
        db.session.commit()
    before = path.read_bytes()
    assert ann.uploaded("pixel.png", filename="alpha.png")["name"] != "alpha"
    assert path.read_bytes() == before


def test_a_flood_limit_over_two_processes(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app())
    data = ann.app.extensions["keepsake"].config.data
    words = [sys.executable, "-c", UPLOAD, str(data), ann.key, str(sample("pixel.png"))]
    both = [
        subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [
        status for process in both for status in json.loads(process.communicate(timeout=60)[0])
    ]
    assert sorted(answers) == [200] * 10 + [400] * 10
    with ann.app.app_context():
        assert db.session.query(Upload).count() == 10


def test_the_limit_is_looked_at_as_the_one_writer(make_app: Callable[..., Flask]) -> None:
    """From the look at what was sent before until the row is there, no other process can write."""
    ann = make_person(make_app(FLOOD_PER_DAY=10))
    path = ann.app.extensions["keepsake"].config.data / "keepsake.sqlite3"
    looks: list[bool] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def look(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if text.startswith("SELECT upload.received_at"):
            with contextlib.closing(sqlite3.connect(path, timeout=0)) as other:
                try:
                    other.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    looks.append(True)
                else:
                    looks.append(False)

    try:
        ann.uploaded("pixel.png")
    finally:
        event.remove(Engine, "before_cursor_execute", look)
    assert len(looks) == 2 and looks[-1]  # before it is decoded, and when it counts


def test_an_expiring_upload_is_private_whatever_was_read_before(ann: Person) -> None:
    """Two changes at once: the second one knew the row as it was before the first."""
    image = ann.uploaded("pixel.png", expiration="P1D")
    site = ann.app.extensions["keepsake"]

    def keep() -> None:
        with ann.app.app_context():
            upload = Upload.find(image["id_encoded"], Visitor.GUEST)
            assert upload
            change(site, upload, Wishes(title="kept", expires_at=None))

    with ann.app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor.GUEST)
        assert upload and upload.root == "private"
        db.session.expunge(upload)  # as it was read, whatever becomes of it
        db.session.rollback()
        db.session.add(upload)
        first = threading.Thread(target=keep)
        first.start()
        first.join()
        ends = utcnow() + timedelta(days=1)
        wishes = Wishes(title="expires", expires_at=ends)
        change(site, upload, wishes)
        db.session.expire_all()
        row = db.session.get(Upload, upload.id)
        assert (
            row
            and row.root == "private"
            and sorted(f"private/{path}" for path in row.files) == stored_files(ann.app)
        )


def test_a_change_leaves_what_it_does_not_name(ann: Person) -> None:
    """Whoever corrects a title doesn't undo what was made private since the row was read."""
    image = ann.uploaded("pixel.png", description="d", tags="a")
    site = ann.app.extensions["keepsake"]
    with ann.app.app_context():
        upload = existing(Upload.find(image["id_encoded"], Visitor.GUEST))
        db.session.expunge(upload)  # as it was read
        db.session.rollback()
        other = existing(Upload.find(image["id_encoded"], Visitor.GUEST))
        change(site, other, Wishes(visibility=Visibility.PRIVATE, nsfw=True))
        db.session.expunge_all()
        db.session.rollback()
        db.session.add(upload)
        change(site, upload, Wishes(title="Right"))
        db.session.expire_all()
        row = existing(db.session.get(Upload, upload.id))
        assert (row.title, row.description, row.nsfw) == ("Right", "d", True)
        assert (row.visibility, row.root) == ("private", "private")
        assert [tag.name for tag in row.tags] == ["a"] and row.expires_at is None


def test_many_at_once_on_one_upload(make_app: Callable[..., Flask]) -> None:
    """Moved to and fro and deleted at the same time: each is done, or told to come back; nothing is
    half-done.
    """
    ann = make_person(make_app())
    images = [ann.uploaded("pixel.png") for _ in range(3)]
    told: list[str] = []

    def move(public_id: str, days: int | None) -> None:
        with ann.app.app_context():
            for _ in range(5):
                upload = Upload.find(public_id, Visitor.GUEST)
                if upload is None:
                    return
                try:
                    change(
                        ann.app.extensions["keepsake"],
                        upload,
                        Wishes(expires_at=utcnow() + timedelta(days=days) if days else None),
                    )
                    told.append("moved")
                except Busy:
                    told.append("busy")
                except Exception as error:
                    told.append(repr(error))
                db.session.remove()

    def delete(url: str) -> None:
        told.append(str(ann.app.test_client().delete(path_of(url)).status_code))

    jobs = [
        threading.Thread(target=move, args=(image["id_encoded"], days))
        for image in images
        for days in (1, None, 1)
    ]
    jobs += [threading.Thread(target=delete, args=(images[0]["delete_url"],)) for _ in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert set(told) <= {"moved", "busy", "200", "404", "503"} and told.count("200") <= 1, told
    with ann.app.app_context():
        uploads = db.session.scalars(db.select(Upload)).all()
        assert len(uploads) == 3 - told.count("200") and all(
            (upload.root == "private") == bool(upload.expires_at) for upload in uploads
        )
        assert sorted(
            f"{upload.root}/{path}" for upload in uploads for path in upload.files
        ) == stored_files(ann.app)
        assert db.session.query(Journal).count() == 0


def test_only_its_owner_reads_the_database(tmp_path: Path) -> None:
    """With any umask, and where an earlier version left it readable."""
    before = os.umask(0)
    try:
        data = tmp_path / "data"
        for _ in range(2):
            app = create_app({"DATA": str(data), "TESTING": True})
            with app.app_context():
                db.session.execute(db.text("CREATE TABLE IF NOT EXISTS x (y)"))
                db.session.commit()
                modes = {
                    path.name: path.stat().st_mode & 0o777
                    for path in data.iterdir()
                    if path.is_file()
                }
                assert {
                    "keepsake.sqlite3",
                    "keepsake.sqlite3-wal",
                    "keepsake.sqlite3-shm",
                    "secret_key",
                } <= modes.keys()
                assert set(modes.values()) == {0o600}
                folders = {
                    path.name: path.stat().st_mode & 0o777
                    for path in data.iterdir()
                    if path.is_dir()
                }
                assert folders == {"public": 0o755, "private": 0o700, "tmp": 0o700, "locks": 0o700}
                assert data.stat().st_mode & 0o777 == 0o711
                db.session.remove()
                db.engine.dispose()
            for path in data.iterdir():
                path.chmod(0o777 if path.is_dir() else 0o644)
            (data / "public").chmod(0o755)
            (data / "locks").chmod(0o700)
    finally:
        os.umask(before)


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_secret_is_none(content: str, make_app: Callable[..., Flask]) -> None:
    data = make_app().extensions["keepsake"].config.data
    (data / "secret_key").write_text(content)
    app = create_app({"DATA": str(data), "TESTING": True})
    assert (
        len(app.config["SECRET_KEY"]) == 64
        and (data / "secret_key").read_text() == app.config["SECRET_KEY"]
    )
    assert app.test_client().get("/login").status_code == 200
