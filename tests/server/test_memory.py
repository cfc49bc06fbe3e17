"""What the server takes while large pictures come in at once, and afterwards; of the process, as
the system counts it.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
import requests
from PIL import Image

from tests.conftest import AS_IT_RUNS, Server, key_on, lacks, sample, until

SOAK = os.environ.get("SOAK") == "1"
# bytes: of a machine with 2 GB, and of one that does other things, too
MOST, MOST_AFTERWARDS = 1_000_000_000, 200_000_000
# the largest that the format knows and the site takes; of the others 48 megapixels
SIZES = {"webp": (16383, 4000)}


@pytest.fixture(scope="module")
def sender(make_server: Callable[..., Server]) -> Iterator[tuple[Server, str]]:
    if not Path("/proc/self/clear_refs").exists():
        lacks("/proc")
    server = make_server(how=AS_IT_RUNS, UPKEEP_SECONDS=0, MIN_FREE_MB=0)
    yield server, key_on(server)


def memory(server: Server, field: str) -> int:
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def send(server: Server, key: str, path: Path) -> int:
    with path.open("rb") as file:
        return requests.post(
            server.base + "/api/1/upload",
            files={"source": file},
            headers={"X-API-Key": key},
            timeout=300,
        ).status_code


def settles_below(server: Server, most: int) -> None:
    """Pictures are freed a moment after the last answer."""
    until(lambda: memory(server, "VmRSS") <= most, 10)


@pytest.mark.parametrize("format", ["webp", *(("jpg", "png", "heic") if SOAK else ())])
def test_large_pictures_at_once(format: str, sender: tuple[Server, str], tmp_path: Path) -> None:
    server, key = sender
    path = tmp_path / f"large.{format}"
    pillow_heif.register_heif_opener()
    options: dict[str, Any] = {
        "jpg": {"progressive": True, "subsampling": 0},
        "png": {"compress_level": 1},
        "heic": {"quality": 40},
        "webp": {"method": 0},
    }
    with Image.open(sample("iphone-gps-8mp.jpg")) as photo:
        photo.convert("RGBA" if format == "png" else "RGB").resize(
            SIZES.get(format, (8000, 6000))
        ).save(path, **options[format])
    count = 8 if SOAK else 3
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")  # the peak from here on
    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(lambda _: send(server, key, path), range(count)))
    assert answers == [200] * count
    assert memory(server, "VmHWM") < MOST
    settles_below(server, MOST_AFTERWARDS)


def test_what_was_taken_out_of_a_file_is_not_kept_in_memory(
    sender: tuple[Server, str], tmp_path: Path
) -> None:
    """SQLite's prepared statements would keep it, in each connection."""
    server, key = sender
    plain = sample("alpha.png").read_bytes()
    body = b"abCd" + os.urandom(24_000_000)
    path = tmp_path / "much.png"
    path.write_bytes(
        plain[:33] + (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4) + plain[33:]
    )
    assert send(server, key, sample("alpha.png")) == 200
    before = memory(server, "VmRSS")
    assert send(server, key, path) == 200
    settles_below(server, before + 12_000_000)
