"""`expiration=unused:P90D`: an end that each view by a person puts off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from models import Upload, db, utcnow
from models.upload.end import unused_end
from services.jobs import expire
from services.jobs.expire import remove_expired
from services.jobs.kind import Turn
from services.remove import remove
from services.site import Site
from tests.conftest import Person, csrf_token, log_in, path_of, sample
from tests.statements import statements

READER = {"User-Agent": "Mozilla/5.0 Firefox/140.0", "Accept": "text/html"}
BOT = {"User-Agent": "TelegramBot (like TwitterBot)"}
DAY = timedelta(days=1)


def row(app: Flask, number: int = 1) -> Upload:
    with app.app_context():
        return db.session.get_one(Upload, number)


def set_end(app: Flask, end: datetime, number: int = 1) -> datetime:
    with app.app_context():
        db.session.get_one(Upload, number).expires_at = end
        db.session.commit()
    return end


def flush(app: Flask) -> None:
    site: Site = app.extensions["keepsake"]
    with app.app_context():
        site.uses.flush(site.settings)


@pytest.fixture
def image(ann: Person) -> dict[str, Any]:
    """Uploaded so that it would end tomorrow."""
    image = ann.uploaded("plain.jpg", expiration="unused:P90D")
    set_end(ann.app, utcnow() + DAY)
    return image


def is_put_off(app: Flask) -> bool:
    flush(app)
    return row(app).expires_at == unused_end(90, utcnow())


def test_what_is_sent(ann: Person) -> None:
    ann.uploaded("plain.jpg", expiration="unused:P90D")
    one = row(ann.app)
    assert (one.unused_days, one.expires_at, one.root) == (90, unused_end(90, utcnow()), "private")
    assert unused_end(90, datetime(2026, 11, 26, 9, tzinfo=UTC)) == datetime(
        2027, 2, 25, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["unused:", "unused:soon", "unused: ", "unused:-3", "used:P90D"])
def test_what_is_refused(ann: Person, text: str) -> None:
    answer = ann.upload("plain.jpg", expiration=text)
    assert answer.status_code == 400 and not db_has_any(ann.app)


def db_has_any(app: Flask) -> bool:
    with app.app_context():
        return db.session.get(Upload, 1) is not None


@pytest.mark.parametrize(
    "ask",
    [
        lambda image: (image["path_viewer"], READER),
        lambda image: (path_of(image["url"]), READER),
        lambda image: (path_of(image["medium"]["url"]), READER),
        lambda image: (path_of(image["thumb"]["url"]), READER),
        lambda image: (path_of(image["url"]), READER | {"Range": "bytes=0-"}),
    ],
)
def test_a_view_by_a_person_puts_it_off(
    ann: Person, image: dict[str, Any], ask: Callable[[dict[str, Any]], tuple[str, dict[str, str]]]
) -> None:
    path, headers = ask(image)
    assert ann.app.test_client().get(path, headers=headers).status_code in (200, 206)
    assert is_put_off(ann.app)


@pytest.mark.parametrize(
    "headers",
    [
        BOT,
        READER | {"Sec-Purpose": "prefetch"},
        READER | {"Range": "bytes=1000-"},
        {"User-Agent": ""},
    ],
)
def test_no_program_does(ann: Person, image: dict[str, Any], headers: dict[str, str]) -> None:
    before = row(ann.app).expires_at
    for path in (image["path_viewer"], path_of(image["url"]), path_of(image["thumb"]["url"])):
        assert ann.app.test_client().get(path, headers=headers).status_code in (200, 206)
        ann.app.test_client().head(path, headers=READER)
    flush(ann.app)
    assert row(ann.app).expires_at == before


def test_nor_does_who_may_not_open_it(ann: Person, image: dict[str, Any]) -> None:
    log_in(ann.client)
    form = {"visibility": "private", "csrf_token": csrf_token(ann.client.get("/").text)}
    ann.client.post(f"/manage/{image['id_encoded']}/edit", data=form)
    before = row(ann.app).expires_at
    for path in (image["path_viewer"], path_of(image["url"])):
        assert ann.app.test_client().get(path, headers=READER).status_code in (403, 404)
    flush(ann.app)
    assert row(ann.app).expires_at == before


def test_its_owner_looks_too_but_not_by_a_thumbnail(ann: Person, image: dict[str, Any]) -> None:
    log_in(ann.client)
    before = row(ann.app).expires_at
    ann.client.get(path_of(image["thumb"]["url"]), headers=READER)
    flush(ann.app)
    assert row(ann.app).expires_at == before
    ann.client.get(image["path_viewer"], headers=READER)
    assert is_put_off(ann.app)
    assert row(ann.app).views == 0


def test_a_day_is_written_once(ann: Person, image: dict[str, Any]) -> None:
    for _ in range(2):
        ann.app.test_client().get(image["path_viewer"], headers=READER)
    assert is_put_off(ann.app)
    ann.app.test_client().get(image["path_viewer"], headers=READER)
    with statements(ann.app) as sent:
        flush(ann.app)
    assert not sent


def test_what_nobody_looked_at_is_deleted(ann: Person, image: dict[str, Any]) -> None:
    set_end(ann.app, utcnow() - timedelta(seconds=1))
    with ann.app.app_context():
        assert list(remove_expired(ann.app.extensions["keepsake"])) == [True]
    assert ann.app.test_client().get(image["path_viewer"]).status_code == 404


def test_what_was_looked_at_until_its_end_stays(ann: Person, image: dict[str, Any]) -> None:
    """The view still waits to be written when the job comes."""
    ann.app.test_client().get(image["path_viewer"], headers=READER)
    set_end(ann.app, utcnow() - timedelta(seconds=1))
    turn = Turn({}, lambda: False)
    with ann.app.app_context():
        assert expire.run(ann.app.extensions["keepsake"], turn) is None
    assert row(ann.app).expires_at == unused_end(90, utcnow())


def test_a_view_that_is_written_while_it_goes(
    ann: Person, image: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end is read again when nobody else can write."""
    site: Site = ann.app.extensions["keepsake"]
    ann.app.test_client().get(image["path_viewer"], headers=READER)
    set_end(ann.app, utcnow() - timedelta(seconds=1))

    def late(*args: Any, **kwargs: Any) -> bool:
        flush(ann.app)
        return remove(*args, **kwargs)

    monkeypatch.setattr(expire, "remove", late)
    with ann.app.app_context():
        assert list(remove_expired(site)) == [False]
    assert row(ann.app).expires_at == unused_end(90, utcnow())
    assert ann.app.test_client().get(path_of(image["url"])).status_code == 200


