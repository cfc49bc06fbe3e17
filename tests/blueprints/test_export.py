"""The ZIP of all that a person has here: every file bit for bit, described, under a name of its
own, and of nobody else.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from models import Album, ApiKey, Identity, Portrait, Upload, User, UserSession, db
from services import export
from services.zip_names import Names
from tests.conftest import (
    PASSWORD,
    Person,
    csrf_token,
    existing,
    log_in,
    make_person,
    sample,
    stored_files,
)

NAMES = (
    "iphone-gps-8mp.jpg", "gps-nikon.jpg", "phone-rotated-gps.mov", "clip.webm", "still.bmp",
    "animated.gif", "iphone.heic", "screenshot.png", "canon-40d.jpg",
)  # fmt: skip


@pytest.fixture
def ann(app: Flask) -> Person:
    person = make_person(app)
    log_in(person.client)
    confirm(person)
    return person


def confirm(person: Person) -> None:
    form = {"csrf_token": csrf_token(person.client.get("/settings/confirm").text)}
    person.client.post("/settings/confirm", data={**form, "password": PASSWORD})


def download(person: Person) -> Any:
    token = csrf_token(person.client.get("/settings/data").text)
    return person.client.post("/settings/data/export", data={"csrf_token": token})


def unzipped(answer: Any) -> zipfile.ZipFile:
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    data = answer.get_data()
    assert answer.headers["Content-Length"] == str(len(data))
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def test_every_file_as_it_was_sent(ann: Person, tmp_path: Path) -> None:
    for name in NAMES:
        ann.uploaded(name, width="200" if name == "canon-40d.jpg" else "", tags="sea")
    answer = download(ann)
    archive = unzipped(answer)
    document = json.loads(archive.read("data.json"))
    assert len(document["uploads"]) == len(NAMES) == len(archive.namelist()) - 1
    for told, name in zip(document["uploads"], NAMES, strict=True):
        content = archive.read(told["file"])
        assert content == sample(name).read_bytes(), name
        assert told["is_original"] and told["original_filename"] == name
        assert told["sha256"] == hashlib.sha256(content).hexdigest()
        assert told["md5"] == hashlib.md5(content, usedforsecurity=False).hexdigest()
        assert told["tags"] == ["sea"] and told["file"].endswith(name)
    if unzip := shutil.which("unzip"):
        path = tmp_path / "all.zip"
        path.write_bytes(answer.get_data())
        subprocess.run([unzip, "-tqq", path], check=True)
    assert all("spool" not in name and "tmp/" not in name for name in stored_files(ann.app))


def test_what_it_says_of_them(ann: Person) -> None:
    with ann.app.app_context():
        user = existing(User.by_name("ann"))
        user.display_name, user.bio = 'Ann "A" <b>', "Lakes.\n"
        album = Album.create(user, "Rome")
        Portrait.set(user, b"picture")
        Identity.add(user, "https://login.example", "subject 7", "ann@example.org")
        key = ApiKey.of(user)[0]
        key.album_id, key.max_mb = album.public_id, 20
        db.session.commit()
        public_id = album.public_id
    ann.uploaded("pixel.png", title="Evening", album_id=public_id, visibility="private")
    archive = unzipped(download(ann))
    document = json.loads(archive.read("data.json"))
    assert archive.read("picture.webp") == b"picture"
    assert document["profile"]["display_name"] == 'Ann "A" <b>'
    assert [one["name"] for one in document["albums"]] == ["Rome"]
    (told,) = document["uploads"]
    assert told["title"] == "Evening" and told["albums"] == [public_id]
    assert told["visibility"] == "private"
    (login,), (device,) = document["connected_log_ins"], document["devices"]
    assert login["provider"] == "https://login.example" and login["id"] == "subject 7"
    assert device["browser"].startswith("Werkzeug") and document["passkeys"] == []
    (key,) = document["api_keys"]
    assert (key["album"], key["largest_file_mb"], key["last_used_from"], key["scope"]) == (
        public_id, 20, "127.0.0.1", "upload"
    )  # fmt: skip
    secret = ann.key.rpartition("_")[2]
    assert document["api_keys"][0]["begins_with"].rstrip("…") in ann.key
    with ann.app.app_context():
        hashes = [existing(User.by_name("ann")).password_hash, *db.session.scalars(
            db.select(Upload.delete_token_hash)
        ), *db.session.scalars(db.select(UserSession.token_hash))]  # fmt: skip
    text = archive.read("data.json").decode()
    assert secret not in text and not any(one in text for one in hashes)


def test_nothing_of_anybody_else_and_only_with_the_password(ann: Person) -> None:
    bob = make_person(ann.app, "bob")
    bob.uploaded("plain.jpg", visibility="public")
    assert unzipped(download(ann)).namelist() == ["data.json"]
    log_in(bob.client, "bob")
    token = csrf_token(bob.client.get("/settings").text)
    answer = bob.client.post("/settings/data/export", data={"csrf_token": token})
    assert answer.status_code == 303 and "/settings/confirm" in answer.headers["Location"]
    confirm(bob)
    assert len(unzipped(download(bob)).namelist()) == 2
    assert bob.client.get("/settings/data/export").status_code == 405


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a.jpg", "a.jpg"),
        ("../../etc/passwd", "passwd"),  # as it is received
        ("C:\\x\\Photo 1.JPG", "Photo 1.JPG"),
        ('a<b>:"|?*.png', "a_b______.png"),
        ("con.png", "_con.png"),
        ("e\u0301.png", "é.png"),
        ("...", "x.png"),
        (".hidden.png", "hidden.png"),
        ("夜" * 100 + ".png", "夜" * 50 + ".png"),
        ("a\u202egnp.png", "agnp.png"),
        ("name", "name"),
    ],
)
def test_a_name_that_every_system_takes(given: str, expected: str) -> None:
    from media.intake.spool import basename

    names = Names()
    assert names.free("files/2026-11", basename(given), "x.png") == f"files/2026-11/{expected}"
    again = names.free("files/2026-11", basename(given).upper(), "x.png")
    assert again.casefold() != f"files/2026-11/{expected}".casefold() and "(2)" in again


def test_a_file_that_is_gone_breaks_the_download(ann: Person) -> None:
    ann.uploaded("plain.jpg")
    ann.uploaded("gps-nikon.jpg")
    with ann.app.test_request_context():
        user = existing(User.by_name("ann"))
        site = ann.app.extensions["keepsake"]
        file = export.export(site, user, {}, lambda upload, name: {"file": name})
        file.read(1000)
        with ann.app.app_context():
            db.session.execute(db.delete(Upload).where(Upload.original_filename != "plain.jpg"))
            db.session.commit()
        with pytest.raises(OSError):  # the server closes the connection
            while file.read(100_000):
                pass
        file.close()


def test_few_at_once(ann: Person) -> None:
    site = ann.app.extensions["keepsake"]
    with ann.app.test_request_context():
        user = existing(User.by_name("ann"))
        begun = [export.export(site, user, {}, lambda upload, name: {}) for _ in range(3)]
        assert download(ann).status_code == 503
        for file in begun:
            file.close()
        assert download(ann).status_code == 200


def test_memory_is_flat(ann: Person, tmp_path: Path) -> None:
    """However large the files; some hundred bytes for each."""
    noise = Image.effect_noise((2500, 2000), 90)
    noise.save(tmp_path / "noise.png", compress_level=0)
    for _ in range(4):
        ann.uploaded(tmp_path / "noise.png")
    with ann.app.test_request_context():
        site, user = ann.app.extensions["keepsake"], existing(User.by_name("ann"))
        download(ann)  # what is loaded once
        tracemalloc.start()
        with export.export(site, user, {}, lambda upload, name: {"file": name}) as file:
            assert file.size > 4 * 5_000_000
            at = 0
            while piece := file.read(300_000):
                at += len(piece)
            peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert at == file.size and peak < 3_000_000


def test_five_hundred_files(make_app: Callable[..., Flask]) -> None:
    """Of one name, in few queries."""
    ann = make_person(make_app())
    log_in(ann.client)
    confirm(ann)
    ann.uploaded("pixel.png")
    with ann.app.app_context():
        columns = [
            name
            for _, name, *_ in db.session.execute(db.text("PRAGMA table_info(upload)"))
            if name not in ("id", "public_id", "rank", "name")
        ]  # not the computed ones
        some = ", ".join(columns)
        first = db.session.scalars(db.select(Upload)).one()
        site = ann.app.extensions["keepsake"]
        folder = site.config.data / first.root / first.files[0].rpartition("/")[0]
        for number in range(499):
            shutil.copy(folder / first.filename, folder / f"copy{number}.png")
            db.session.execute(
                db.text(
                    f"INSERT INTO upload (public_id, rank, name, {some}) "  # noqa: S608
                    f"SELECT :id, rank + :n, :name, {some} FROM upload WHERE id = 1"
                ),
                {"id": f"copy{number}", "n": number + 1, "name": f"copy{number}"},
            )
        db.session.commit()
    archive = unzipped(download(ann))
    document = json.loads(archive.read("data.json"))
    assert len(document["uploads"]) == 500
    assert len({name.casefold() for name in archive.namelist()}) == 501
    wanted = hashlib.sha256(sample("pixel.png").read_bytes()).hexdigest()
    for told in document["uploads"]:
        assert hashlib.sha256(archive.read(told["file"])).hexdigest() == told["sha256"] == wanted


def test_share_links_without_their_secrets(ann: Person) -> None:
    image = ann.uploaded("pixel.png")["id_encoded"]
    token = csrf_token(ann.client.get("/settings/data").text)
    form = {"csrf_token": token, "uploads": image, "title": "Some", "password": "open water"}
    page = ann.client.post("/links/new", data=form, follow_redirects=True)
    address = existing(re.search(r"/s/(\w{22})", page.text))[1]
    data = unzipped(download(ann)).read("data.json").decode()
    (told,) = json.loads(data)["share_links"]
    assert (told["of"], told["title"], told["has_password"], told["views"]) == (
        "files", "Some", True, 0,
    )  # fmt: skip
    assert address not in data and "scrypt" not in data
    with ann.app.app_context():
        row = db.session.execute(db.text("SELECT token_hash, password_key FROM share_link")).one()
        assert not any(secret in data for secret in row)
