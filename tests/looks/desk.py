"""States of the administration."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

from models.flow import SECONDS
from services.start import DATABASE
from tests.looks.scene import Scene


def log_of_acts(page: Any, scene: Scene) -> None:
    scene.server.command("user", "quota", "bob", "20000")
    scene.server.command("user", "quota", "bob", "default")
    page.goto(scene.server.base + "/admin/log")


def jobs_of_all_kinds(page: Any, scene: Scene) -> None:
    """Some that failed, and some that wait."""
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        ("remove", None, 12, "No space left on device", None),
        ("mail", None, 12, "The mail server mail.example.org doesn't answer", None),
        ("albums", str(now + timedelta(hours=3)), 3, "The folder of the files is away", None),
        ("tag_names", str(now + timedelta(hours=4)), 0, None, None),
    ]
    path = scene.server.data / DATABASE
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM job WHERE key IS NULL")
        database.executemany(
            "INSERT INTO job (kind, run_at, tries, reason, key, payload) "
            "VALUES (?, ?, ?, ?, ?, '{}')",
            rows,
        )
    page.goto(scene.server.base + "/admin/jobs")


def overview(page: Any, scene: Scene) -> None:
    """Of a site that is in use, where something needs a look."""
    now = int(datetime.now(UTC).timestamp()) // SECONDS
    day = 86_400 // SECONDS
    rows = [
        (now - day * ago, ago * 37 % 41 + ago % 3 * 9, (ago * 37 % 41 + 1) * 21_000_000, 0)
        for ago in range(1, 90)
        if ago % 11
    ]
    with contextlib.closing(sqlite3.connect(scene.server.data / DATABASE)) as database, database:
        database.executemany("INSERT OR REPLACE INTO flow VALUES (?, ?, ?, ?)", rows)
        database.execute("DELETE FROM job WHERE key IS NULL")
        database.execute(
            "INSERT INTO job (kind, tries, reason, payload) VALUES ('mail', 12, 'x', '{}')"
        )
    page.goto(scene.server.base + "/admin")
