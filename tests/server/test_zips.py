"""The ZIP of an album from a server as it runs: thousands of files and a slow reader, with every
checksum right, in flat memory. ``make soak`` takes 2,000 files, and 10 GB.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from app import create_app
from models import Album, Upload, User, db
from services.archive import Entry, archive, length
from tests.conftest import AS_IT_RUNS, Server, existing, make_person
from tests.soak.server import memory

SOAK = bool(os.environ.get("SOAK"))
FILES = 2000 if SOAK else 200
LARGEST = 200_000  # bytes
PIECE = 64 * 1024
MOST_MEMORY = 64_000_000  # bytes
CHECKERS = (["unzip", "-tqq"], ["7z", "t", "-bd"])


def fill(data: Path, files: int) -> tuple[str, set[str]]:
    """Ann's album of so many files of one name; its id, and their checksums."""
    application = create_app({"DATA": str(data), "UPKEEP_SECONDS": 0})
    ann = make_person(application)
    with application.app_context():
        album = Album.create(existing(User.by_name("ann")), "Many")
        album.visibility = "unlisted"
        db.session.commit()
        album_id, row_id = album.public_id, album.id
    ann.uploaded("pixel.png", title="Sea", album_id=album_id)
    chance = random.Random(16)
    checksums = set()
    with application.app_context():
        first = db.session.scalars(db.select(Upload)).one()
        folder = data / first.root / first.files[0].rpartition("/")[0]
        computed = ("id", "public_id", "rank", "name", "size")
        columns = db.session.execute(db.text("PRAGMA table_info(upload)"))
        some = ", ".join(name for _, name, *_ in columns if name not in computed)
        checksums.add(hashlib.sha256((folder / first.filename).read_bytes()).hexdigest())
        for number in range(1, files):
            content = chance.randbytes(chance.randrange(1, LARGEST))
            (folder / f"copy{number}.png").write_bytes(content)
            checksums.add(hashlib.sha256(content).hexdigest())
            values = {"name": f"copy{number}", "n": number, "size": len(content)}
            db.session.execute(
                db.text(
                    f"INSERT INTO upload (public_id, rank, name, size, {some}) "  # noqa: S608
                    f"SELECT :name, rank + :n, :name, :size, {some} FROM upload WHERE id = 1"
                ),
                values,
            )
        added = (
            "INSERT INTO album_upload (album_id, upload_id, position) SELECT :a, id, id FROM upload"
        )
        db.session.execute(db.text(f"{added} WHERE id > 1"), {"a": row_id})
        db.session.commit()
    return album_id, checksums


def test_thousands_of_files_for_a_slow_reader(
    make_server: Callable[..., Server], blank_data: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(blank_data, tmp_path / "data"))
    album, checksums = fill(data, FILES)
    server = make_server(data, AS_IT_RUNS)
    url = f"{server.base}/album/{album}/zip"
    told = int(requests.head(url, timeout=60).headers["Content-Length"])
    before = peak = memory(server, "VmRSS")
    path, begun = tmp_path / "all.zip", time.monotonic()
    with requests.get(url, timeout=60, stream=True) as answer, path.open("wb") as file:
        first_byte = time.monotonic() - begun
        assert answer.status_code == 200 and int(answer.headers["Content-Length"]) == told
        for at, piece in enumerate(answer.iter_content(PIECE)):
            file.write(piece)
            if at % 50 == 0:
                peak = max(peak, memory(server, "VmRSS"))
                assert requests.get(f"{server.base}/healthz", timeout=10).status_code == 200
    print(f"{FILES} files: {told} bytes in, {peak - before} in memory, after {first_byte:.2f} s")
    assert path.stat().st_size == told and peak - before < MOST_MEMORY
    is_right(path, checksums)


def is_right(path: Path, checksums: set[str]) -> None:
    for program in CHECKERS:
        if shutil.which(program[0]) or os.environ.get("CI") == "true":
            subprocess.run([*program, path], check=True, capture_output=True)
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        names = opened.namelist()
        assert len({name.casefold() for name in names}) == len(names) == len(checksums)
        assert {hashlib.sha256(opened.read(name)).hexdigest() for name in names} == checksums


def entry(name: str, content: bytes) -> Entry:
    return Entry(name, len(content), datetime(2026, 8, 14), partial(io.BytesIO, content))


def test_what_is_too_large_for_a_plain_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if two gigabytes were a hundred thousand bytes."""
    monkeypatch.setattr("zipstream.ng.ZIP64_LIMIT", 100_000)
    contents = [random.Random(at).randbytes(60_000 * (1 + at % 3)) for at in range(9)]
    entries = [entry(f"{at}.png", content) for at, content in enumerate(contents)]
    path = tmp_path / "large.zip"
    with archive(entries, ExitStack()) as file:
        path.write_bytes(file.read(length(entries)))
        assert file.size == path.stat().st_size == length(entries)
    is_right(path, {hashlib.sha256(content).hexdigest() for content in contents})
    assert b"PK\x06\x06" in path.read_bytes()  # the end record of ZIP64


@pytest.mark.skipif(not SOAK, reason="reads 10 GB")
def test_ten_gigabytes(tmp_path: Path) -> None:
    """Of files that hold nothing, whose ZIP is never whole anywhere: its parts are looked at as
    they pass.
    """
    size, stored = 2_100_000_000, tmp_path / "sparse"
    with stored.open("wb") as file:
        file.truncate(size)
    opened: Any = partial(stored.open, "rb", buffering=0)
    entries = [Entry(f"{at}.mp4", size, datetime(2026, 8, 14), opened) for at in range(5)]
    tail, count = b"", 0
    with archive(entries, ExitStack()) as made:
        assert made.size == length(entries) > 10_000_000_000
        while piece := made.read(1_000_000):
            count += len(piece)
            tail = (tail + piece)[-10_000:]
    assert count == made.size
    with stored.open("rb") as file:
        crc = 0
        while piece := file.read(1_000_000):
            crc = zipfile.crc32(piece, crc)  # type: ignore[attr-defined]
    sparse = tmp_path / "end.zip"
    with sparse.open("wb") as file:
        file.seek(count - len(tail))
        file.write(tail)
    with zipfile.ZipFile(sparse) as listed:
        infos = listed.infolist()
    assert [one.file_size for one in infos] == [size] * 5
    assert {one.CRC for one in infos} == {crc}
    assert infos[-1].header_offset > 4 * size
