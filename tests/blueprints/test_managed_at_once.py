"""What one program does to what another one has just deleted: it isn't there, and nothing fails."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from models import Tag, User
from services import own_tags
from tests.blueprints.managing import Program, new_album, program
from tests.conftest import existing, make_person

Made = dict[str, str]


@pytest.fixture
def ann(app: Flask) -> Program:
    make_person(app)
    return program(app)


@pytest.fixture
def made(ann: Program) -> Made:
    """An upload with a tag, and an album."""
    album = new_album(ann.app)
    assert ann.ask("PATCH", f"albums/{album}", json={"visibility": "public"}).status_code == 200
    return {"upload": ann.upload(tags="sea")["id"], "album": album}


def deleted(ann: Program, path: str) -> None:
    """By a session of its own, as another process has one."""
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(ann.ask, "DELETE", path).result().status_code == 204


def before(monkeypatch: pytest.MonkeyPatch, work: str, does: Callable[[], None]) -> None:
    """Just before a view begins its work, when it has found what that is about."""
    module, name = work.rsplit(".", 1)
    real = getattr(__import__(module, fromlist=[name]), name)

    def late(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(work, real)
        does()
        return real(*arguments, **named)

    monkeypatch.setattr(work, late)


CASES = [
    ("PATCH", "uploads/{upload}", {"visibility": "public"}, "managed_uploads.change", 410),
    ("PATCH", "uploads/{upload}", {"title": "B"}, "managed_uploads.change", 410),
    ("DELETE", "uploads/{upload}", None, "managed_uploads.delete_own", 204),
    ("PATCH", "albums/{album}", {"name": "B"}, "managed_albums.change_album", 404),
    ("DELETE", "albums/{album}", None, "managed_albums.delete_album", 204),
    ("DELETE", "albums/{album}?with_uploads=true", None, "managed_albums.delete_album", 204),
    ("PATCH", "tags/sea", {"name": "B"}, "managed_tags.retag", 404),
    ("DELETE", "tags/sea", None, "managed_tags.retag", 204),
    ("POST", "tags", {"name": "B", "uploads": ["{upload}"]}, "managed_tags.give_tag", 404),
]


@pytest.mark.parametrize("matches", [False, True])
@pytest.mark.parametrize(("method", "path", "patch", "work", "status"), CASES)
def test_what_is_deleted_meanwhile(
    method: str,
    path: str,
    patch: Any,
    work: str,
    status: int,
    matches: bool,
    ann: Program,
    made: Made,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = path.format(**made)
    if patch and "uploads" in patch:
        patch = {**patch, "uploads": [made["upload"]]}
    match = ann.get(path.partition("?")[0])["etag"] if matches and path != "tags" else ""
    gone = f"albums/{made['album']}" if "albums" in path else f"uploads/{made['upload']}"
    before(monkeypatch, f"blueprints.{work}", lambda: deleted(ann, gone))
    sent: dict[str, Any] = {} if patch is None else {"json": patch}
    answer = ann.ask(method, path, match=match, **sent)
    allowed = {status, 404, 410} if match else {status}
    assert answer.status_code in allowed, answer.text
    assert ann.ask("GET", gone).status_code == (404 if "albums" in gone else 410)


def test_the_work_ends_where_a_moderator_took_the_tag_away(
    ann: Program, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While uploads are still found by it."""
    monkeypatch.setattr(own_tags, "AT_ONCE", 1)
    monkeypatch.setattr(Tag, "find", lambda _: None)
    with ann.app.app_context():
        assert not own_tags.retag_some(existing(User.by_name("ann")), "sea", "ocean")
