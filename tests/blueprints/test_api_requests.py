"""How an upload may be asked for: each place where a parameter may stand, both dialects, each
format.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Album, ApiKey, Category, SiteFact, Tag, Upload, User, db
from models.album_uploads import STEP, album_upload
from services.keys import issue_guest_key
from tests.conftest import Person, make_person, path_of, sample, stored_files

PNG = sample("alpha.png").read_bytes()
B64 = base64.b64encode(PNG).decode()


def ok(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    image: dict[str, Any] = answer.json["image"]
    return image


# --- where the key and the parameters may stand


def test_key_in_header_form_or_query(ann: Person, client: FlaskClient) -> None:
    def body() -> dict[str, Any]:
        return {"source": (io.BytesIO(PNG), "a.png")}

    ok(client.post("/api/1/upload", data=body(), headers={"X-API-Key": ann.key}))
    ok(client.post("/api/1/upload", data={**body(), "key": ann.key}))
    ok(client.post(f"/api/1/upload?key={ann.key}", data=body()))
    ok(client.post("/api/1/upload/", data=body(), headers={"x-api-key": ann.key}))
    # the form before the query
    ok(client.post("/api/1/upload?key=chv_wrong_key", data={**body(), "key": ann.key}))


@pytest.mark.parametrize("place", ["multipart", "urlencoded", "json", "query"])
def test_parameters_in_every_place(place: str, ann: Person, client: FlaskClient) -> None:
    fields = {
        "title": "Grüße & mehr",
        "description": "two\nlines",
        "tags": "One, two words ,ONE",
        "nsfw": "1",
        "expiration": "PT1H",
    }
    headers = {"X-API-Key": ann.key}
    if place == "multipart":
        answer = client.post(
            "/api/1/upload", data={**fields, "source": (io.BytesIO(PNG), "a.png")}, headers=headers
        )
    elif place == "urlencoded":
        answer = client.post("/api/1/upload", data={**fields, "source": B64}, headers=headers)
    elif place == "json":
        answer = client.post(
            "/api/1/upload", json={**fields, "nsfw": 1, "source": B64}, headers=headers
        )
    else:
        answer = client.post(
            "/api/1/upload?" + urlencode(fields),
            data={"source": (io.BytesIO(PNG), "a.png")},
            headers=headers,
        )
    image = ok(answer)
    assert image["title"] == "Grüße & mehr"
    assert image["description"] == "two\nlines"
    assert image["tags_string"] == "One, two words"
    assert image["nsfw"] == 1
    assert image["expiration_date_gmt"]


def test_unknown_fields_and_headers_are_ignored(ann: Person, client: FlaskClient) -> None:
    ok(
        client.post(
            "/api/1/upload",
            data={
                "action": "upload",
                "x": (io.BytesIO(b"other"), "x.txt"),
                "source": (io.BytesIO(PNG), "a.png"),
            },
            headers={"X-API-Key": ann.key, "x-file-name": "a.png"},
        )
    )


# --- where the source may stand


def test_the_order_of_sources(ann: Person) -> None:
    client, gif = ann.app.test_client(), sample("animated.gif").read_bytes()
    both = {"source": (io.BytesIO(PNG), "s.png"), "image": (io.BytesIO(gif), "i.gif")}
    assert (
        client.post("/api/1/upload", data=both, headers={"X-API-Key": ann.key}).get_json()["data"][
            "extension"
        ]
        == "png"
    )
    mixed = {"source": base64.b64encode(PNG).decode(), "image": (io.BytesIO(gif), "i.gif")}
    assert (
        client.post("/api/1/upload", data=mixed, headers={"X-API-Key": ann.key}).get_json()["data"][
            "extension"
        ]
        == "gif"
    )
    values = {"source": base64.b64encode(PNG).decode(), "image": base64.b64encode(gif).decode()}
    assert (
        client.post("/api/1/upload", data=values, headers={"X-API-Key": ann.key}).get_json()[
            "data"
        ]["extension"]
        == "png"
    )


def test_a_file_field_left_empty_in_a_browser_is_none(ann: Person, client: FlaskClient) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="source"; filename=""\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\r\n--x\r\nContent-Disposition: "
        b'form-data; name="image"\r\n\r\n' + B64.encode() + b"\r\n--x--\r\n"
    )
    answer = client.post(
        "/api/1/upload",
        data=body,
        content_type="multipart/form-data; boundary=x",
        headers={"X-API-Key": ann.key},
    )
    assert answer.status_code == 200 and answer.get_json()["data"]["extension"] == "png"


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize(
    "kind",
    [
        "multipart",
        "urlencoded",
        "urlencoded, plus signs not encoded",
        "urlencoded by quote",
        "json",
        "json, escaped",
    ],
)
@pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,"])
def test_base64_in_every_body(
    big: bool, kind: str, prefix: str, ann: Person, client: FlaskClient
) -> None:
    sent = sample("iphone-gps-8mp.jpg" if big else "canon-40d.jpg").read_bytes()
    text = prefix + (
        base64.encodebytes(sent).decode()
        if kind == "multipart"
        else base64.b64encode(sent).decode()
    )
    headers = {"X-API-Key": ann.key}
    if kind == "multipart":
        answer = client.post(
            "/api/1/upload",
            data={"source": text},
            content_type="multipart/form-data",
            headers=headers,
        )
    elif kind == "urlencoded":
        answer = client.post("/api/1/upload", data={"source": text}, headers=headers)
    elif kind.startswith("urlencoded"):
        raw = (
            f"source={text}&title=after"
            if "plus" in kind
            else f"a=b&source={quote(text, safe='')}&title=after"
        )
        answer = client.post(
            "/api/1/upload",
            data=raw,
            content_type="application/x-www-form-urlencoded",
            headers=headers,
        )
        assert answer.get_json().get("image", {}).get("title") == "after", answer.text
    else:
        raw = json.dumps(
            {"title": 'with "quotes"', "source": text, "nsfw": False, "tags": ["a", "b"]}
        )
        if "escaped" in kind:
            raw = raw.replace("/", "\\/").replace("+", "\\u002b")
        answer = client.post(
            "/api/1/upload", data=raw, content_type="application/json", headers=headers
        )
        assert answer.get_json().get("image", {}).get("tags_string") == "a, b", answer.text
    image = ok(answer)
    import hashlib

    # both have a position, which was scrubbed
    assert image["source_checksum"] == hashlib.md5(sent).hexdigest()
    assert image["filename"] == f"{image['name']}.jpeg" and len(image["name"]) == 32
    assert image["original_filename"] == image["filename"]


def test_base64_has_no_title_of_its_own(ann: Person, client: FlaskClient) -> None:
    image = ok(client.post("/api/1/upload", data={"source": B64}, headers={"X-API-Key": ann.key}))
    assert image["title"] is None
    assert image["path_viewer"] == f"/image/{image['id_encoded']}"
    assert image["display_title"] == image["filename"]


@pytest.mark.parametrize("name", [
    "../../etc/passwd.png", "C:\\Temp\\shot.png", "Bildschirmfoto – Größe 你好.png", ".png",
    "a" * 500 + ".png", 'quote".png', "x\u202egnp.exe.png", "CON.png", "%2e%2e%2fup.png",
])  # fmt: skip
def test_odd_file_names(name: str, ann: Person) -> None:
    image = ann.uploaded(sample("alpha.png"), filename=name)
    assert ann.client.get(path_of(image["url"])).data == PNG
    assert "/" not in image["original_filename"] and "\\" not in image["original_filename"]
    assert ann.client.get(image["path_viewer"]).status_code == 200
    assert all(path.startswith("public/images/20") for path in stored_files(ann.app))


def test_a_raw_utf8_file_name_as_sharex_sends_it(ann: Person, client: FlaskClient) -> None:
    body = (
        (
            '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n' + ann.key + "\r\n"
            '--b\r\nContent-Disposition: form-data; name="format"\r\n\r\njson\r\n'
            '--b\r\nContent-Disposition: form-data; name="source"; filename="Löwe '
            'Straße.png"\r\nContent-Type: image/png\r\n\r\n'
        ).encode()
        + PNG
        + b"\r\n--b--\r\n"
    )
    image = ok(
        client.post("/api/1/upload", data=body, content_type="multipart/form-data; boundary=b")
    )
    assert image["original_filename"] == "Löwe Straße.png"
    assert image["filename"] == "Lowe-Strasse.png"


# --- formats and dialects


def test_txt(ann: Person) -> None:
    answer = ann.upload("alpha.png", format="txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.startswith("http://localhost/images/") and answer.text.endswith("/alpha.png")


def test_redirect(ann: Person) -> None:
    answer = ann.upload("alpha.png", format="redirect")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/image/alpha.")
    # without a log-in
    assert ann.app.test_client().get(answer.headers["Location"]).status_code == 200


def test_an_unknown_format_is_json(ann: Person) -> None:
    assert ann.upload("alpha.png", format="xml").json["status_code"] == 200


@pytest.mark.parametrize("address", ["/1/upload", "/api/1/upload", "/1/upload/"])
def test_the_imgbb_dialect(address: str, ann: Person, client: FlaskClient) -> None:
    answer = client.post(
        address, data={"key": ann.key, "name": "My name", "image": B64, "expiration": "600"}
    )
    assert answer.status_code == 200, answer.text
    document = json.loads(answer.text)
    assert (
        document["status"] == 200 and document["success"]["code"] == 200 and "image" not in document
    )
    data = document["data"]
    assert data["id"] == data["id_encoded"]
    assert data["title"] == "My name"
    assert data["expiration"] == 600
    assert abs(data["time"] - datetime.now(UTC).timestamp()) < 30
    assert {"filename", "mime", "extension"} <= data["image"].keys()
    answer = client.post(address, data={"key": ann.key, "image": (io.BytesIO(PNG), "i.png")})
    assert answer.get_json()["data"]["expiration"] == 0


# --- CORS


@pytest.mark.parametrize("address", ["/api/1/upload", "/1/upload"])
def test_preflight(address: str, client: FlaskClient) -> None:
    answer = client.options(
        address,
        headers={
            "Origin": "app://obsidian.md",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-api-key",
        },
    )
    assert answer.status_code in (200, 204) and answer.data == b""
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == "X-API-Key, Content-Type"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Set-Cookie" not in answer.headers


# --- parameters that need rows


def test_albums_belong_to_their_owner(ann: Person) -> None:
    bob = make_person(ann.app, "bob")
    with ann.app.app_context():
        album = Album.create(db.session.get_one(User, 1), "Rome")
        db.session.commit()
        album_id = album.public_id
    for _ in range(2):
        assert ann.upload("alpha.png", album_id=album_id).status_code == 200
    with ann.app.app_context():
        assert [album.name for album in db.session.get_one(Upload, 1).albums] == ["Rome"]
        assert db.session.execute(
            select(album_upload.c.upload_id, album_upload.c.position)
        ).all() == [(1, STEP), (2, 2 * STEP)]
    for person, wrong in ((bob, album_id), (ann, "nothing1")):
        before = stored_files(ann.app)
        answer = person.upload("alpha.png", album_id=wrong)
        assert (answer.status_code, answer.json["error"]) == (
            400,
            {"message": "Album not found", "code": 404},
        )
        assert stored_files(ann.app) == before


@pytest.mark.parametrize("text", ["secret", "Public,", "1", "private\n x"])
def test_a_visibility_that_nobody_knows(text: str, ann: Person) -> None:
    answer = ann.upload("alpha.png", visibility=text)
    assert answer.status_code == 400 and "visibility" in answer.json["error"]["message"]
    assert stored_files(ann.app) == []


def test_an_empty_visibility_is_none(ann: Person) -> None:
    """In the body it does not hide the query's."""
    answer = ann.app.test_client().post(
        "/api/1/upload?visibility=private",
        data={"source": (sample("alpha.png").open("rb"), "a.png"), "visibility": ""},
        headers={"X-API-Key": ann.key},
    )
    assert answer.status_code == 200
    with ann.app.app_context():
        assert db.session.scalar(db.select(Upload.visibility)) == "private"


