"""Settings that change while the site runs: what wins, when it is seen, and that one request sees
one value.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from config import ConfigError
from models import Setting, db
from server.live_settings import keep_fresh
from server.public_files import PublicFiles
from services.data_folder import DATABASE
from services.settings import SettingStore, change, reset
from services.settings.store import FRESH_SECONDS
from services.site import Site


def site_of(app: Flask) -> Site:
    site: Site = app.extensions["keepsake"]
    return site


def write(app: Flask, name: str, value: str) -> None:
    """As another process would, whatever it is."""
    with closing(sqlite3.connect(site_of(app).config.data / DATABASE)) as database, database:
        database.execute(
            "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, value)
        )


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(app: Flask, clock: Clock) -> SettingStore:
    with app.app_context():
        return SettingStore(site_of(app).store.defaults, partial(Setting.values, db.engine), clock)


def test_the_database_wins_and_a_reset_gives_the_default_back(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(SITE_NAME="From the environment")
    store = site_of(app).store
    assert (store.current().site_name, store.origin("SITE_NAME")) == (
        "From the environment",
        "environment",
    )
    with app.app_context():
        change(store, {"SITE_NAME": "Changed", "ALLOWED_FORMATS": "jpeg, png", "MAX_UPLOAD_MB": 5})
    assert (store.latest.site_name, store.origin("SITE_NAME")) == ("Changed", "database")
    assert (store.latest.allowed_formats, store.latest.max_upload_bytes) == (
        ("jpg", "png"),
        5_000_000,
    )
    with app.app_context():
        reset(store, ["SITE_NAME"])
    assert (store.latest.site_name, store.origin("SITE_NAME")) == (
        "From the environment",
        "environment",
    )
    assert store.origin("EXPLORE") == "default" and store.latest.max_upload_mb == 5


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("EXPLORE", "nobody", "EXPLORE must be one of"),
        ("MAX_UPLOAD_MB", "0", "MAX_UPLOAD_MB must be from 1"),
        ("ACCENT", "green", "ACCENT must look like"),
        ("TIMEZONE", "Mars/Olympus", "TIMEZONE must be a zone"),
        ("PORT", "9000", "PORT is read at the start"),
        ("LOCATION", "keep", "LOCATION is now STRIP"),
        ("PROT", "1", "PROT is not a setting"),
    ],
)
def test_what_can_not_be_in_force_is_refused_and_nothing_of_it_kept(
    app: Flask, name: str, value: str, named: str
) -> None:
    store = site_of(app).store
    with app.app_context():
        with pytest.raises(ConfigError, match=named):
            change(store, {"SITE_NAME": "Changed", name: value})
        db.session.commit()  # as the next thing in this context may
    assert store.refresh().site_name == "Keepsake"


def test_a_change_is_seen_when_what_was_read_is_old(
    app: Flask, store: SettingStore, clock: Clock
) -> None:
    assert store.current().explore == "members"
    write(app, "EXPLORE", "everyone")
    clock.now += FRESH_SECONDS / 2
    assert store.current().explore == store.latest.explore == "members"
    clock.now += 1
    assert store.current().explore == store.latest.explore == "everyone"
    assert FRESH_SECONDS < 1  # as docs/settings.md promises


def test_no_query_while_what_was_read_is_fresh(
    app: Flask, store: SettingStore, clock: Clock
) -> None:
    with app.app_context():
        engine = db.engine
    with counted_statements(engine) as statements:
        for _ in range(100):
            store.current()
    assert len(statements) == 1, statements
    clock.now += 1
    with counted_statements(engine) as statements:
        store.current()
        store.current()
    assert len(statements) == 1, statements


def test_a_request_never_sees_two_values(app: Flask) -> None:
    site = site_of(app)
    seen = []

    def look() -> str:
        seen.append(site.settings.site_name)
        change(site.store, {"SITE_NAME": f"Change {len(seen)}"})
        seen.append(site.settings.site_name)
        return ""

    app.add_url_rule("/look", view_func=look)
    client = app.test_client()
    client.get("/look")
    client.get("/look")
    assert seen == ["Keepsake", "Keepsake", "Change 1", "Change 1"]
    assert site.settings.site_name == "Change 3"


def test_rows_of_another_version_are_passed_over(
    app: Flask, store: SettingStore, caplog: pytest.LogCaptureFixture
) -> None:
    write(app, "EXPLORE", "friends")
    write(app, "FRAMES", "7")
    write(app, "SITE_NAME", "Home")
    settings = store.refresh()
    assert (settings.explore, settings.site_name) == ("members", "Home")
    assert (
        "EXPLORE must be one of" in caplog.text
        and "FRAMES in the database is not a setting" in caplog.text
    )


def test_what_was_read_holds_while_the_database_is_away(
    app: Flask, store: SettingStore, clock: Clock
) -> None:
    write(app, "SITE_NAME", "Home")
    assert store.current().site_name == "Home"
    path = site_of(app).config.data / DATABASE
    path.rename(path.with_name("elsewhere"))
    clock.now += 1
    assert store.current().site_name == "Home"
    path.with_name("elsewhere").rename(path)
    write(app, "SITE_NAME", "Home again")
    clock.now += 1
    assert store.current().site_name == "Home again"


def test_a_site_is_private_until_its_settings_were_read(
    app: Flask, store: SettingStore, clock: Clock
) -> None:
    folder = site_of(app).config.data
    (folder / "public/images/2026/01/31").mkdir(parents=True)
    (folder / "public/images/2026/01/31/any.jpg").write_bytes(b"JPEG")
    public_files = PublicFiles(site_of(app).storage, "", store)
    a_request = HTTPRequestParser(Adjustments())
    a_request.received(b"GET /images/2026/01/31/any.jpg HTTP/1.1\r\nHost: home.example\r\n\r\n")
    path = folder / DATABASE
    path.rename(path.with_name("elsewhere"))
    for _ in range(3):
        assert store.refresh().private_site and store.current().private_site
        assert public_files.answer(a_request) is None
        clock.now += 1
    path.with_name("elsewhere").rename(path)
    assert not store.current().private_site
    assert public_files.answer(a_request)
    write(app, "PRIVATE_SITE", "true")
    assert store.refresh().private_site


def test_who_asks_first_waits_for_what_is_read(app: Flask) -> None:
    def read_slowly() -> dict[str, str]:
        is_reading.set()
        go_on.wait(30)
        return {"SITE_NAME": "Home"}

    is_reading, go_on = threading.Event(), threading.Event()
    store = SettingStore(site_of(app).store.defaults, read_slowly)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(store.current)
        is_reading.wait(30)
        second = threads.submit(store.current)
        go_on.set()
        for answer in (first, second):
            settings = answer.result(30)
            assert (settings.site_name, settings.private_site) == ("Home", False)


def test_the_server_reads_often_enough_that_nothing_is_older_than_a_second(
    app: Flask, store: SettingStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its loop looks at, too, which reads nothing itself."""

    def sleep(seconds: float) -> None:
        clock.now += seconds
        naps.append(seconds)
        write(app, "SITE_NAME", f"Home {len(naps)}")
        if len(naps) > 1:
            assert store.latest.site_name == f"Home {len(naps) - 1}"
        if len(naps) == 5:
            raise InterruptedError

    naps: list[float] = []
    monkeypatch.setattr("server.live_settings.time.sleep", sleep)
    with pytest.raises(InterruptedError):
        keep_fresh(store)
    assert max(naps) < 1
