"""Nobody is let in who was let in at the beginning: a body may take minutes to come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import ApiKey, Upload, User, db, utcnow
from models.role import State
from services import ingest
from tests.conftest import Person, existing, stored_files


def ban(user: User, key: ApiKey) -> None:
    user.state = State.BANNED


def expire(user: User, key: ApiKey) -> None:
    key.expires_at = utcnow()


def revoke(user: User, key: ApiKey) -> None:
    db.session.delete(key)


@pytest.mark.parametrize(
    ("happens", "message"),
    [(ban, "Request denied"), (expire, "Invalid API key."), (revoke, "Invalid API key.")],
)
def test_what_ends_meanwhile(
    happens: Callable[[User, ApiKey], None],
    message: str,
    ann: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    probe: Any = vars(ingest)["probe"]

    def meanwhile(*args: Any, **values: Any) -> Any:
        user = existing(User.by_name("ann"))
        happens(user, existing(ApiKey.find_of(user, ann.key.split("_")[1])))
        db.session.commit()
        return probe(*args, **values)

    monkeypatch.setattr(ingest, "probe", meanwhile)
    answer = ann.upload("pixel.png")
    assert answer.status_code == 400 and answer.json["error"]["message"] == message
    with ann.app.app_context():
        assert stored_files(ann.app) == [] and db.session.query(Upload).count() == 0


def test_a_quota_that_is_set_meanwhile(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    probe: Any = vars(ingest)["probe"]

    def meanwhile(*args: Any, **values: Any) -> Any:
        db.session.execute(db.update(User).values(quota_mb=1))
        db.session.commit()
        return probe(*args, **values)

    monkeypatch.setattr(ingest, "probe", meanwhile)
    assert ann.upload("iphone-gps-8mp.jpg").status_code == 507
    assert stored_files(ann.app) == []
