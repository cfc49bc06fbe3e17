"""Share links: how long the pages of one to 20,000 files take, as ratios to one to 100; and 50
people on one link at once, beside somebody who looks at another page.

    .venv/bin/python -m benchmarks.shares
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import requests
from flask import Flask
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from app import create_app
from benchmarks.pages import COLUMNS, _public_id, _rank, _rows
from blueprints.http.share_address import share_token
from models import Album, Tag, User, connector, db
from services.data_folder import DATABASE
from services.share_links import share_album, share_files, share_tag
from tests.conftest import PASSWORD, Server, key_on, log_in, sample, start_server
from tests.shares import share

SMALL, LARGE = 100, 20_000
CHOSEN = 2_000  # files: as many as a form sends
ROUNDS, GOAL = 40, 1.3
PEOPLE, TILES = 50, 60
Visit = Callable[[], Any]


def main() -> int:
    missed = of_sizes()
    return missed + at_once()


# --- of sizes


def of_sizes() -> int:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA": folder, "UPKEEP_SECONDS": 0})
        pairs = _visits(app)
        missed = 0
        print(f"{'':34}{SMALL:>12,}{LARGE:>12,}   ratio  goal {GOAL}")
        for name, (small, large) in pairs.items():
            took = _medians([small, large])
            ratio = took[1] / took[0]
            missed += ratio > GOAL
            times = "".join(f"{seconds * 1000:9.1f} ms" for seconds in took)
            print(f"{name:34}{times}   {ratio:5.2f}{'' if ratio <= GOAL else '  NOT reached'}")
    return missed


def _medians(visits: list[Visit]) -> list[float]:
    """Seconds of CPU. The sizes take turns, as a machine is not always as fast."""
    took: list[list[float]] = [[] for _ in visits]
    for _ in range(ROUNDS):
        for times, visit in zip(took, visits, strict=True):
            start = time.process_time()
            assert visit().status_code == 200
            times.append(time.process_time() - start)
    return [statistics.median(times) for times in took]


def _visits(app: Flask) -> dict[str, tuple[Visit, Visit]]:
    """Of each kind, one to few files and one to many: its first page, and one in the middle."""
    guest, member = app.test_client(), app.test_client()
    small, large = (_links(app, size, at) for size, at in ((SMALL, 0), (LARGE, SMALL)))
    log_in(member, "ann")
    found: dict[str, tuple[Visit, Visit]] = {}
    for kind in ("album", "files", "tag"):
        for name, which in (("first page", 0), ("in the middle", 1), ("a file in the middle", 2)):
            paths = (small[kind][which], large[kind][which])
            found[f"link to {kind}, {name}"] = (
                partial(guest.get, paths[0]), partial(guest.get, paths[1])
            )  # fmt: skip
    for name, which in (("first page", 3), ("in the middle", 4)):
        paths = (small["album"][which], large["album"][which])
        found[f"album itself, {name}"] = (
            partial(member.get, paths[0]), partial(member.get, paths[1])
        )  # fmt: skip
    return found


def _links(app: Flask, size: int, begin: int) -> dict[str, list[str]]:
    """The addresses to visit, by kind, of links to an album, a tag, and files of this size."""
    name = f"many{size}"
    with app.app_context():
        ann = User.by_name("ann") or User.create("ann", PASSWORD, site_name="")
        db.session.commit()
        user_id = ann.id
    _furnish(Path(app.instance_path) / DATABASE, user_id, size, begin, name)
    ids = [_public_id(n) for n in range(begin + 1, begin + size + 1)]
    third = size // 3  # behind it is still a whole page; a tag has the newest first
    middle = {"album": third, "files": min(size, CHOSEN) // 3, "tag": size - third}
    with app.app_context():
        ann = User.by_name("ann")  # type: ignore[assignment]
        album, tag = Album.find_of(ann, name), Tag.find(name)
        assert album and tag
        links = {
            "album": share_album(ann, album, share_token, {}),
            "tag": share_tag(ann, tag, share_token, {}),
            "files": share_files(ann, ids[:CHOSEN], share_token, {}),
        }
        found: dict[str, list[str]] = {}
        for kind, link in links.items():
            path = f"/s/{share_token(link.public_id)}"
            at = ids[middle[kind]]
            found[kind] = [path, f"{path}?after={at}", f"{path}/{at}"]
        place = f"pictured_at:{third << 20}.{_rank(begin + third)}"
        found["album"] += [f"/album/{name}.{name}", f"/album/{name}.{name}?after={place}"]
    return found


def _furnish(path: Path, user_id: int, size: int, begin: int, name: str) -> None:
    with closing(connector(path)()) as database, database:
        marks = ",".join("?" * len(COLUMNS.split(",")))
        rows = list(_rows(begin + size, (user_id, user_id)))[begin:] if size else []
        database.executemany(f"INSERT INTO upload ({COLUMNS}) VALUES ({marks})", rows)
        tag = database.execute("INSERT INTO tag (name, key) VALUES (?, ?)", (name, name)).lastrowid
        numbers = [row[0] for row in rows]
        database.executemany(
            "INSERT INTO upload_tag VALUES (?, ?)", [(number, tag) for number in numbers]
        )
        album = database.execute(
            "INSERT INTO album (public_id, user_id, name, created_at, changed_at, visibility, sort)"
            " VALUES (?, ?, ?, '2026-01-01', '2026-01-01', 'private', 'taken')",
            (name, user_id, name),
        ).lastrowid
        database.executemany(
            "INSERT INTO album_upload (album_id, upload_id, position) VALUES (?, ?, ?)",
            [(album, number, (at + 1) << 20) for at, number in enumerate(numbers)],
        )
        database.execute("ANALYZE")


# --- at once


def at_once() -> int:
    """Each opens the link, and loads its tiles as a browser does: six at a time, and again where a
    connection that it had was closed. Each has a network of its own; then all are in one house,
    before a proxy.
    """
    return sum(_at_once(networks) for networks in (PEOPLE, 1))


def _at_once(networks: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        server = start_server(Path(folder) / "data", TRUSTED_PROXIES=int(networks == 1))
        try:
            return Crowd(server, _shared(server), networks).visit()
        finally:
            server.stop()


class FromNetwork(HTTPAdapter):
    """Asks from another address of this machine."""

    def __init__(self, number: int) -> None:
        self._address = (f"127.0.1.{number + 1}", 0)
        super().__init__(pool_maxsize=6, max_retries=Retry(2, backoff_factor=0.1))

    def init_poolmanager(self, *args: Any, **values: Any) -> None:
        super().init_poolmanager(*args, **values, source_address=self._address)


class Crowd:
    """Times are in seconds; ``beside`` are of somebody who looks at another page meanwhile."""

    def __init__(self, server: Server, path: str, networks: int) -> None:
        self.base, self.path, self.networks = server.base, path, networks
        self.pages: list[float] = []
        self.tiles: list[float] = []
        self.beside: list[float] = []
        self.wrong: list[str] = []
        self.is_over = False

    def visit(self) -> int:
        with ThreadPoolExecutor(PEOPLE + 1) as crowd:
            watching = crowd.submit(self._bystander)
            start = time.perf_counter()
            try:
                list(crowd.map(self._person, range(PEOPLE)))
            finally:
                self.is_over = True
            took = time.perf_counter() - start
            watching.result()
        networks = f"of {self.networks} networks" if self.networks > 1 else "of one network"
        print(f"\n{PEOPLE} people {networks}, each a page and {TILES} tiles: {took:.1f} s")
        named = {"page": self.pages, "tile": self.tiles, "log-in page meanwhile": self.beside}
        for name, times in named.items():
            p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(f"  {name:24} p50 {p50 * 1000:6.0f} ms  p95 {p95 * 1000:6.0f} ms  {len(times)}")
        print(f"  errors: {len(self.wrong)} {sorted(set(self.wrong))}", flush=True)
        return len(self.wrong)

    def _person(self, number: int) -> None:
        with requests.Session() as session, ThreadPoolExecutor(6) as six:
            session.headers["User-Agent"] = f"Mozilla/5.0 person {number}"
            if self.networks > 1:
                session.mount("http://", FromNetwork(number))
            else:
                session.headers["X-Forwarded-For"] = "203.0.113.7"
                session.mount("http://", FromNetwork(0))
            answer = self._timed(session, self.path, self.pages)
            found = re.findall(r'<img src="([^"]+)"', answer.text) if answer else []
            assert len(found) == TILES, len(found)
            list(six.map(lambda one: self._timed(session, one, self.tiles), found))

    def _bystander(self) -> None:
        with requests.Session() as session:
            session.mount("http://", FromNetwork(PEOPLE))
            while not self.is_over:
                self._timed(session, "/login", self.beside)
                time.sleep(0.1)

    def _timed(
        self, session: requests.Session, path: str, into: list[float]
    ) -> requests.Response | None:
        start = time.perf_counter()
        try:
            answer = session.get(self.base + path, timeout=60)
        except requests.RequestException as error:
            self.wrong.append(type(error).__name__)
            return None
        into.append(time.perf_counter() - start)
        if answer.status_code != 200:
            self.wrong.append(str(answer.status_code))
        return answer


def _shared(server: Server) -> str:
    key = key_on(server)
    with requests.Session() as session:
        session.headers["X-API-Key"] = key
        ids = []
        for number in range(TILES):
            data = _photo(number)
            files = {"source": (f"{number}.jpg", data)}
            fields = {"visibility": "private"}
            url = f"{server.base}/api/1/upload"
            answer = session.post(url, data=fields, files=files, timeout=60).json()
            ids.append(answer["image"]["id_encoded"])
    return share(server, files=ids)


def _photo(number: int) -> bytes:
    """No two are the same, and each has a tile."""
    return sample("plain.jpg").read_bytes() + number.to_bytes(4)


if __name__ == "__main__":
    sys.exit(bool(main()))