@pytest.mark.parametrize(
    ("expiration", "days"), [("P1D", None), ("", None), ("keep", 90), ("unused:P30D", 30)]
)
def test_another_expiration_ends_it(
    ann: Person, image: dict[str, Any], expiration: str, days: int | None
) -> None:
    log_in(ann.client)
    token = csrf_token(ann.client.get(image["path_viewer"]).text)
    form = {"expiration": expiration, "csrf_token": token}
    assert ann.client.post(f"/manage/{image['id_encoded']}/edit", data=form).status_code == 303
    one = row(ann.app)
    assert one.unused_days == days and bool(one.expires_at) == bool(expiration)


def test_pages_say_so(ann: Person, image: dict[str, Any]) -> None:
    set_end(ann.app, datetime(2100, 2, 24, tzinfo=UTC))
    page = ann.app.test_client().get(image["path_viewer"]).text
    says = "Deleted when nobody has looked at it for 90 days: on 24 Feb 2100 at the earliest"
    assert says in page and "24 Feb 2100 at the earliest</time></dd>" in page
    log_in(ann.client)
    assert (
        '<option value="keep">When nobody has looked for 90 days</option>'
        in ann.client.get(image["path_viewer"]).text
    )
    assert "Expires on 24 Feb 2100 at the earliest" in ann.client.get("/mine").text


def test_a_guests_ends_when_guests_do(make_app: Callable[..., Flask]) -> None:
    app = make_app(GUEST_UPLOADS=True, GUEST_EXPIRES_DAYS=40)
    client = app.test_client()
    page = client.get("/").text
    assert 'value="unused:P30D"' in page and 'value="unused:P90D"' not in page
    data = {"source": sample("plain.jpg").open("rb"), "expiration": "unused:P30D"}
    headers = {"Accept": "application/json", "X-CSRFToken": csrf_token(page)}
    answer: Any = client.post("/upload", data=data, headers=headers)
    assert answer.status_code == 200, answer.text
    with app.app_context():
        db.session.get_one(Upload, 1).received_at -= timedelta(days=20)
        db.session.get_one(Upload, 1).expires_at = utcnow() + DAY
        db.session.commit()
    app.test_client().get(answer.json["image"]["path_viewer"], headers=READER)
    flush(app)
    one = row(app)
    assert one.expires_at == one.received_at + timedelta(days=40)
    app.test_client().get(answer.json["image"]["path_viewer"], headers=READER)
    flush(app)
    assert row(app).expires_at == one.expires_at
