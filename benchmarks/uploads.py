"""CPU that the server spends on an upload, against the bare work on the same file: read it, MD5,
SHA-256, and the three derivatives with Pillow. Ratios of one run; both are measured in turns, as
clocks differ from minute to minute.

    .venv/bin/python -m benchmarks.uploads
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import requests
from PIL import Image, ImageOps

from tests.conftest import PASSWORD, Server, start_server

SAMPLES = Path(__file__).parent.parent / "tests" / "samples"
ROUNDS, EACH = 5, 6
GOALS = {"12 MP JPEG": 1.2, "2 MP JPEG": 1.2, "4 MP PNG": 1.0, "4 MP WebP": 1.1}


def pictures(folder: Path) -> dict[str, Path]:
    made = {}
    with Image.open(SAMPLES / "iphone-gps-8mp.jpg") as photo:
        exif = photo.getexif()
        for name, size, options in (
            ("12 MP JPEG", (4000, 3000), {"quality": 90}),
            ("2 MP JPEG", (1600, 1200), {"quality": 90}),
            ("4 MP PNG", (2400, 1700), {}),
            ("4 MP WebP", (2400, 1700), {"quality": 85}),
        ):
            made[name] = folder / f"{name.replace(' ', '-')}.{name.split()[-1].lower()}"
            photo.resize(size).save(
                made[name],
                name.split()[-1],
                exif=exif if "JPEG" in name else Image.Exif(),
                **options,
            )
    return made


def bare(path: Path) -> None:
    """What anybody would write who knows Pillow: a JPEG is decoded at a fraction of its size."""
    data = path.read_bytes()
    hashlib.md5(data).hexdigest()
    hashlib.sha256(data).hexdigest()
    with Image.open(io.BytesIO(data)) as image:
        tile = (round(image.width * 480 / image.height), 480)
        options = {"JPEG": {"quality": 88}, "PNG": {}, "WEBP": {"quality": 86}}[image.format or ""]
        height = round(image.height * 750 / image.width)
        image.draft("RGB", (1500, 2 * height))
        medium = image.resize((750, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        medium.save(io.BytesIO(), image.format, **options)
        medium.resize(tile, Image.Resampling.LANCZOS).save(io.BytesIO(), image.format, **options)
        ImageOps.fit(medium, (320, 320), Image.Resampling.LANCZOS).save(
            io.BytesIO(), image.format, **options
        )


def cpu_of(process: int) -> float:
    """Seconds of CPU that a process has used (proc(5): utime and stime)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def milliseconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    started = clock()
    for _ in range(EACH):
        work()
    return (clock() - started) * 1000 / EACH


def send(server: Server, session: requests.Session, key: str, path: Path) -> None:
    with path.open("rb") as source:
        answer = session.post(
            server.base + "/api/1/upload",
            files={"source": source},
            headers={"X-API-Key": key},
            timeout=60,
        )
    answer.raise_for_status()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        server = start_server(Path(name) / "data", UPKEEP_SECONDS=0, MIN_FREE_MB=0)
        stack.callback(server.stop)
        server.flask("user", "create", "ann", "--admin", "--password-stdin", stdin=PASSWORD + "\n")
        key = server.flask("key", "create", "ann", "--label", "benchmark")
        session = stack.enter_context(requests.Session())
        for what, path in pictures(Path(name)).items():
            send(server, session, key, path)
            rows = []
            for _ in range(ROUNDS):
                ours = milliseconds(
                    partial(send, server, session, key, path), lambda: cpu_of(server.process.pid)
                )
                rows.append((ours, milliseconds(partial(bare, path), time.process_time)))
            ours, theirs = (statistics.median(column) for column in zip(*rows, strict=True))
            ratio = statistics.median(ours / theirs for ours, theirs in rows)
            print(
                f"{what:12} {path.stat().st_size / 1e6:5.1f} MB   server {ours:6.1f} ms   bare "
                f"{theirs:6.1f} ms   "
                f"ratio {ratio:4.2f}   goal {GOALS[what]}",
                flush=True,
            )


if __name__ == "__main__":
    main()
