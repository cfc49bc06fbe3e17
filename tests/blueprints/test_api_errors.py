"""Each row of the contract's table of errors, and what must be true after every refusal: nothing
has changed.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import ApiKey, Upload, User, db
from models.role import State
from tests.conftest import Person, make_person, sample, stored_files
from tests.media.test_web_address import MALFORMED


def refused(answer: Any, code: int, message: str, status: int = 400) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json == {
        "status_code": status,
        "error": {"message": message, "code": code},
        # as in the status line
        "status_txt": answer.status.partition(" ")[2].title(),
    }
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def nothing_stored(app: Flask) -> None:
    assert stored_files(app) == []
    with app.app_context():
        assert db.session.query(Upload).count() == 0


def png() -> tuple[io.BytesIO, str]:
    return io.BytesIO(sample("alpha.png").read_bytes()), "a.png"


def test_keys(ann: Person, client: FlaskClient) -> None:
    refused(client.post("/api/1/upload", data={"source": png()}), 100, "No key provided")
    refused(client.get("/api/1/upload"), 100, "No key provided")
    head, _, _ = ann.key.rpartition("_")
    for bad in (
        "nonsense",
        "chv_",
        f"{head}_{'x' * 128}",
        "chv_ABCDEF_" + "x" * 128,
        "é" * 20,
        "chv_a_b_c",
        "x" * 100_000,
    ):
        refused(
            client.post("/api/1/upload", data={"source": png(), "key": bad}),
            100,
            "Invalid API key.",
        )
    refused(
        client.post("/api/1/upload", data={"source": png()}, headers={"X-API-Key": ""}),
        100,
        "No key provided",
    )
    nothing_stored(ann.app)


def test_revoked_and_banned(ann: Person) -> None:
    with ann.app.app_context():
        db.session.get_one(User, 1).state = State.BANNED
        db.session.commit()
    refused(ann.upload("alpha.png"), 100, "Invalid API key.")
    with ann.app.app_context():
        db.session.get_one(User, 1).state = State.ACTIVE
        assert ApiKey.revoke(db.session.get_one(ApiKey, 1).public_id)
        db.session.commit()
    refused(ann.upload("alpha.png"), 100, "Invalid API key.")
    nothing_stored(ann.app)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_versions_and_actions(method: str, client: FlaskClient) -> None:
    refused(client.open("/api/2/upload", method=method), 110, "Invalid API version.")
    refused(client.open("/api", method=method), 110, "Invalid API version.")
    refused(client.open("/api/1/anything-else", method=method), 120, "Invalid API action")
    refused(client.open("/api/1/upload/more", method=method), 120, "Invalid API action")


def test_uploads_are_off(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(ALLOW_UPLOADS=False))
    refused(ann.upload("alpha.png"), 401, "Request denied")
    nothing_stored(ann.app)


def test_sources(ann: Person) -> None:
    client, headers = ann.app.test_client(), {"X-API-Key": ann.key}
    for data in ({}, {"source": ""}, {"image": "  "}, {"picture": png()}):
        refused(
            client.post("/api/1/upload", data=data, headers=headers), 130, "Empty upload source"
        )
    refused(client.get("/api/1/upload", headers=headers), 130, "Empty upload source")
    text = base64.b64encode(sample("pixel.png").read_bytes()).decode()
    refused(
        client.get("/api/1/upload", query_string={"source": text}, headers=headers),
        130,
        "Upload using base64 source must be done using POST method.",
    )
    for bad in ("not base64!", "YQ", text + "*", "*" * 200_000, "A" * 200_001):
        for kwargs in (
            {"data": {"source": bad}},
            {"data": {"source": bad}, "content_type": "multipart/form-data"},
            {"json": {"source": bad}},
        ):
            refused(
                client.post("/api/1/upload", headers=headers, **kwargs),
                120,
                "Invalid base64 string",
            )
    nothing_stored(ann.app)


@pytest.mark.parametrize(
    "name", ["empty.jpg", "text-as.jpg", "polyglot.gif", "script.svg", "truncated.jpg"]
)
def test_hostile_files(name: str, ann: Person) -> None:
    refused(ann.upload(name), 610, "Can't get target upload source info")
    refused(
        ann.upload(sample(name), filename="innocent.png"),
        610,
        "Can't get target upload source info",
    )
    nothing_stored(ann.app)


def test_html_and_scripts(ann: Person) -> None:
    for data in (
        b"<!doctype html><script>alert(1)</script>",
        b"<?php system($_GET[0]);",
        b"\xff\xd8\xff<script>",
        b"GIF89a=1;alert(1)",
    ):
        refused(ann.upload(data, filename="x.jpg"), 610, "Can't get target upload source info")
    nothing_stored(ann.app)


def test_the_bomb(ann: Person) -> None:
    refused(ann.upload("bomb-900mp.png"), 400, "Image too large - max 128 megapixels")
    nothing_stored(ann.app)


def test_formats(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(ALLOWED_FORMATS="jpg,png"))
    refused(ann.upload("animated.gif"), 614, "Disabled image format (gif)")
    refused(ann.upload(b"8BPS\0\1" + bytes(100), filename="a.psd"), 613, "Unavailable image format")
    nothing_stored(ann.app)


def test_duplicates(make_app: Callable[..., Flask]) -> None:
    app = make_app(ALLOW_DUPLICATES=False)
    ann, bob = make_person(app), make_person(app, "bob")
    # scrubbed: the bytes that were sent count, not those that are served
    image = ann.uploaded("iphone-gps-8mp.jpg")
    refused(ann.upload("iphone-gps-8mp.jpg"), 101, "Duplicated upload")
    assert bob.upload("iphone-gps-8mp.jpg").status_code == 200  # tells nobody what others have
    assert (
        app.test_client().get(image["delete_url"].removeprefix("http://localhost")).status_code
        == 200
    )
    assert ann.upload("iphone-gps-8mp.jpg").status_code == 200


def test_a_failed_upload_is_no_duplicate(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(ALLOW_DUPLICATES=False))
    refused(ann.upload("alpha.png", album_id="nothing1"), 404, "Album not found")
    assert ann.upload("alpha.png").status_code == 200


@pytest.mark.parametrize("period", ["minute", "hour", "day"])
def test_floods(period: str, make_app: Callable[..., Flask]) -> None:
    app = make_app(**{f"FLOOD_PER_{period.upper()}": 2})
    ann, bob = make_person(app), make_person(app, "bob")
    ann.uploaded("pixel.png")
    ann.uploaded("alpha.png")
    answer = ann.upload("pixel.png")
    refused(answer, 130, f"Flooding detected. You can only upload 2 images per {period}")
    assert (
        0
        < int(answer.headers["Retry-After"])
        <= {"minute": 60, "hour": 3600, "day": 86_400}[period]
    )
    assert bob.upload("pixel.png").status_code == 200


def test_addresses(ann: Person, make_app: Callable[..., Flask]) -> None:
    def ask(source: str) -> Any:
        return ann.app.test_client().get(
            "/api/1/upload", query_string={"source": source}, headers={"X-API-Key": ann.key}
        )

    refused(ask("ftp://a.example/b.jpg"), 400, "Unsupported URL scheme `ftp`")
    refused(ask("http://localhost/images/a.jpg"), 400, "Unsupported self host URL upload")
    refused(ask("http://127.0.0.1:1/a.jpg"), 400, "Unsupported non-public IP address for upload")
    refused(
        ask("http://169.254.169.254/latest/meta-data"),
        400,
        "Unsupported non-public IP address for upload",
    )
    off = make_person(make_app(ALLOW_URL_UPLOADS=False))
    answer = off.app.test_client().get(
        "/api/1/upload", query_string={"source": "https://a.example/b.jpg", "key": off.key}
    )
    refused(answer, 403, "URL uploading is disabled")
    nothing_stored(ann.app)


@pytest.mark.parametrize("source", MALFORMED)
def test_malformed_addresses(source: str, ann: Person) -> None:
    if not re.match("http://", source) or "\ud800" in source or "\udfff" in source:
        return  # no address for the wire; test_web_address has them
    answer = ann.app.test_client().post(
        "/api/1/upload", data={"source": source}, headers={"X-API-Key": ann.key}
    )
    assert answer.get_json()["error"]["message"].startswith("Can't fetch that address")
    refused(answer, 400, answer.get_json()["error"]["message"])


@pytest.mark.parametrize(
    ("public_url", "source"),
    [
        ("https://bücher.example/pics", "http://xn--bcher-kva.example/a.jpg"),
        ("https://xn--bcher-kva.example:8443", "http://BÜCHER.example./a.jpg"),
        ("https://home.example", "http://HOME。example/a.jpg"),
        ("http://[2001:db8::1]:8000", "http://[2001:DB8:0:0::1]/a.jpg"),
    ],
)
def test_our_own_host_in_every_spelling(
    public_url: str, source: str, make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(PUBLIC_URL=public_url))
    answer = ann.app.test_client().post(
        "/api/1/upload", data={"source": source}, headers={"X-API-Key": ann.key}
    )
    refused(answer, 400, "Unsupported self host URL upload")


@pytest.mark.parametrize(("field", "values", "code", "message"), [
    ("expiration", [
    "soon", "-5", "P", "PT", "1.5.1", "P1", "PxD", "٣٠٠", "-PT5M", "P-1D", "1e9",
], 400, "Invalid expiration"),
    ("width", ["15", "20001", "-100", "12.5", "wide", "1e3", "٣٠٠"], 400, "Invalid width"),
    ("nsfw", ["2", "yes", "maybe", "-1"], 400, "Invalid nsfw flag"),
    ("album_id", ["0", "x", "%00", "1 OR 1=1"], 404, "Album not found"),
    ("category_id", ["999", "x", "-1", "1.0", "9" * 30], 404, "Category not found"),
])  # fmt: skip
def test_parameters(field: str, values: list[str], code: int, message: str, ann: Person) -> None:
    for value in values:
        refused(ann.upload("pixel.png", **{field: value}), code, message)
    nothing_stored(ann.app)


def test_limits(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(MAX_UPLOAD_MB=1))
    # under the limit of a body, over that of a file
    big = sample("plain.jpg").read_bytes() + bytes(900_000)
    refused(ann.upload(big, filename="big.jpg"), 400, "File too big - max 1 MB")
    text = base64.b64encode(big).decode()
    for kwargs in ({"data": {"source": text}}, {"json": {"source": text}}):
        answer = ann.app.test_client().post(
            "/api/1/upload", headers={"X-API-Key": ann.key}, **kwargs
        )
        refused(answer, 400, "File too big - max 1 MB")
    refused(
        ann.upload(bytes(4_000_000), filename="huge.jpg"),
        400,
        "File too big - max 1 MB",
        status=413,
    )
    nothing_stored(ann.app)


def test_a_full_disk(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(MIN_FREE_MB=10**9))
    refused(ann.upload("alpha.png"), 507, "No space left on storage", status=507)
    nothing_stored(ann.app)


def test_busy(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(UPLOADS_AT_ONCE=1))
    ann.app.extensions["keepsake"].turn_seconds = 0
    with ann.app.extensions["keepsake"].turn():
        answer = ann.upload("alpha.png")
    refused(answer, 503, "Busy, try again", status=503)
    assert int(answer.headers["Retry-After"]) > 0
    nothing_stored(ann.app)
    assert ann.upload("alpha.png").status_code == 200


@pytest.mark.parametrize("format", ["txt", "redirect"])
def test_errors_in_other_formats(format: str, ann: Person, client: FlaskClient) -> None:
    answer = ann.upload("text-as.jpg", format=format)
    assert (answer.status_code, answer.text) == (400, "Can't get target upload source info")
    assert answer.content_type == "text/plain; charset=utf-8"
    answer = client.get(f"/api/1/upload?format={format}")
    assert (answer.status_code, answer.text) == (400, "No key provided")


def test_never_an_html_page(
    ann: Person, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer in (
        client.put("/api/1/upload"),
        client.delete("/1/upload"),
        client.post("/api/1/upload", data=b"--x", content_type="multipart/form-data; boundary=x"),
        client.post("/api/1/upload", data=b"{", content_type="application/json"),
        client.get("/api/%00"),
    ):
        assert answer.status_code >= 400 and answer.mimetype == "application/json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    ann.app.config["PROPAGATE_EXCEPTIONS"] = False
    from blueprints.http import receive

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("something nobody thought of")

    monkeypatch.setattr(receive, "ingest", broken)
    answer = ann.upload("alpha.png", format="json")
    assert answer.status_code == 500 and answer.json["error"] == {
        "message": "Internal Server Error",
        "code": 500,
    }
    nothing_stored(ann.app)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="source"; filename="a.png"\r\n\r\nhalf',
        ),
        ("multipart/form-data; boundary=x", b"--x\r\nno disposition\r\n\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"h" * 3_000_000),
        ("multipart/form-data", b"no boundary"),
        ("application/json", b'["source"]'),
        ("application/json", b'{"source": "YQ=='),
        ("application/json", b'{"a":' * 100_000),
        ("application/json", b'{"title": "' + b"x" * 2_000_000 + b'"}'),
        ("application/json", b'"\\'),
        ("application/x-www-form-urlencoded", b"x" * 200_000),
    ],
)
def test_malformed_bodies(content_type: str, body: bytes, ann: Person, client: FlaskClient) -> None:
    answer = client.post(
        "/api/1/upload", data=body, content_type=content_type, headers={"X-API-Key": ann.key}
    )
    refused(answer, 400, "Malformed request body")
    nothing_stored(ann.app)
