"""What ann changed within a day, and what became of it."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from models import connector
from services.data_folder import DATABASE
from tests.looks.scene import Scene

# id, act, wishes, state, files, how many failed, hours ago
CHANGED: tuple[tuple[str, str, dict[str, Any], str, int, int, int], ...] = (
    ("stopped", "bin", {}, "working", 300, 0, 1),
    ("tagged", "tags", {"add": ["sea"], "remove": []}, "done", 12, 2, 2),
    ("edited", "edit", {"title": "A"}, "done", 1, 0, 3),
    ("back", "visibility", {"visibility": "private"}, "undone", 5, 1, 20),
)
FAILED = (("gone", "Harbor.jpg"), ("changed_since", None))


def recent(page: Any, scene: Scene) -> None:
    _write(scene)
    page.goto(scene.server.base + "/changes")


def one(page: Any, scene: Scene) -> None:
    _write(scene)
    page.goto(scene.server.base + "/changes/tagged")


def none(page: Any, scene: Scene) -> None:
    _forget(scene)
    page.goto(scene.server.base + "/changes")


def _forget(scene: Scene) -> None:
    with contextlib.closing(connector(scene.server.data / DATABASE)()) as database, database:
        database.execute("PRAGMA foreign_keys=ON")
        database.execute("DELETE FROM change")
        database.execute("DELETE FROM job WHERE kind = 'change'")


def _write(scene: Scene) -> None:
    _forget(scene)
    now = datetime.now(UTC).replace(tzinfo=None)
    with contextlib.closing(connector(scene.server.data / DATABASE)()) as database, database:
        (ann,) = database.execute("SELECT id FROM user WHERE name = 'ann'").fetchone()
        own = "SELECT id FROM upload WHERE user_id = ? AND expires_at IS NULL LIMIT 5"
        rows = [row for (row,) in database.execute(own, [ann])]
        for number, (name, act, wishes, state, total, failed, hours) in enumerate(CHANGED):
            done = total // 3 if state == "working" else total - failed
            at = str(now - timedelta(hours=hours))
            database.execute(
                "INSERT INTO change (id, public_id, user_id, act, wishes, at, state, total, done, "
                "failed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [number + 1, name, ann, act, json.dumps(wishes), at, state, total, done, failed],
            )
            for place, row in enumerate(rows[:total]):
                database.execute(
                    "INSERT INTO change_item (change_id, place, upload_id, state) "
                    "VALUES (?, ?, ?, 1)",
                    [number + 1, place, row],
                )
        for place, (error, title) in enumerate(FAILED):
            database.execute(
                "INSERT INTO change_item (change_id, place, state, error, name) "
                "VALUES (2, ?, 2, ?, ?)",
                [50 + place, error, title],
            )
        database.execute(
            "INSERT INTO job (kind, key, payload, tries) "
            "VALUES ('change', 'change:stopped:working', '{\"change\": \"stopped\"}', 12)"
        )
