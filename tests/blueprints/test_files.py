"""Bytes out: conditional requests, ranges, and who may have which."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from models import Upload, Visitor, db, utcnow
from tests.conftest import (
    Person,
    csrf_token,
    log_in,
    make_person,
    path_of,
    picture_paths,
    sample,
    stored_files,
)


@pytest.fixture
def url(ann: Person) -> str:
    return path_of(ann.uploaded("alpha.png")["url"])


DATA = sample("alpha.png").read_bytes()


def test_a_public_file(ann: Person, url: str) -> None:
    answer = ann.client.get(url)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, DATA, "image/png")
    headers = answer.headers
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert (
        headers["Content-Security-Policy"].startswith("default-src 'none'")
        and "sandbox" in headers["Content-Security-Policy"]
    )
    assert re.fullmatch(r'"[^"]+"', headers["ETag"]) and headers["Last-Modified"].endswith("GMT")
    assert headers["Accept-Ranges"] == "bytes" and headers["Content-Length"] == str(len(DATA))
    assert "Set-Cookie" not in headers


def test_the_address_is_the_path_on_disk(ann: Person, url: str) -> None:
    data = ann.app.extensions["keepsake"].config.data
    assert (data / "public" / url.lstrip("/")).read_bytes() == DATA


def test_head(ann: Person, url: str) -> None:
    answer = ann.client.head(url)
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (
        200,
        b"",
        str(len(DATA)),
    )


def test_conditions(ann: Person, url: str) -> None:
    first = ann.client.get(url)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in (
        {"If-None-Match": etag},
        {"If-None-Match": f'"x", W/{etag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": modified},
    ):
        answer = ann.client.get(url, headers=headers)
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag), (
            headers
        )
    for headers in (
        {"If-None-Match": '"x"', "If-Modified-Since": modified},
        {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):
        assert ann.client.get(url, headers=headers).status_code == 200, headers


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=100-", 100, len(DATA)),
        ("bytes=-5", len(DATA) - 5, len(DATA)),
        ("bytes=0-99999", 0, len(DATA)),
        ("bytes=-99999", 0, len(DATA)),
        (f"bytes={len(DATA) - 1}-", len(DATA) - 1, len(DATA)),
    ],
)
def test_one_range(asked: str, start: int, stop: int, ann: Person, url: str) -> None:
    answer = ann.client.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (206, DATA[start:stop])
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(DATA)}"
    assert answer.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("asked", [f"bytes={len(DATA)}-", "bytes=99999-100000"])
def test_a_range_behind_the_end(asked: str, ann: Person, url: str) -> None:
    answer = ann.client.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(DATA)}")


@pytest.mark.parametrize(
    "asked",
    [
        "lines=1-2",
        "bytes=x",
        "bytes=5-2",
        "bytes=",
        "bytes=" + ",".join(f"{n}-{n}" for n in range(100)),
        "bytes=0-,0-,0-",
    ],
)
def test_a_range_that_is_no_use_gets_the_whole(asked: str, ann: Person, url: str) -> None:
    answer = ann.client.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, DATA)


def test_several_ranges(ann: Person, url: str) -> None:
    answer = ann.client.get(url, headers={"Range": "bytes=0-9,20-29,-3"})
    assert answer.status_code == 206
    found = re.fullmatch(r"multipart/byteranges; boundary=(\w+)", answer.headers["Content-Type"])
    assert found and answer.headers["Content-Length"] == str(len(answer.data))
    parts = answer.data.split(b"\r\n--" + found[1].encode())
    assert parts[0] == b"" and parts[-1] == b"--\r\n"
    for part, (start, stop) in zip(
        parts[1:-1], [(0, 10), (20, 30), (len(DATA) - 3, len(DATA))], strict=True
    ):
        head, _, data = part.partition(b"\r\n\r\n")
        assert data == DATA[start:stop]
        assert f"Content-Range: bytes {start}-{stop - 1}/{len(DATA)}".encode() in head


def test_if_range(ann: Person, url: str) -> None:
    first = ann.client.get(url)
    for condition, status in (
        (first.headers["ETag"], 206),
        ('"other"', 200),
        ("W/" + first.headers["ETag"], 200),
        (first.headers["Last-Modified"], 206),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 200),
    ):
        answer = ann.client.get(url, headers={"Range": "bytes=0-9", "If-Range": condition})
        assert answer.status_code == status, condition


@pytest.mark.parametrize(
    "path",
    [
        "/images/../keepsake.sqlite3",
        "/images/..%2f..%2fsecret_key",
        "/images/%2e%2e/%2e%2e/secret_key",
        "/images/.keepsake",
        "/images/2026/11/23/../../../../../secret_key",
        "/images//etc/passwd",
        "/images/2026/11/23/",
        "/images/2026/11/23/nothing.png",
        "/images/2026/11/23/a%00.png",
        "/images/2026/11/23/a%0d%0ab.png",
        "/images/2026/11/23/" + "a" * 4000 + ".png",
    ],
)
def test_paths_that_lead_nowhere(path: str, ann: Person) -> None:
    assert ann.client.get(path).status_code == 404


def private(app: Flask, image: dict[str, str], **values: object) -> None:
    """Make an upload private as the pipeline does: files in the other root."""
    import os

    site = app.extensions["keepsake"]
    with app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor.GUEST)
        assert upload
        for path in upload.files:
            target = site.config.data / "private" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(site.config.data / upload.root / path, target)
        upload.root = "private"
        for name, value in values.items():
            setattr(upload, name, value)
        db.session.commit()


def test_who_sees_a_private_upload(ann: Person) -> None:
    """Every route × everybody: the side door is the commonest hole of all."""
    app = ann.app
    bob, boss = make_person(app, "bob"), make_person(app, "boss", admin=True)
    image = ann.uploaded("plain.jpg")
    private(app, image, visibility="private")
    log_in(ann.client)
    log_in(bob.client, "bob")
    log_in(boss.client, "boss")
    page = boss.client.get(image["path_viewer"])
    assert page.status_code == 403 and "plain" not in page.text
    action = f"/manage/{image['id_encoded']}/open"
    assert action in page.text
    boss.client.post(action, data={"csrf_token": csrf_token(page.text)})
    routes = [*picture_paths(image), image["path_viewer"], f"/image/{image['id_encoded']}"]
    for route in routes:
        for client, may in (
            (ann.client, True),
            (boss.client, True),
            (bob.client, False),
            (app.test_client(), False),
        ):
            for method in ("GET", "HEAD"):
                answer = client.open(route, method=method, follow_redirects=True)
                assert answer.status_code == (200 if may else 404), (route, client)
                assert "public" not in answer.headers.get("Cache-Control", "")
                if not may:
                    assert "plain." not in answer.text
        answer = app.test_client().get(route, headers={"Range": "bytes=0-10", "If-None-Match": "*"})
        assert answer.status_code == 404
    for client, original, code in (
        (ann.client, 200, 200),
        (boss.client, 404, 200),
        (bob.client, 404, 404),
        (app.test_client(), 404, 404),
    ):
        # an admin moderates; the original is its owner's
        assert client.get(f"/original/{image['id_encoded']}").status_code == original
        assert client.get(f"/qr/{image['id_encoded']}.svg").status_code == code
        # it is read by programs, for everybody
        assert client.get("/oembed", query_string={"url": image["url_viewer"]}).status_code == 404


def test_the_original_is_its_owners_bit_for_bit(ann: Person) -> None:
    image = ann.uploaded("iphone-gps-8mp.jpg")
    served = ann.client.get(path_of(image["url"])).data
    address = f"/original/{image['id_encoded']}"
    assert ann.app.test_client().get(address).status_code == 404
    log_in(ann.client)
    answer = ann.client.get(address)
    assert answer.data == sample("iphone-gps-8mp.jpg").read_bytes() != served
    assert answer.headers["Content-Disposition"] == "attachment; filename=iphone-gps-8mp.jpg"
    assert (
        "no-cache" in answer.headers["Cache-Control"]
        and "private" in answer.headers["Cache-Control"]
    )
    assert (
        ann.client.get(address, headers={"Range": "bytes=100-4999"}).data
        == sample("iphone-gps-8mp.jpg").read_bytes()[100:5000]
    )


@pytest.mark.parametrize(
    ("name", "fields", "mime"),
    [
        ("still.bmp", {}, "image/bmp"),
        ("iphone-gps-8mp.jpg", {"width": "100"}, "image/jpeg"),
        ("still.bmp", {"width": "20", "expiration": "P1D"}, "image/bmp"),
    ],
)
def test_the_original_of_what_was_converted_or_resized(
    name: str, fields: dict[str, str], mime: str, ann: Person
) -> None:
    """It is what was sent, counted, has no address, nobody else gets it, and it goes when its
    upload does.
    """
    sent = sample(name).read_bytes()
    image = ann.uploaded(name, **fields)
    assert ann.client.get(path_of(image["url"])).data != sent
    with ann.app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor.GUEST)
        assert upload and upload.sent_file and upload.sent_size == len(sent)
        assert sorted(f"{root}/{path}" for path, root in upload.places.items()) == stored_files(
            ann.app
        )
        assert f"private/{upload.sent_file}" in stored_files(ann.app)
        address = f"/original/{image['id_encoded']}"
        assert ann.client.get(address).status_code == 404
        log_in(ann.client)
        assert ann.client.get(f"/{upload.sent_file}").status_code == 404
    answer = ann.client.get(address)
    assert (answer.data, answer.mimetype) == (sent, mime)
    assert answer.headers["ETag"] == f'"original-{hashlib.md5(sent).hexdigest()}"'
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert (
        "Download original" in (page := ann.client.get(image["path_viewer"]).text)
        and "<dt>Original</dt>" in page
    )
    boss = make_person(ann.app, "boss", admin=True)
    log_in(boss.client, "boss")
    assert (
        boss.client.get(address).status_code == 404
        and "<dt>Original</dt>" not in boss.client.get(image["path_viewer"]).text
    )
    assert ann.client.delete(path_of(image["delete_url"])).status_code == 200
    assert stored_files(ann.app) == []


def test_an_original_that_was_not_kept_is_not_promised(ann: Person) -> None:
    """An earlier version converted it, and kept only that."""
    image = ann.uploaded("still.bmp")
    with ann.app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor.GUEST)
        assert upload and upload.sent_file
        ann.app.extensions["keepsake"].storage.delete([upload.sent_file])
        upload.sent_format, upload.sent_size = None, 0
        db.session.commit()
    log_in(ann.client)
    page = ann.client.get(image["path_viewer"]).text
    assert "Download original" not in page and "Not kept" in page
    assert ann.client.get(f"/original/{image['id_encoded']}").status_code == 404


def test_nothing_is_kept_that_nobody_may_ask_for(make_app: Callable[..., Flask]) -> None:
    """Nobody owns what a guest sent."""
    app = make_app(GUEST_UPLOADS=True)
    client = app.test_client()
    token = csrf_token(client.get("/").text)
    with sample("still.bmp").open("rb") as source:
        answer = client.post(
            "/upload",
            data={"source": source},
            headers={"Accept": "application/json", "X-CSRFToken": token},
        )
    assert answer.status_code == 200
    assert (
        not [path for path in stored_files(app) if path.endswith("bmp")]
        and len(stored_files(app)) == 2
    )


def test_an_upload_that_expires_is_gone_that_second(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", expiration="PT5M")
    client = ann.app.test_client()
    routes = [*picture_paths(image), image["path_viewer"]]
    data = ann.app.extensions["keepsake"].config.data
    assert not list((data / "public").rglob("*.jpg"))
    for route in routes:
        answer = client.get(route)
        assert answer.status_code == 200 and "public" not in answer.headers["Cache-Control"], route
    log_in(ann.client)
    assert image["id_encoded"] in ann.client.get("/").text
    with ann.app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor.GUEST)
        assert upload
        upload.expires_at = utcnow() - timedelta(milliseconds=1)
        db.session.commit()
    for route in [*routes, path_of(image["delete_url"])]:
        for one in (client, ann.client):
            assert one.get(route).status_code == 404, route
            assert one.get(route, headers={"If-None-Match": "*"}).status_code == 404, route
    assert image["id_encoded"] not in ann.client.get("/").text


def test_what_could_not_be_scrubbed_is_kept_private(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The readers see a position that the walkers did not find: as if a camera hid it where nobody
    knows.
    """
    from media.privacy import scrub

    monkeypatch.setattr(scrub, "changes", lambda *args: [])
    ann = make_person(make_app())
    answer = ann.upload("gps-nikon.jpg")
    image = answer.json["image"]
    assert "kept private" in answer.json["success"]["message"]
    stranger = ann.app.test_client()
    assert stranger.get(path_of(image["url"])).status_code == 404
    assert stranger.get(image["path_viewer"]).status_code == 404
    log_in(ann.client)
    assert ann.client.get(path_of(image["url"])).status_code == 200
    page = ann.client.get(image["path_viewer"]).text
    assert "still contains data that couldn't be removed (EXIF GPS" in html.unescape(page)


