"""Many programs upload at once, while others read: no error, no file lost, and the server takes no
more of the machine than at the beginning. Here 600 uploads, with SOAK=1 10,000.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from app import create_app
from models import ApiKey, db
from models.api_key import Scope
from tests.conftest import AS_IT_RUNS, Server, close, existing, key_on, lacks, path_of, until
from tests.forks import FORKED
from tests.soak.clients import Connection, Sent, Told, md5_of, percentile, read, upload
from tests.soak.pictures import picture
from tests.soak.server import descriptors, memory

SOAK = os.environ.get("SOAK") == "1"
CLIENTS, UPLOADS = 64, 10_000 if SOAK else 600
WARM = 1000 if SOAK else 100  # uploads after which all pools, caches and connections are filled
READERS = 2  # of each kind: what a family does while a phone sends its photos
THUMB_SECONDS = 0.3  # for 95 of 100 thumbs: what people take for at once is a tenth, a page has 40
# bytes: what malloc keeps in pieces, and SQLite's pages of a database that grew from nothing
MORE_MEMORY = 40_000_000
# connections come and go; where one in a hundred uploads left a file open, it would be 90
MORE_DESCRIPTORS = 24
HOURS = 3600 if SOAK else 300  # seconds


@pytest.fixture(scope="module")
def sender(make_server: Callable[..., Server]) -> Iterator[tuple[Server, str]]:
    if not Path("/proc/self/fd").exists():
        lacks("/proc")
    server = make_server(how=AS_IT_RUNS, MIN_FREE_MB=0, EXPLORE="everyone", LOG_LEVEL="warning")
    key = key_on(server, admin=True)
    application = create_app({"DATA": str(server.data), "UPKEEP_SECONDS": 0})
    with application.app_context():
        existing(ApiKey.find(key)).scope = Scope.MANAGE
        db.session.commit()
    close(application)
    yield server, key


def seen_by_readers(server: Server, key: str) -> dict[str, list[str]]:
    """Paths by kind: of some files that stay, and of what lists them."""
    images: list[dict[str, Any]] = []
    for number in range(-30, 0):
        files = {"source": picture(number)}
        answer = requests.post(
            server.base + "/api/1/upload",
            files=files,
            data={"tags": "lake", "visibility": "public"},
            headers={"X-API-Key": key},
            timeout=60,
        )
        images.append(answer.json()["image"])
    listings = ["/explore", "/explore/popular", "/search?q=load", "/user/ann", "/tag/lake"]
    return {
        "thumb": [path_of(image["thumb"]["url"]) for image in images],
        "file": [path_of(image["url"]) for image in images],
        "page": [*listings, *(path_of(image["url_viewer"]) for image in images[:5])],
        "feed": ["/user/ann/feed", "/tag/lake/feed"],
        "API": ["/api/2/uploads?limit=60", "/api/2/tags"],
    }


def kept(server: Server, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(server.data / "keepsake.sqlite3")) as database:
        return database.execute(statement).fetchall()


def test_many_upload_while_others_read(
    sender: tuple[Server, str], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    server, key = sender
    paths = seen_by_readers(server, key)
    told, read_told, stop = tmp_path / "sent", tmp_path / "read", tmp_path / "stop"
    readers = FORKED.Process(target=read, args=(server.base, key, paths, READERS, stop, read_told))
    readers.start()
    sizes = []
    for part, numbers in enumerate((range(WARM), range(WARM, UPLOADS))):
        path = told.with_suffix(f".{part}")
        senders = FORKED.Process(target=upload, args=(server.base, key, CLIENTS, numbers, path))
        senders.start()
        senders.join(HOURS)
        assert senders.exitcode == 0
        sizes.append((memory(server), descriptors(server)))
    stop.touch()
    readers.join(HOURS)
    assert readers.exitcode == 0
    parts = [Told.read(told.with_suffix(f".{part}")) for part in (0, 1)]
    seen = Told.read(read_told)
    errors = [error for one in (*parts, seen) for error in one.errors]
    sent = [one for part in parts for one in part.sent]
    thumbs = percentile(seen.seconds["thumb"], 0.95)
    for text in measured(parts[1], seen, sizes):
        record_property("measured", text)
    assert errors == []
    assert len(sent) == UPLOADS
    all_there(server, sent, len(paths["file"]))
    assert sizes[1][0] - sizes[0][0] < MORE_MEMORY, sizes
    assert sizes[1][1] - sizes[0][1] < MORE_DESCRIPTORS, sizes
    if SOAK:
        assert thumbs < THUMB_SECONDS


def measured(sent: Told, seen: Told, sizes: list[tuple[int, int]]) -> Iterator[str]:
    answers = sum(map(len, seen.seconds.values()))
    yield f"{UPLOADS} uploads by {CLIENTS} clients, {answers} answers to readers meanwhile"
    for kind, seconds in {"upload": sent.seconds["upload"], **seen.seconds}.items():
        half, most = percentile(seconds, 0.5), percentile(seconds, 0.95)
        yield f"  {kind}: half in {half * 1000:.0f} ms, 95 % in {most * 1000:.0f} ms"
    for when, (size, handles) in zip((WARM, UPLOADS), sizes, strict=True):
        yield f"  after {when} uploads: {size / 1e6:.0f} MB, {handles} descriptors"


def all_there(server: Server, sent: list[Sent], before: int) -> None:
    """Rows, files and answers agree, and each file is bit for bit what was sent."""
    stay = [one for one in sent if not one.is_deleted]
    names = kept(server, "SELECT public_id, folder, name, extension FROM upload")
    files = {
        public_id: f"/images/{folder}/{name}.{ending}" for public_id, folder, name, ending in names
    }
    assert len(files) == len(stay) + before
    connection, wrong = Connection(server.base, {}), list[str]()
    for one in sent:
        url = files[one.url.rpartition(".")[2]] if one.format == "redirect" else one.url
        status, md5 = md5_of(connection, url)
        fits = status == 404 if one.is_deleted else (status, md5) == (200, one.md5)
        wrong += [] if fits else [f"{url}: {status}"]
    connection.close()
    assert wrong == []
    until(lambda: kept(server, "SELECT count(*) FROM journal") == [(0,)], 10)
    assert kept(server, "PRAGMA integrity_check") == [("ok",)]
    said = server.command("upkeep")
    assert "0 temp files and 0 files without a row deleted" in said, said
    assert "lack files" not in said, said
    assert [line for line in server.log.splitlines() if "ERROR" in line] == []
