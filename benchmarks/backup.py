"""How long a backup takes: the first, the second of the same site, and what `cp -a` takes for the
same files.

    python -m benchmarks.backup [FILES [FOLDER]]

Makes a site of FILES uploads (10,000) of 100 kB with a thumbnail of 8 kB each, in a temp folder or
in FOLDER, and prints seconds, and the most memory that this process took.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app import create_app
from models import Upload, db, utcnow
from services.backup import Backup, back_up
from services.site import Site

FILES, FILE_BYTES, THUMB_BYTES = 10_000, 100_000, 8_000


def furnish(site: Site, count: int) -> None:
    """Rows and files as an upload leaves them, without its pictures."""
    now = utcnow()
    columns = {"thumb_size": THUMB_BYTES, "size": FILE_BYTES, "width": 10, "height": 10}
    fixed: dict[str, Any] = {
        "kind": "image", "format": "jpg", "mime": "image/jpeg", "extension": "jpg",
        "derivative_extension": "jpeg", "root": "public", "source_md5": "0", "source_sha256": "0",
        "original_filename": "a.jpg", "created_at": now, "received_at": now,
        "delete_token_hash": "0", **columns,
    }  # fmt: skip
    for number in range(count):
        folder = f"2026/{number % 12 + 1:02}/{number % 28 + 1:02}"
        data = number.to_bytes(4) + os.urandom(96) * (FILE_BYTES // 96) + b"0" * (FILE_BYTES % 96)
        data = data[:FILE_BYTES]
        name = f"file-{number}"
        path = site.config.data / "public/images" / folder
        path.mkdir(parents=True, exist_ok=True)
        (path / f"{name}.jpg").write_bytes(data)
        (path / f"{name}.th.jpeg").write_bytes(data[:THUMB_BYTES])
        row = Upload(
            public_id=f"b{number}", folder=folder, name=name,
            checksum=hashlib.md5(data, usedforsecurity=False).hexdigest(), **fixed,
        )  # fmt: skip
        db.session.add(row)
        if number % 1000 == 999:
            db.session.commit()
            db.session.expunge_all()
    db.session.commit()
    os.sync()


@contextlib.contextmanager
def timed(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"{what:<28}{time.perf_counter() - begun:8.1f} s", flush=True)


def run(count: int, top: Path) -> None:
    config = {"DATA": str(top / "data"), "UPKEEP_SECONDS": 0, "MIN_FREE_MB": 0}
    app = create_app(config)
    with app.app_context():
        site: Site = app.extensions["keepsake"]
        furnish(site, count)
        done: list[Backup] = []
        for what in ("first backup", "second backup", "third backup"):
            with timed(what):
                done.append(back_up(site, top / "backup"))
        assert not any(one.faults for one in done)
        with timed("cp -a and sync"):
            subprocess.run(["cp", "-a", top / "data", top / "copied"], check=True)
            os.sync()
        if shutil.which("rsync"):
            with timed("rsync --link-dest and sync"):
                link = f"--link-dest={top / 'copied'}"
                command = ["rsync", "-a", link, f"{top / 'data'}/", str(top / "linked")]
                subprocess.run(command, check=True)
                os.sync()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{'most memory':<28}{memory:8} MB")


if __name__ == "__main__":
    FOLDER = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(dir=FOLDER) as temp:
        run(int(sys.argv[1]) if len(sys.argv) > 1 else FILES, Path(temp))