@pytest.mark.parametrize(
    ("visibility", "status"),
    [("private", 400), ("members", 400), ("unlisted", 200), ("public", 200), ("", 200), (" ", 400)],
)
def test_a_guest_can_not_hide_from_everybody(
    visibility: str, status: int, make_app: Callable[..., Flask]
) -> None:
    app = make_app(GUEST_UPLOADS=True)
    with app.app_context():
        key = issue_guest_key()
    answer = app.test_client().post(
        "/api/1/upload",
        data={"source": (sample("alpha.png").open("rb"), "a.png"), "visibility": visibility},
        headers={"X-API-Key": key},
    )
    assert answer.status_code == status


def test_categories_and_tags(ann: Person) -> None:
    with ann.app.app_context():
        category = Category.create("Holiday snaps")
        db.session.commit()
        category_id = category.id
    image = ann.uploaded(
        "alpha.png",
        category_id=str(category_id),
        tags="Sea, a/b, <x>, sea,  Big   Wave ," + "y" * 33,
    )
    assert image["category_id"] == category_id
    assert image["tags"] == [
        {
            "name": "Sea",
            "name_safe_html": "Sea",
            "url_key": "Sea",
            "url": "http://localhost/tag/Sea",
        },
        {
            "name": "Big Wave",
            "name_safe_html": "Big Wave",
            "url_key": "Big%20Wave",
            "url": "http://localhost/tag/Big%20Wave",
        },
    ]
    ann.uploaded("alpha.png", tags="SEA,sky")
    with ann.app.app_context():
        assert [tag.name for tag in db.session.query(Tag).order_by(Tag.id)] == [
            "Sea",
            "Big Wave",
            "sky",
        ]


