"""Faults of the machine, really made: 503 or 507 with Retry-After, JSON or a page, nothing
half-done; and all is well afterwards.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import StartError, create_app
from models import Upload, db
from services.data_folder import DATABASE
from tests.conftest import ROOT, Person, make_person, path_of, sample, stored_files
from tests.crash.break_it import (
    full,
    gone,
    locked,
    no_file_over,
    overwritten,
    read_only,
    small_disk,
    unmounted,
)

Fault = Callable[[Path], contextlib.AbstractContextManager[None]]
# What is broken: how; the statuses of an upload, a delete and a page that needs the database; what
# /healthz names.
FAULTS: dict[str, tuple[Fault, int, int, int, str]] = {
    "public/ is read-only": (lambda data: read_only(data / "public"), 503, 503, 200, "storage"),
    "private/ is read-only": (lambda data: read_only(data / "private"), 503, 503, 200, "storage"),
    "tmp/ is read-only": (lambda data: read_only(data / "tmp"), 503, 503, 200, "storage"),
    "all is read-only": (read_only, 503, 503, 503, "storage"),
    "public/ is not mounted": (lambda data: unmounted(data / "public"), 503, 503, 200, "storage"),
    "private/ is gone": (lambda data: gone(data / "private"), 503, 503, 200, "storage"),
    "the mark is empty": (
        lambda data: overwritten(data / "public/.keepsake", b""),
        503,
        503,
        200,
        "storage",
    ),
    "all is gone": (gone, 503, 503, 503, "storage"),
    "the database is locked": (lambda data: locked(data / DATABASE), 503, 503, 200, "database"),
    "the database is locked for readers, too": (
        lambda data: locked(data / DATABASE, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE"),
        503,
        503,
        503,
        "database",
    ),
    "the database is gone": (lambda data: gone(data / DATABASE), 503, 503, 503, "database"),
    "the database is empty": (
        lambda data: overwritten(data / DATABASE, b""),
        503,
        503,
        503,
        "database",
    ),
    "the database is damaged": (
        lambda data: overwritten(data / DATABASE, bytes(4096) + b"?" * 100_000),
        503,
        503,
        503,
        "database",
    ),
    "the database is a text": (
        lambda data: overwritten(data / DATABASE, b"Dear diary" * 1000),
        503,
        503,
        503,
        "database",
    ),
}


@pytest.fixture
def ben(make_app: Callable[..., Flask]) -> Person:
    return make_person(make_app(BUSY_SECONDS=0.2))


def data_of(app: Flask) -> Path:
    data: Path = app.extensions["keepsake"].config.data
    return data


def close_database(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def check_refusal(answer: Any, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    document = dict(answer.json)
    words = document.pop("words", {"text": "", "may_help": True})  # for people, of our own script
    assert words["may_help"] and not words["text"].startswith(document["error"]["message"])
    assert document == {
        "status_code": status,
        "error": {"message": document["error"]["message"], "code": status},
        "status_txt": {503: "Service Unavailable", 507: "Insufficient Storage"}[status],
    }


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault(name: str, ben: Person) -> None:
    fault, upload, delete, page, part = FAULTS[name]
    image = ben.uploaded("pixel.png")
    data, before = data_of(ben.app), stored_files(ben.app)
    close_database(ben.app)  # what is open stays readable whatever happens to its folder
    client = ben.app.test_client()
    with fault(data):
        check_refusal(ben.upload("alpha.png"), upload)
        answer = client.delete(path_of(image["delete_url"]), headers={"Accept": "application/json"})
        check_refusal(answer, delete)
        seen = client.get(path_of(image["url_viewer"]), headers={"Accept": "text/html"})
        assert seen.status_code == page and seen.mimetype == "text/html", seen.text
        if page != 200:
            assert int(seen.headers["Retry-After"]) > 0 and "<h1>" in seen.text
        healthy = client.get("/healthz")
        assert (healthy.status_code, healthy.get_json()["status"], healthy.get_json()["part"]) == (
            503,
            "failing",
            part,
        ), healthy.text
        close_database(ben.app)
    assert stored_files(ben.app) == before
    assert client.get("/healthz").status_code == 200
    assert client.get(path_of(image["url"])).status_code == 200
    assert (
        ben.upload("alpha.png").status_code == 200
        and client.delete(path_of(image["delete_url"])).status_code == 200
    )


def test_tmp_is_made_again(ben: Person) -> None:
    shutil.rmtree(data_of(ben.app) / "tmp")
    ben.uploaded("pixel.png")
    shutil.rmtree(data_of(ben.app) / "tmp")
    assert ben.app.test_client().get("/healthz").status_code == 200


def test_a_database_that_vanishes_under_its_connections(ben: Person) -> None:
    """SQLite goes on in the file that has no name any more: what is acknowledged then is lost."""
    ben.uploaded("pixel.png")
    with gone(data_of(ben.app) / DATABASE):
        check_refusal(ben.upload("alpha.png"), 503)
        assert not (data_of(ben.app) / DATABASE).exists()  # no empty one took its place
    assert ben.upload("alpha.png").status_code == 200


@pytest.mark.parametrize("spare", [0, 3000, 30_000, 120_000])
def test_a_full_disk(spare: int, blank_data: Path, tmp_path: Path) -> None:
    """Full from the first byte, or in the middle of an upload."""
    data = tmp_path / "data"
    data.mkdir()
    with small_disk(data, "6m"):
        shutil.copytree(blank_data, data, dirs_exist_ok=True)
        cat = make_person(
            create_app({"DATA": str(data), "TESTING": True, "UPKEEP_SECONDS": 0, "MIN_FREE_MB": 0})
        )
        image = cat.uploaded("pixel.png")
        before = stored_files(cat.app)
        (data / "room").write_bytes(bytes(spare))
        with full(data):
            (data / "room").unlink()
            check_refusal(cat.upload("plain.jpg"), 507)
            assert [path for path in stored_files(cat.app) if "ballast" not in path] == before
        assert cat.upload("plain.jpg").status_code == 200
        assert cat.app.test_client().delete(path_of(image["delete_url"])).status_code == 200
        with cat.app.app_context():
            uploads = db.session.scalars(db.select(Upload)).all()
            assert sorted(
                f"{upload.root}/{path}" for upload in uploads for path in upload.files
            ) == stored_files(cat.app)
        close_database(cat.app)
        del cat


def test_names_used_up(blank_data: Path, tmp_path: Path) -> None:
    """A disk may have room for bytes and none for another file."""
    data = tmp_path / "data"
    data.mkdir()
    with small_disk(data, "20m", names=400):
        shutil.copytree(blank_data, data, dirs_exist_ok=True)
        app = create_app(
            {"DATA": str(data), "TESTING": True, "UPKEEP_SECONDS": 0, "MIN_FREE_MB": 0}
        )
        eve = make_person(app)
        eve.uploaded("pixel.png")
        for n in range(300):
            (data / f"{n}").touch()
        check_refusal(eve.upload("alpha.png"), 507)
        assert app.test_client().get("/healthz").get_json()["part"] == "storage"
        close_database(app)
        del eve, app


def test_a_disk_that_only_looks_writable(ben: Person) -> None:
    with no_file_over(0):
        assert ben.app.test_client().get("/healthz").get_json()["part"] == "storage"
    answer = ben.app.test_client().get("/healthz")
    assert answer.status_code == 200
    assert {path.name for path in data_of(ben.app).rglob(".keepsake*")} == {".keepsake"}


def test_too_little_room_is_told_before_it_is_used(make_app: Callable[..., Flask]) -> None:
    dan = make_person(make_app(MIN_FREE_MB=10**9))
    check_refusal(dan.upload("pixel.png"), 507)
    answer = dan.app.test_client().get("/healthz")
    assert (
        answer.status_code == 503
        and answer.get_json()["part"] == "storage"
        and "space" in answer.get_json()["reason"]
    )


def test_a_limit_of_the_process(ben: Person) -> None:
    before = stored_files(ben.app)
    photo = sample("iphone-gps-8mp.jpg").read_bytes()
    with no_file_over(600_000):  # the database has less
        check_refusal(
            ben.app.test_client().post(
                "/api/1/upload",
                data=photo,
                content_type="image/jpeg",
                headers={"X-API-Key": ben.key},
            ),
            507,
        )
    with no_file_over(20_000):  # and more than that: SQLite says of it only that it can't write
        check_refusal(ben.upload("pixel.png"), 503)
    assert stored_files(ben.app) == before
    assert ben.upload("iphone-gps-8mp.jpg").status_code == 200


STARTS: dict[str, tuple[Fault, str]] = {
    "read-only": (read_only, "Read-only file system" if not os.geteuid() else "Permission denied"),
    "damaged": (
        lambda data: overwritten(data / DATABASE, b"Dear diary" * 1000),
        "The database is damaged",
    ),
    "locked": (
        lambda data: locked(data / DATABASE, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE"),
        "The database is locked by another program",
    ),
    "a setting": (lambda data: overwritten(data / "config.toml", b"data ="), "config.toml"),
}


@pytest.mark.parametrize("name", STARTS)
def test_a_start_with_a_fault_is_one_line(name: str, blank_data: Path, tmp_path: Path) -> None:
    """Of the server and of a command."""
    fault, says = STARTS[name]
    data = tmp_path / "data"
    shutil.copytree(blank_data, data)
    (data / "config.toml").touch()
    environ = {
        **os.environ,
        "KEEPSAKE_DATA": str(data),
        "FLASK_APP": "app.py",
        "KEEPSAKE_PORT": "1",
    }
    with fault(data):
        # it waits for some seconds
        for words in (["app.py"], ["-m", "flask", "user", "list"])[: 1 if name == "locked" else 2]:
            done = subprocess.run(
                [sys.executable, *words],
                cwd=ROOT,
                env=environ,
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert done.returncode == 1 and says in done.stderr, done.stderr
            assert len(done.stderr.splitlines()) == 1 and not done.stdout, done.stderr


def test_a_database_of_a_later_version(blank_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(blank_data, data)
    app = create_app({"DATA": str(data), "TESTING": True})
    with app.app_context():
        db.session.execute(db.text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    close_database(app)
    with pytest.raises(StartError, match="newer than this Keepsake"):
        create_app({"DATA": str(data), "TESTING": True})