def test_settings_of_location_and_metadata(make_app: Callable[..., Flask]) -> None:
    sent = sample("gps-nikon.jpg").read_bytes()
    keeper = make_person(make_app(LOCATION="keep"))
    image = keeper.uploaded("gps-nikon.jpg")
    assert (
        keeper.client.get(path_of(image["url"])).data == sent and image["source_checksum"] is None
    )
    bare = make_person(make_app(METADATA="remove"))
    image = bare.uploaded("gps-nikon.jpg")
    served = bare.client.get(path_of(image["url"])).data
    assert b"NIKON" not in served and len(served) == len(sent)
    assert image["original_exifdata"] == '{"Orientation": "Horizontal (normal)"}'


def test_a_file_that_becomes_public_meanwhile(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look into the public root and the one into the private."""
    path = path_of(ann.uploaded("alpha.png", expiration="PT5M")["url"])
    storage, at_path = ann.app.extensions["keepsake"].storage, Upload.at_path

    def moved(*args: Any) -> Upload | None:
        upload = at_path(*args)
        assert upload
        storage.move(upload.files, "private", "public")
        return upload

    monkeypatch.setattr(Upload, "at_path", moved)
    answer = ann.client.get(path)
    assert (answer.status_code, answer.data) == (200, DATA)


def test_the_original_of_a_lost_file(ann: Person) -> None:
    image = ann.uploaded("gps-nikon.jpg")
    log_in(ann.client, ann.name)
    assert ann.client.get(f"/original/{image['id_encoded']}").status_code == 200
    (ann.app.extensions["keepsake"].config.data / ("public" + path_of(image["url"]))).unlink()
    assert ann.client.get(f"/original/{image['id_encoded']}").status_code == 404
