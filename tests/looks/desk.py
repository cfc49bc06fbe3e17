"""States of the administration."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from models.flow import SECONDS
from services.data_folder import DATABASE
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


def backups(page: Any, scene: Scene) -> None:
    """Of a week, with a file that was lost."""
    folder = next(value for name, value in scene.server.environ.items() if "BACKUP_FOLDER" in name)
    now = datetime.now(UTC)
    copies = [
        [
            f"{now - timedelta(days=day):%Y-%m-%dT03-00-04Z}",
            9120 - 40 * day,
            48_310_000_000,
            211_000_000,
        ]
        for day in range(7)
    ]
    copies.append(["2026-01-31T03-00-02Z", None, None, None])
    facts = {
        "copies": copies,
        "links": True,
        "faults": ["missing: public/images/2026/11/25/lake.jpg"],
        "fault_count": 1,
    }
    with contextlib.closing(sqlite3.connect(scene.server.data / DATABASE)) as database, database:
        known = json.dumps({str(Path(folder).resolve()): facts})
        database.execute("INSERT OR REPLACE INTO site_fact VALUES ('backups', ?)", (known,))
    page.goto(scene.server.base + "/admin/backup")


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


def unproven(path: str) -> Callable[[Any, Scene], None]:
    """A page in a moment in which the last proven restore is too long ago, and a later try
    failed.
    """

    def show(page: Any, scene: Scene) -> None:
        now, lost = datetime.now(UTC), "public/images/2026/11/25/harbour.jpeg"
        some = {
            "last_proven": {"at": now - timedelta(days=12), "files": 200},
            "last_drill": {"at": now, "why": "file", "detail": lost},
        }
        with contextlib.closing(sqlite3.connect(scene.server.data / DATABASE)) as database:
            for name, facts in some.items():
                text = json.dumps({"copy": "2026-11-15T03-00-00Z", **facts}, default=str)
                database.execute("INSERT OR REPLACE INTO site_fact VALUES (?, ?)", (name, text))
            database.commit()
            page.goto(scene.server.base + path)
            database.execute("DELETE FROM site_fact WHERE name IN (?, ?)", tuple(some))
            database.commit()

    return show


def health(page: Any, scene: Scene) -> None:
    """In the middle of a round, with damage that is known and some that was repaired."""
    rows = [
        ("missing", "public/images/a.jpeg", 1, "", "No backup has these bytes.", None, 0),
        ("changed", "public/images/b.jpeg", 2, "", "No backup has these bytes.", None, 0),
        ("broken", "public/images/a.th.jpeg", 1, "", "", "2026-11-20 10:00:00", 1),
        ("not_ours", "public/notes.txt", None, "", "", None, 0),
    ]
    with contextlib.closing(sqlite3.connect(scene.server.data / DATABASE)) as database:
        database.executemany(
            "INSERT INTO known_damage (damage, path, upload_id, source, fault, ended_at, "
            "is_repaired, number, found_at, seen_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 1, '2026-11-19 08:00:00', '2026-11-19 08:00:00')",
            rows,
        )
        database.commit()
        page.goto(scene.server.base + "/admin/health")
        database.execute("DELETE FROM known_damage")
        database.commit()
