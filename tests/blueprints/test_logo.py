"""The logo of the site: what becomes of what an admin sends, and where it is shown."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from models import Logo, db
from models.audit import AuditEntry
from tests.conftest import Person, csrf_token, log_in, make_person, sample

PAGE = "/admin/settings/general"


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    return boss


def png(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 0, 0, 128)).save(buffer, "PNG")
    return buffer.getvalue()


def send(boss: Person, data: bytes, name: str = "logo.png") -> Any:
    token = csrf_token(boss.client.get(PAGE).text)
    form = {"csrf_token": token, "source": (io.BytesIO(data), name)}
    return boss.client.post("/admin/logo", data=form)


def shown(app: Flask) -> str:
    found = re.search(r'<img class="logo" src="([^"]+)"', app.test_client().get("/login").text)
    assert found
    return found[1]


def logos(app: Flask) -> int:
    with app.app_context():
        return len(list(db.session.scalars(db.select(Logo.public_id))))


def test_it_is_everywhere_until_it_is_removed(app: Flask, boss: Person) -> None:
    assert "/static/" in shown(app)
    assert send(boss, png(1200, 300)).status_code == 303
    path, guest = shown(app), app.test_client()
    assert path.startswith("/logo/")
    answer = guest.get(path)
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.size == (512, 128) and picture.mode == "RGBA"
    page = guest.get("/login").text
    assert f'<link rel="icon" href="{path}" type="image/png">' in page
    assert f'<meta property="og:image" content="http://localhost{path}">' in page
    assert f'src="{path}" alt=""\n  width="112" height="28"' in page
    assert send(boss, png(10, 10)).status_code == 303 and shown(app) != path
    assert guest.get(path).status_code == 404 and logos(app) == 1
    token = csrf_token(boss.client.get(PAGE).text)
    answer = boss.client.post("/admin/logo/remove", data={"csrf_token": token})
    assert answer.status_code == 303 and "/static/" in shown(app) and logos(app) == 0
    with app.app_context():
        acts = db.session.query(AuditEntry).filter_by(subject="LOGO").all()
        assert [(one.by, bool(one.detail["was"]), bool(one.detail["now"])) for one in acts] == [
            ("boss", False, True),
            ("boss", True, True),
            ("boss", True, False),
        ]


@pytest.mark.parametrize("name", ["iphone-gps-8mp.jpg", "orientation-6.jpg", "animated.gif"])
def test_it_is_only_pixels(app: Flask, boss: Person, name: str) -> None:
    assert send(boss, sample(name).read_bytes(), name).status_code == 303
    with Image.open(io.BytesIO(app.test_client().get(shown(app)).data)) as picture:
        assert picture.format == "PNG" and not picture.getexif() and not picture.info
        assert picture.width <= 512 and picture.height <= 256


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", sample("clip.mp4").read_bytes()],
)
def test_what_is_no_picture_changes_nothing(app: Flask, boss: Person, data: bytes) -> None:
    assert send(boss, png(20, 20)).status_code == 303
    path = shown(app)
    answer = send(boss, data)
    assert answer.status_code == 400 and 'role="alert"' in answer.text
    assert "Use PNG, JPEG or WebP." in answer.text
    assert shown(app) == path and app.test_client().get(path).status_code == 200


def test_only_an_admin_with_a_token_sets_it(app: Flask, boss: Person, tmp_path: Path) -> None:
    ann = make_person(app)
    log_in(ann.client)
    form = {"source": (io.BytesIO(png(20, 20)), "logo.png")}
    assert ann.client.post("/admin/logo", data=form).status_code == 404
    form = {"source": (io.BytesIO(png(20, 20)), "logo.png")}
    assert boss.client.post("/admin/logo", data=form).status_code == 400
    assert "/static/" in shown(app)


def test_a_command_only_removes_it(app: Flask, boss: Person) -> None:
    run = app.test_cli_runner()
    assert run.invoke(args=["settings", "set", "LOGO", f"{'a' * 16}-20x20"]).exit_code == 1
    assert "/static/" in shown(app)
    assert send(boss, png(20, 20)).status_code == 303
    assert run.invoke(args=["settings", "reset", "LOGO"]).exit_code == 0
    assert "/static/" in shown(app)
