"""What ann is told, as the bell shows it, and the hearts of a file."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

from models import connector
from services.data_folder import DATABASE
from tests.looks.scene import Scene
from tests.sessions import session_on

# kind, who, the title of the last file, how many, hours ago, seen
TOLD = (
    ("added", "Bob", "Evening on the lake", 3, 1, False),
    ("sent", "Aunt Mary-Anne", "Autumn leaves", 12, 5, False),
    ("sent", "", "Autumn leaves", 30, 6, False),
    ("added", "", "Evening on the lake", 2, 8, False),
    ("heart", "Bob", "Harbor at dusk", 1, 20, False),
    ("invited", "Bob", None, 1, 30, True),
    ("added", "A_very_long_name_without_any_space_in_it", "Portrait", 1, 50, True),
    ("heart", "Bob", "Sunday in the park", 4, 90, True),
)


def told(page: Any, scene: Scene) -> None:
    """As if none had been read yet: a script marks what is shown as read."""
    album = scene.albums["lake"].rpartition(".")[2]
    now = datetime.now(UTC).replace(tzinfo=None)
    path = scene.server.data / DATABASE
    with contextlib.closing(connector(path)()) as database, database:
        database.execute("DELETE FROM notice")
        database.execute(
            "INSERT OR IGNORE INTO share_link (id, public_id, token_hash, user_id, kind, album_id, "
            "created_at) SELECT 1, 'lakelink', 'x', user_id, 'album', id, created_at FROM album "
            "WHERE public_id = ?",
            [album],
        )
        for kind, name, title, count, hours, is_seen in TOLD:
            database.execute(
                "INSERT INTO notice (user_id, kind, album_id, link_id, by_id, by_name, upload_id, "
                "count, at, is_seen) SELECT user_id, ?, CASE WHEN ? THEN id END, CASE WHEN ? THEN "
                "1 END, CASE WHEN ? THEN user_id END, ?, (SELECT id FROM upload WHERE title = ? "
                "LIMIT 1), ?, ?, ? FROM album WHERE public_id = ?",
                [
                    kind,
                    kind in ("added", "invited"),
                    kind == "sent",
                    kind != "sent" and name != "",
                    name,
                    title,
                    count,
                    str(now - timedelta(hours=hours)),
                    is_seen,
                    album,
                ],
            )
    page.goto(scene.server.base + "/notifications")


def nothing_told(page: Any, scene: Scene) -> None:
    path = scene.server.data / DATABASE
    with contextlib.closing(connector(path)()) as database, database:
        database.execute("DELETE FROM notice")
    page.goto(scene.server.base + "/notifications")


def liked(page: Any, scene: Scene) -> None:
    """By both."""
    base = scene.server.base
    for name in ("ann", "bob"):
        with session_on(base, name) as somebody:
            token = somebody.get(base + "/account", headers={"Accept": "application/json"}).json()
            for short in ("photo", "canon", "clip", "iphone"):
                somebody.post(
                    f"{base}/heart/{scene.files[short]['id_encoded']}",
                    data={"heart": "1", "csrf_token": token["token"]},
                ).raise_for_status()


def heart_on_page(page: Any, scene: Scene) -> None:
    liked(page, scene)
    page.goto(scene.page_of("photo"))
    page.locator(".placeholder.done").first.wait_for(state="attached")


def hearts(page: Any, scene: Scene) -> None:
    liked(page, scene)
    page.goto(scene.server.base + "/liked")
