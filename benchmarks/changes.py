"""Acts on 10,000 files at once, on one core: tagged, binned, and undone, while others ask the same
server for a thumb. Beside the time stands the server's CPU, and what a plain SQLite table and
plain renames of as many files take in the same run.

    .venv/bin/python -m benchmarks.changes
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests

from app import create_app
from benchmarks.pages import _furnish, _rows
from tests.conftest import PASSWORD, Server, csrf_token, sample, start_server

FILES = 10_000
ROWS = FILES * 4 // 3  # of which one in four is bob's
GOALS = {"tags": 10.0, "bin": 60.0}  # seconds
GOAL_OF_THUMBS = 0.3  # seconds, of 95 in 100
EVERY = 0.05  # seconds between two thumbs
LOOK = 1.0  # seconds between two looks at the progress, as pages have it
THUMB = "images/2026/11/26/beside.th.jpg"
KINDS = (".jpg", ".th.jpg", ".md.jpg")  # the files of an upload
TICKS = os.sysconf("SC_CLK_TCK")


class Took(NamedTuple):
    wall: float
    cpu: float
    thumbs: list[float]


def main() -> int:
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        _make(data)
        plain = {"tags": _plain_rows(Path(folder)), "bin": _plain_renames(Path(folder))}
        with _on_one_core(data) as server:
            client = Client(server)
            print(f"{FILES:,} files on one core; plain: {plain}")
            for act, fields in (("tags", {"add": "sea"}), ("bin", {})):
                took = client.measured(partial(client.act, act, fields))
                missed += _report(act, took, plain[act])
                missed += _report(f"undo {act}", client.measured(client.undo), plain[act])
    return missed


def _report(name: str, took: Took, plain: float) -> int:
    goal = GOALS[name.removeprefix("undo ")]
    slow = statistics.quantiles(took.thumbs, n=20)[-1]
    is_good = took.wall <= goal and slow <= GOAL_OF_THUMBS
    print(
        f"{name:10} {took.wall:6.1f} s of at most {goal:.0f}, CPU {took.cpu:6.1f} s, "
        f"{took.wall / plain:6.1f} times plain; {len(took.thumbs)} thumbs, 95% within "
        f"{slow * 1000:.0f} ms, the slowest {max(took.thumbs) * 1000:.0f} ms"
        + ("" if is_good else "  NOT reached")
    )
    return not is_good


def _make(data: Path) -> None:
    """Rows as of a large library, and their files, which are small."""
    app = create_app({"DATA": str(data), "UPKEEP_SECONDS": 0})
    _furnish(app, ROWS)
    for row in _rows(ROWS, (1, 2)):
        folder, root, name = row[5], row[4], row[6]
        where = data / root / "images" / folder
        where.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            (where / f"{name}{kind}").write_bytes(b"x" * 1000)
    thumb = data / "public" / THUMB
    thumb.parent.mkdir(parents=True, exist_ok=True)
    thumb.write_bytes(sample("pixel.png").read_bytes())


@contextmanager
def _on_one_core(data: Path) -> Iterator[Server]:
    """Whoever asks has another one, where there is one."""
    cores = sorted(os.sched_getaffinity(0))
    server = start_server(data, ("app.py",), UPKEEP_SECONDS=1)
    try:
        for thread in Path(f"/proc/{server.process.pid}/task").iterdir():  # new ones go with theirs
            os.sched_setaffinity(int(thread.name), cores[:1])
        os.sched_setaffinity(0, cores[1:] or cores)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(60)


class Client:
    def __init__(self, server: Server) -> None:
        self.server, self.session, self.last = server, requests.Session(), ""
        form = self.session.get(f"{server.base}/login").text
        fields = {"csrf_token": csrf_token(form), "name": "ann", "password": PASSWORD}
        self.session.post(f"{server.base}/login", data=fields).raise_for_status()
        self.token = csrf_token(self.session.get(f"{server.base}/settings").text)

    def act(self, act: str, fields: dict[str, str]) -> None:
        told = self._post(f"/select/{act}", {"all": "1", "from": "/mine", **fields})
        self.last = told["undo"]
        self._wait(told)

    def undo(self) -> None:
        self._wait(self._post(self.last, {}))

    def measured(self, work: Callable[[], None]) -> Took:
        thumbs, is_over = list[float](), threading.Event()
        other = threading.Thread(target=self._look, args=(thumbs, is_over))
        other.start()
        begin, cpu = time.monotonic(), self._cpu()
        work()
        took = time.monotonic() - begin, self._cpu() - cpu
        is_over.set()
        other.join()
        return Took(*took, thumbs)

    def _look(self, thumbs: list[float], is_over: threading.Event) -> None:
        with requests.Session() as session:
            while not is_over.wait(EVERY):
                begin = time.monotonic()
                session.get(f"{self.server.base}/{THUMB}", timeout=60).raise_for_status()
                thumbs.append(time.monotonic() - begin)

    def _post(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        data = {"csrf_token": self.token, **fields}
        answer = self.session.post(
            self.server.base + urlsplit(path).path,
            data=data,
            headers={"Accept": "application/json"},
        )
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def _wait(self, told: dict[str, Any]) -> None:
        while told["state"] in ("working", "undoing"):
            time.sleep(LOOK)
            told = self.session.get(
                f"{self.server.base}/changes/{told['change']}",
                headers={"Accept": "application/json"},
            ).json()
        assert (told["failed"], told["done"]) == (0, told["total"]), told["said"]
        assert told["total"] >= FILES

    def _cpu(self) -> float:
        """Seconds of the server's processes so far."""
        fields = (
            Path(f"/proc/{self.server.process.pid}/stat").read_text().rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / TICKS


def _plain_rows(folder: Path) -> float:
    """So many rows into a table with two indexes, 500 a commit."""
    database = sqlite3.connect(folder / "plain.sqlite")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE t (a INTEGER, b INTEGER, PRIMARY KEY (a, b))")
    database.execute("CREATE INDEX i ON t (b)")
    begin = time.monotonic()
    for at in range(0, FILES, 500):
        database.executemany("INSERT INTO t VALUES (?, 1)", [(at + n,) for n in range(500)])
        database.commit()
    database.close()
    return time.monotonic() - begin


def _plain_renames(folder: Path) -> float:
    """Of as many files, into another folder."""
    one, other = folder / "one", folder / "other"
    for where in (one, other):
        where.mkdir()
    names = [f"{n}{kind}" for n in range(FILES) for kind in KINDS]
    for name in names:
        (one / name).write_bytes(b"x")
    begin = time.monotonic()
    for name in names:
        (one / name).rename(other / name)
    return time.monotonic() - begin


if __name__ == "__main__":
    sys.exit(main())
