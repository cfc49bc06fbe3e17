"""Pages of libraries of 1,000 and 200,000 uploads (and 1,000,000: ``--million``), as ratios to the
smallest: CPU that the application takes for a page, and for an upload. At the end, what a guest's
look at a media page that others have seen costs, compared with the log-in page.

    .venv/bin/python -m benchmarks.pages
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from models import ApiKey, User, connector, db
from models.role import Role
from models.upload.library import ORDERS
from services.data_folder import DATABASE
from tests.conftest import PASSWORD, log_in, sample

SIZES = [1_000, 200_000, 1_000_000]
ROUNDS = 40
GOAL, GOAL_OF_COMMON, GOAL_OF_MEDIA_PAGE = 1.3, 2.0, 1.2
# one reads them all, to find none; one what has the rarest three letters of the number
WITHOUT_GOAL = ("search, others' private files", "search, a file's name")
PAGES = {  # name: (address, whether as a member)
    "explore, guest": ("/explore", False),
    "explore, member": ("/explore", True),
    "explore, in the middle": ("/explore?before={middle}", True),
    "popular": ("/explore/popular", False),
    "random": ("/explore/random?begin=m", False),
    "videos": ("/explore/videos", True),
    "animations": ("/explore/animations", True),
    "people": ("/people", True),
    "profile, guest": ("/user/ann", False),
    "profile, member": ("/user/bob", True),
    "feed of a person": ("/user/ann/feed", False),
    "feed of a tag": ("/tag/everything/feed", False),
    "tag of all": ("/tag/everything", False),
    "tag of one in 10": ("/tag/t7", True),
    "tag of others' private files": ("/tag/secret", False),
    "all tags": ("/tags", True),
    "suggestions": ("/search/suggestions?q=holi", True),
    "search, common word": ("/search?q=holiday", False),
    "search, common beginning": ("/search?q=ho", True),
    "search, common long word": ("/search?q=screenshot", False),
    "search, two common words": ("/search?q=holiday+screenshot", True),
    "search, common part of words": ("/search?q=olida", False),
    "search, common words and fields": ("/search?q=holiday+-needle+type:photo", True),
    "search, one letter": ("/search?q=h", True),
    "search, others' private files": ("/search?q=confidential", False),
    "search, rare word": ("/search?q=needle", False),
    "search, a file's name": ("/search?q=IMG_0000421.jpg", True),
    "my pictures": ("/mine", True),
    "my pictures, in the middle": ("/mine?after={middle}.{date}", True),
    **{f"my pictures, {sort}": (f"/mine?sort={sort}", True) for sort in list(ORDERS)[1:]},
    "my pictures, filtered": ("/mine?visibility=public&kind=animation&sort=largest", True),
    "albums": ("/albums", True),
    "albums of others": ("/albums?of=others", False),
    "album, first page, owner": ("/album/a1", True),
    "album, first page, guest": ("/album/a1", False),
    "album, last page": ("/album/a1?after=pictured_at:{last}", False),
    "form of a new album": ("/albums/new", True),
    "albums of a file": ("/manage/{public_id}/albums", True),
    "home": ("/", True),
    "log-in page": ("/login", False),
    "overview of admins": ("/admin?days=90", True),
    "media page, guest": ("/image/{public_id}", False),
    "media page, member": ("/image/{public_id}", True),
}
COMMON = {name for name in PAGES if name.startswith("search, common")} | {
    "search, two common words",
    "search, one letter",
}
ALBUM = """INSERT INTO album (id, public_id, user_id, name, created_at, changed_at, visibility)
VALUES (?, ?, ?, ?, ?, ?, 'public')"""
IN_ALBUM = """INSERT INTO album_upload SELECT ?, id, ?, received_at, pictured_at, name_key
FROM upload WHERE id = ?"""
COUNT = """UPDATE album SET upload_count =
(SELECT count(*) FROM album_upload WHERE album_id = album.id)"""
Visit = Callable[[], Any]
BEGIN = datetime(2010, 1, 1)
COLUMNS = (
    "id, public_id, user_id, visibility, root, folder, name, extension, derivative_extension, "
    "thumb_size, medium_size, frame_size, kind, format, mime, size, width, height, medium_width, "
    "medium_height, duration, is_animated, is_360, is_playable, is_original, title, nsfw, "
    "checksum, original_filename, source_md5, source_sha256, delete_token_hash, views, likes, "
    "created_at, received_at, rank, name_key"
)
TALLY = """INSERT INTO tally SELECT user_id, '{0}', shelf, substr({0}, 1, 7), count(*), sum(size)
FROM upload GROUP BY 1, 3, 4"""

SPACE = """INSERT OR REPLACE INTO space SELECT user_id, sum(kept_bytes) FROM upload GROUP BY 1
UNION ALL SELECT -1, sum(kept_bytes) FROM upload"""
FLOW = """INSERT INTO flow SELECT CAST(strftime('%s', 'now') AS INTEGER) / 900 - id % 8640,
count(*), sum(kept_bytes), 0 FROM upload GROUP BY 1"""
KINDS = """INSERT INTO kind_tally SELECT is_animated, count(*), sum(size), sum(thumb_size), 0
FROM upload GROUP BY 1"""

TAG_TALLY = """INSERT INTO tag_tally SELECT {0} AS owner, CASE visibility WHEN 'private' THEN 0
WHEN 'members' THEN 1 WHEN 'unlisted' THEN 2 ELSE 3 END, key, tag.id, count(*) FROM upload_tag
JOIN upload ON upload.id = upload_id JOIN tag ON tag.id = tag_id GROUP BY 1, 2, 4"""


def main(sizes: list[int]) -> int:
    figures: dict[str, dict[int, float]] = {}
    with ExitStack() as stack:
        visits = {}
        for size in sizes:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            app = create_app({"DATA": folder, "EXPLORE": "everyone", "UPKEEP_SECONDS": 0})
            visits[size] = _visits(app, _furnish(app, size), size)
        for name in visits[sizes[0]]:
            figures[name] = _medians({size: of[name] for size, of in visits.items()})
    missed = 0
    print(f"{'':32}" + "".join(f"{size:>12,}" for size in sizes) + "   ratio  goal")
    for name, of in figures.items():
        goal = GOAL_OF_COMMON if name in COMMON else GOAL if name not in WITHOUT_GOAL else math.inf
        ratio = of[sizes[-1]] / of[sizes[0]]
        missed += ratio > goal
        times = "".join(f"{of[size] * 1000:9.1f} ms" for size in sizes)
        print(f"{name:32}{times}   {ratio:5.2f}  {goal}{_verdict(ratio, goal)}")
    media_page, log_in_page = figures["media page, guest"], figures["log-in page"]
    ratio, goal = media_page[sizes[-1]] / log_in_page[sizes[-1]], GOAL_OF_MEDIA_PAGE
    print(f"media page / log-in page: {ratio:.2f}  {goal}{_verdict(ratio, goal)}")
    return missed + (ratio > goal)


def _verdict(ratio: float, goal: float) -> str:
    return "" if ratio <= goal else "  NOT reached"


def _visits(app: Flask, key: str, size: int) -> dict[str, Visit]:
    guest, member = app.test_client(), app.test_client()
    log_in(member, "ann")
    middle = date = _rank(size // 2)

    def upload() -> Any:
        with sample("alpha.png").open("rb") as file:
            data = {"source": (file, "a.png")}
            return guest.post("/api/1/upload", data=data, headers={"X-API-Key": key})

    visits: dict[str, Visit] = {"upload": upload}
    for name, (address, as_member) in PAGES.items():
        path = address.format(
            middle=middle, date=date, public_id=_public_id(size - 10), last=_late_in_album(size)
        )
        get = (member if as_member else guest).get
        visits[name] = partial(get, get(path, follow_redirects=True).request.full_path)
    return visits


def _medians(visits: dict[int, Visit]) -> dict[int, float]:
    """Seconds of CPU, the median of ROUNDS. The sizes take turns, as a machine is not always as
    fast.
    """
    took: dict[int, list[float]] = {size: [] for size in visits}
    for _ in range(ROUNDS):
        for size, visit in visits.items():
            start = time.process_time()
            assert visit().status_code == 200
            took[size].append(time.process_time() - start)
    return {size: statistics.median(times) for size, times in took.items()}


def _furnish(app: Flask, size: int) -> str:
    """Two people, of whom ann is an admin and has a key, and ``size`` rows: some public, some
    unlisted, bob's private.
    """
    with app.app_context():
        ann, bob = (User.create(name, PASSWORD, site_name="") for name in ("ann", "bob"))
        ann.role = Role.ADMIN
        db.session.commit()
        _, key = ApiKey.issue(ann, "bench")
        db.session.commit()
        ann_id, *_ = users = (ann.id, bob.id)
    with closing(connector(Path(app.instance_path) / DATABASE)()) as database, database:
        triggers = dict(
            database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        )
        for name in triggers:
            database.execute(f"DROP TRIGGER {name}")
        marks = ",".join("?" * len(COLUMNS.split(",")))
        database.executemany(f"INSERT INTO upload ({COLUMNS}) VALUES ({marks})", _rows(size, users))
        names = ["everything", "secret", *(f"t{n}" for n in range(10))]
        database.executemany("INSERT INTO tag (name, key) VALUES (?, ?)", [(n, n) for n in names])
        database.executemany("INSERT INTO upload_tag VALUES (?, ?)", _tags(size))
        fill = triggers["upload_fts_insert"].partition("BEGIN ")[2].rpartition(" WHERE u.id")[0]
        database.execute(fill)  # all at once; the triggers do it row by row
        for date in ("received_at", "pictured_at"):
            database.execute(TALLY.format(date))
        for filling in (SPACE, FLOW, KINDS):
            database.execute(filling)
        for owner in ("0", "user_id"):
            database.execute(TAG_TALLY.format(owner))
        database.executemany(ALBUM, _albums(size, ann_id))
        database.executemany(IN_ALBUM, _in_albums(size))
        database.execute(COUNT)
        for text in triggers.values():
            database.execute(text)
        database.execute("ANALYZE")
    return key


def _rows(size: int, users: tuple[int, int]) -> Iterator[tuple[Any, ...]]:
    for n in range(1, size + 1):
        is_bobs = n % 4 == 0
        visibility = "private" if is_bobs else ("public", "unlisted", "members")[n % 3]
        word = "confidential" if is_bobs else f"word{n % 5000} {(n % 7 and 'screenshot') or ''}"
        title = f"holiday {word} {'needle' if n % (size // 20) == 1 else ''}"
        at = BEGIN + timedelta(seconds=40 * n)
        moment = at.strftime("%Y-%m-%d %H:%M:%S.000000")
        yield (
            n, _public_id(n), users[is_bobs], visibility, "private" if is_bobs else "public",
            at.strftime("%Y/%m/%d"), f"IMG_{n:07}", "jpg", "jpg", 20_000, 60_000, 0, "image",
            "jpg", "image/jpeg", 2_000_000 + n * 7919 % 99_991, 4000, 3000, 750, 500, 0, n % 9 == 0,
            0, 1, 1, title, 0, f"{n:032x}", "a.jpg", f"{n:032x}", f"{n:064x}", "", n % 1000, 0,
            moment, moment, _rank(n), title,
        )  # fmt: skip


def _tags(size: int) -> Iterator[tuple[int, int]]:
    for n in range(1, size + 1):
        yield n, 1
        yield n, 2 if n % 4 == 0 else 3 + n % 10


def _albums(size: int, user_id: int) -> Iterator[tuple[Any, ...]]:
    """One for each hundred uploads, and more than a page; all are public."""
    for n in range(1, _album_count(size)):
        at = (BEGIN + timedelta(seconds=40 * n)).strftime("%Y-%m-%d %H:%M:%S.000000")
        yield n, f"a{n}", user_id, f"Album {n}", at, at


def _album_count(size: int) -> int:
    return max(100, size // 100) + 1


def _in_albums(size: int) -> Iterator[tuple[int, int, int]]:
    """A tenth of all uploads is in the first album, others are in each of the others."""
    for n in range(1, size // 10 + 1):
        yield 1, n << 20, n * 10 - 9
    for album in range(2, _album_count(size)):
        yield album, 1 << 20, album


def _late_in_album(size: int) -> str:
    """The place of an upload near the end of the first album, as addresses have it."""
    n = size // 10 - 62
    return f"{n << 20}.{_rank(n * 10 - 9)}"


def _rank(n: int) -> int:
    return (BEGIN + timedelta(seconds=40 * n) - datetime(1, 1, 1)) // timedelta(microseconds=1)


def _public_id(n: int) -> str:
    return f"b{n:07}"


if __name__ == "__main__":
    sys.exit(bool(main(SIZES if "--million" in sys.argv else SIZES[:2])))
