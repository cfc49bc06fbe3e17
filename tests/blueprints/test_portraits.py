"""The picture of a person: what is made of what they send, who gets it, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from models import Portrait, User, db
from tests.conftest import Person, csrf_token, existing, log_in, make_person, sample, stored_files


@pytest.fixture
def ann(make_app: Callable[..., Flask]) -> Person:
    person = make_person(make_app(EXPLORE="everyone"))
    log_in(person.client)
    return person


def send(person: Person, data: bytes | str, token: str = "", name: str = "me.jpg") -> Any:
    content = sample(data).read_bytes() if isinstance(data, str) else data
    token = token or csrf_token(person.client.get("/settings").text)
    form = {"csrf_token": token, "source": (io.BytesIO(content), name)}
    return person.client.post("/settings/portrait", data=form)


def path(person: Person) -> str:
    with person.app.app_context():
        public_id = existing(User.by_name(person.name)).portrait
    return f"/portrait/{public_id}" if public_id else ""


def drawn(size: tuple[int, int], format: str = "JPEG", mode: str = "RGB") -> bytes:
    """Red on the left and blue on the right, with the square in the middle green."""
    image = Image.new(mode, size, "red")
    side = min(size)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    image.paste("blue", (size[0] // 2, 0, *size))
    image.paste("green", (left, top, left + side, top + side))
    buffer = io.BytesIO()
    image.save(buffer, format)
    return buffer.getvalue()


def test_the_middle_square_is_kept_and_shown_to_everybody(ann: Person) -> None:
    ann.uploaded("plain.jpg", visibility="public")
    assert send(ann, drawn((1200, 600))).status_code == 303
    guest = ann.app.test_client()
    answer = guest.get(path(ann))
    assert answer.mimetype == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    image = Image.open(io.BytesIO(answer.data))
    assert image.size == (256, 256)
    for at in ((2, 2), (253, 128), (128, 253)):
        red, green, blue = image.convert("RGB").getpixel(at)  # type: ignore[misc]
        assert green > 100 and red < 40 and blue < 40
    for page in ("/people", "/user/ann"):
        assert path(ann) in guest.get(page).text
    assert path(ann) in ann.client.get("/").text
    assert all("spool" not in name for name in stored_files(ann.app))


@pytest.mark.parametrize(
    "name",
    ["iphone-gps-8mp.jpg", "gps-nikon.jpg", "orientation-6.jpg", "alpha.png", "cmyk.jpg",
     "animated.gif", "animated.webp", "iphone.heic", "still.avif", "pixel.png", "still.bmp"],
)  # fmt: skip
def test_nothing_but_pixels_is_kept(name: str, ann: Person) -> None:
    assert send(ann, name).status_code == 303
    data = ann.app.test_client().get(path(ann)).data
    image = Image.open(io.BytesIO(data))
    assert image.width == image.height <= 256 and len(data) < 60_000
    assert not image.getexif() and "icc_profile" not in image.info and "xmp" not in image.info
    assert getattr(image, "n_frames", 1) == 1


def test_another_one_has_another_address_and_none_has_none(ann: Person) -> None:
    send(ann, "plain.jpg")
    first = path(ann)
    send(ann, "alpha.png")
    assert path(ann) != first and ann.client.get(first).status_code == 404
    second, token = path(ann), csrf_token(ann.client.get("/settings").text)
    assert ann.client.post("/settings/portrait/remove", data={"csrf_token": token}).status_code
    assert path(ann) == "" and ann.client.get(second).status_code == 404
    with ann.app.app_context():
        assert db.session.scalar(db.select(Portrait.user_id)) is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("text-as.jpg", "photo"),
        ("truncated.jpg", ""),
        ("clip.mp4", "accept"),
        ("script.svg", ""),
        ("bomb-900mp.png", "Too many pixels"),
        (b"", ""),
    ],
)
def test_what_is_refused_changes_nothing(content: str | bytes, says: str, ann: Person) -> None:
    send(ann, "plain.jpg")
    before, files = path(ann), stored_files(ann.app)
    answer = send(ann, content)
    assert answer.status_code == 400 and says in answer.text
    assert 'aria-invalid="true"' in answer.text and path(ann) == before
    assert stored_files(ann.app) == files


def test_the_form_has_a_token_and_a_member(ann: Person) -> None:
    assert send(ann, "plain.jpg", token="x").status_code == 400
    assert path(ann) == ""
    guest = Person(ann.app, "ann", "", ann.app.test_client())
    assert send(guest, "plain.jpg", token="x").status_code == 302


def test_a_picture_ends_with_its_person(ann: Person) -> None:
    send(ann, "plain.jpg")
    with ann.app.app_context():
        db.session.execute(db.delete(User))
        db.session.commit()
        assert db.session.scalar(db.select(Portrait.user_id)) is None


def test_limits_of_the_site_hold(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(MAX_UPLOAD_MB=1, ALLOW_UPLOADS=False))
    log_in(ann.client)
    assert send(ann, "plain.jpg").status_code == 303  # no upload
    assert "Too large" in send(ann, b"x" * 1_000_001).text