def test_file_dates_are_for_admins(ann: Person, make_app: Callable[..., Flask]) -> None:
    assert ann.uploaded("canon-40d.jpg", use_file_date="1")["date_gmt"][:4] != "2008"
    boss = make_person(make_app(TIMEZONE="Europe/Berlin"), "boss", admin=True)
    image = boss.uploaded("canon-40d.jpg", use_file_date="1")
    assert (image["date"], image["date_gmt"]) == ("2008-05-30 15:56:01", "2008-05-30 13:56:01")
    assert "/images/2008/05/30/" in image["url"]
    assert "years ago" in image["how_long_ago"]
    assert boss.uploaded("alpha.png", use_file_date="1")["date_gmt"][:4] == str(
        datetime.now(UTC).year
    )


def test_width(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", width="800")
    assert (image["width"], image["height"]) == (800, 600)
    assert image["source_checksum"] and image["source_checksum"] != image["checksum"]
    for name, width in (("plain.jpg", "1600"), ("plain.jpg", "2000"), ("animated.gif", "100")):
        kept = ann.uploaded(name, width=width)
        assert (
            kept["source_checksum"] is None
            and ann.client.get(path_of(kept["url"])).data == sample(name).read_bytes()
        )


def test_a_resized_photo_says_no_more_than_a_scrubbed_one(ann: Person) -> None:
    image = ann.uploaded("iphone-gps-8mp.jpg", width="1000")
    from media.metadata import second
    from media.privacy.policy import Policy
    from media.privacy.scrub import leftovers

    path = ann.app.extensions["keepsake"].config.data / ("public" + path_of(image["url"]))
    assert leftovers(second.read_again(path, "jpg"), Policy(location=True, metadata=False)) == []
    assert json.loads(image["original_exifdata"])["Model"] == "iPhone 6"


@pytest.mark.parametrize(
    ("given", "life"),
    [
        ("300", timedelta(minutes=5)),
        ("1", timedelta(minutes=5)),
        ("PT5M", timedelta(minutes=5)),
        ("P3D", timedelta(days=3)),
        ("p1d", timedelta(days=1)),
        ("P2W", timedelta(weeks=2)),
        ("P1Y", timedelta(days=365)),
        ("P20Y", timedelta(days=365)),
        ("99999999999999", timedelta(days=365)),
        ("PT36H", timedelta(hours=36)),
        ("P99999999Y", timedelta(days=365)),
    ],
)
def test_expirations(given: str, life: timedelta, ann: Person) -> None:
    image = ann.uploaded("pixel.png", expiration=given)
    ends = datetime.strptime(image["expiration_date_gmt"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert abs(ends - datetime.now(UTC) - life) < timedelta(seconds=30)


def test_the_guest_key(make_app: Callable[..., Flask]) -> None:
    for guests, status in ((True, 200), (False, 400)):
        app = make_app(GUEST_UPLOADS=guests)
        with app.app_context():
            key = SiteFact.issue_secret("guest_key_hash", prefix="chv_guest_")
            db.session.commit()
        answer = Person(app, "", key, app.test_client()).upload("alpha.png")
        assert answer.status_code == status
        if status == 200:
            with app.app_context():
                assert db.session.get_one(Upload, 1).user is None
        else:
            assert answer.json["error"] == {"message": "Request denied", "code": 401}


def test_a_key_is_kept_as_a_hash_and_marked_as_used(ann: Person) -> None:
    ann.uploaded("alpha.png")
    with ann.app.app_context():
        key = db.session.get_one(ApiKey, 1)
        assert key.last_used_at and ann.key not in key.secret_hash
    data = (ann.app.extensions["keepsake"].config.data / "keepsake.sqlite3").read_bytes()
    assert ann.key.encode() not in data and ann.key.rpartition("_")[2].encode() not in data
