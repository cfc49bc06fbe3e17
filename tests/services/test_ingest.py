"""Whatever goes wrong midway, nothing is left; whatever goes right is on the disk before it
counts.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.pool import Pool

from models import Upload, db
from tests.conftest import Person, make_person, sample, stored_files

STEPS = ["probe", "resize", "derive", "md5_of"]


def rows(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Upload).count()


@pytest.mark.parametrize("step", STEPS)
def test_a_failure_at_any_step_leaves_nothing(
    step: str, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services import ingest

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError(errno.EIO, "the disk is dying")

    monkeypatch.setattr(ingest, step, fail)
    ann.app.config["PROPAGATE_EXCEPTIONS"] = False
    assert ann.upload("gps-nikon.jpg", width="100").status_code == 503
    assert stored_files(ann.app) == [] and rows(ann.app) == 0
    monkeypatch.undo()
    assert ann.upload("gps-nikon.jpg").status_code == 200


@pytest.mark.parametrize("call", ["replace", "fsync", "open"])
def test_a_disk_that_fills_up_while_publishing(
    call: str, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    real = getattr(os, call)

    def fail_at_the_second(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(errno.ENOSPC, "full")
        return real(*args, **kwargs)

    def upload() -> Any:
        answer = ann.upload("plain.jpg")
        return answer.status_code, answer.json["error"]["code"]

    publish = ann.app.extensions["keepsake"].storage.publish

    def publish_with_a_full_disk(*args: Any) -> None:
        monkeypatch.setattr(os, call, fail_at_the_second)
        try:
            publish(*args)
        finally:
            monkeypatch.setattr(os, call, real)

    monkeypatch.setattr(ann.app.extensions["keepsake"].storage, "publish", publish_with_a_full_disk)
    assert upload() == (507, 507)
    assert stored_files(ann.app) == [] and rows(ann.app) == 0


def test_a_database_that_is_full(ann: Person) -> None:
    ann.uploaded("alpha.png")
    with ann.app.app_context():
        pages = db.session.execute(db.text("PRAGMA page_count")).scalar()

    @event.listens_for(Pool, "checkout")
    def no_more_pages(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    try:
        for _ in range(100):  # until the pages that are there are full
            answer = ann.upload("plain.jpg", description="x" * 5000)
            if answer.status_code != 200:
                break
    finally:
        event.remove(Pool, "checkout", no_more_pages)
    assert (answer.status_code, answer.json["error"]["code"]) == (507, 507)
    with ann.app.app_context():
        uploads = db.session.scalars(db.select(Upload)).all()
        assert sorted(
            f"{upload.root}/{path}" for upload in uploads for path in upload.files
        ) == stored_files(ann.app)


def test_files_are_synced_before_the_row_is_written(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    real_fsync, real_commit = os.fsync, db.session.commit

    def fsync(handle: int) -> None:
        happened.append("folder" if Path(f"/proc/self/fd/{handle}").is_dir() else "file")
        real_fsync(handle)

    def commit() -> None:
        happened.append("commit")
        real_commit()

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(db.session, "commit", commit)
    assert ann.upload("plain.jpg").status_code == 200
    last = len(happened) - 1 - happened[::-1].index("commit")
    assert happened[:last].count("file") == 4 and happened[last - 1] == "folder"


def test_the_database_syncs_every_commit(ann: Person) -> None:
    with ann.app.app_context():
        assert db.session.execute(db.text("PRAGMA journal_mode")).scalar() == "wal"
        assert db.session.execute(db.text("PRAGMA synchronous")).scalar() == 2  # FULL
        assert db.session.execute(db.text("PRAGMA foreign_keys")).scalar() == 1


def test_many_uploads_of_one_name_at_once(ann: Person) -> None:
    answers: list[Any] = []
    start = threading.Barrier(12)

    def send() -> None:
        start.wait()
        answers.append(ann.upload("alpha.png"))

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 12
    assert len({answer.json["image"]["name"] for answer in answers}) == 12
    assert len(stored_files(ann.app)) == 24


def test_uploads_racing_past_a_limit(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(FLOOD_PER_DAY=3))
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ann.upload("alpha.png").status_code))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 3 + [400] * 7
    assert rows(ann.app) == 3 and len(stored_files(ann.app)) == 6


def test_names_that_would_share_a_thumb(ann: Person) -> None:
    """Two files of different kinds may share a name; two that would share a derivative may not."""
    first = ann.uploaded(sample("alpha.png"), filename="same.png")
    second = ann.uploaded(sample("plain.jpg"), filename="same.jpg")
    third = ann.uploaded(sample("still.bmp"), filename="same.bmp")
    assert first["name"] == second["name"] == "same"
    assert third["filename"] != "same.png" and third["filename"].startswith("same")
    assert ann.uploaded(sample("alpha.png"), filename="SAME.png")["name"] != "SAME"


def test_an_upload_with_a_key_takes_few_statements(ann: Person) -> None:
    """The key; that the paths are taken now; whether key and account are still good; the row, which
    strikes out the paths; what was blanked; whether the same bytes are in the bin.
    """
    ann.uploaded("alpha.png")
    for name, most in (("plain.jpg", 5), ("gps-nikon.jpg", 6)):
        statements: list[str] = []

        def note(
            connection: Any, cursor: Any, statement: str, *_: Any, into: list[str] = statements
        ) -> None:
            if not statement.startswith("BEGIN"):
                into.append(statement)

        ann.app.extensions["keepsake"].store.refresh()  # the server does so beside its requests
        with ann.app.app_context():
            event.listen(db.engine, "before_cursor_execute", note)
            ann.uploaded(name)
            event.remove(db.engine, "before_cursor_execute", note)
        assert len(statements) <= most, "\n".join(statements)
