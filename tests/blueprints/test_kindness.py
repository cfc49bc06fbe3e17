"""What clients do wrong is met kindly."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest

from tests.conftest import Person, sample

PNG = sample("alpha.png").read_bytes()


def image_of(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    image: dict[str, Any] = answer.json["image"]
    return image


@pytest.mark.parametrize("name", ["file", "files", "files[]", "file[]", "upload", "media"])
def test_other_names_of_the_file(name: str, ann: Person) -> None:
    headers = {"X-API-Key": ann.key}
    client = ann.app.test_client()
    assert (
        image_of(
            client.post("/api/1/upload", data={name: (io.BytesIO(PNG), "a.png")}, headers=headers)
        )["extension"]
        == "png"
    )
    both = {
        name: (io.BytesIO(PNG), "a.png"),
        "source": (sample("animated.gif").open("rb"), "b.gif"),
    }
    assert image_of(client.post("/api/1/upload", data=both, headers=headers))["extension"] == "gif"


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "video/mp4"])
def test_a_body_that_is_the_file(kind: str, ann: Person) -> None:
    client = ann.app.test_client()
    image = image_of(
        client.post(
            "/api/1/upload?title=Raw",
            data=PNG,
            content_type=kind,
            headers={"X-API-Key": ann.key, "X-File-Name": "sh%C3%B6t.png"},
        )
    )
    assert (image["title"], image["original_filename"], image["mime"]) == (
        "Raw",
        "sh\u00f6t.png",
        "image/png",
    )
    image = image_of(
        client.post(
            f"/api/1/upload?key={ann.key}",
            data=PNG,
            content_type=kind,
            headers={"Content-Disposition": 'attachment; filename="one.png"'},
        )
    )
    assert image["filename"] == "one.png"
    assert (
        client.post(
            "/api/1/upload", data=b"", content_type=kind, headers={"X-API-Key": ann.key}
        ).get_json()["error"]["code"]
        == 130
    )


def test_keys_in_other_headers(ann: Person) -> None:
    client = ann.app.test_client()
    basic = base64.b64encode(f"anybody:{ann.key}".encode()).decode()
    for value in (f"Bearer {ann.key}", f"bearer {ann.key}", f"Basic {basic}"):
        image_of(
            client.post(
                "/api/1/upload",
                data={"source": (io.BytesIO(PNG), "a.png")},
                headers={"Authorization": value},
            )
        )
    for value in ("Bearer nonsense", "Basic !!!", "Digest username=x", "Bearer"):
        answer = client.post(
            "/api/1/upload",
            data={"source": (io.BytesIO(PNG), "a.png")},
            headers={"Authorization": value},
        )
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, 100), value


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b"filename=\"x.png\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.png", "Gr\u00f6\u00dfe.png"),
        ('filename="Gr\u00f6\u00dfe.png"'.encode("cp1252"), "Gr\u00f6\u00dfe.png"),
        ('filename="Gr\u00f6\u00dfe.png"'.encode(), "Gr\u00f6\u00dfe.png"),
        (b'filename="=?utf-8?B?R3LDtsOfZS5wbmc=?="', "Gr\u00f6\u00dfe.png"),
        (b'filename="\x81\x8d\xff.png"', None),
    ],
)
def test_file_names_in_every_encoding(disposition: bytes, name: str | None, ann: Person) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="source"; '
        + disposition
        + b"\r\n\r\n"
        + PNG
        + b"\r\n--b--\r\n"
    )
    answer = ann.app.test_client().post(
        "/api/1/upload",
        data=body,
        content_type="multipart/form-data; boundary=b",
        headers={"X-API-Key": ann.key},
    )
    image = image_of(answer)
    assert name is None or image["original_filename"] == name
