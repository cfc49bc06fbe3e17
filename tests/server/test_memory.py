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

from media.formats import FORMATS
from tests.conftest import AS_IT_RUNS, Server, key_on, lacks, sample, until
from tests.soak.server import memory, own_memory

SOAK = os.environ.get("SOAK") == "1"
# bytes: of a machine with 2 GB, and of one that does other things, too
MOST, MOST_AFTERWARDS = 1_000_000_000, 200_000_000
MOST_IDLE = 120_000_000  # bytes: of a small computer with 1 GB, which does other things, too
REST = 60  # seconds after which nothing of a hundred uploads is left
# 48 megapixels, a phone's largest; of WebP, whose sides end at 16,383, the largest that is taken
SIZES = {"webp": (16383, 4000)}
# Videos are looked at by a process with limits of its own.
PICTURES = [row.name for row in FORMATS.values() if row.kind == "image"] if SOAK else ["webp"]
MOST_TIMES = 10  # that a program sends a file
# a photo of a phone, one of a camera, a screenshot, an animation
IDLE_AFTER = ("iphone-gps-8mp.jpg", "plain.jpg", "screenshot.png", "animated.webp")


@pytest.fixture(scope="module")
def sender(make_server: Callable[..., Server]) -> Iterator[tuple[Server, str]]:
    if not Path("/proc/self/clear_refs").exists():
        lacks("/proc")
    server = make_server(how=AS_IT_RUNS, UPKEEP_SECONDS=0, MIN_FREE_MB=0)
    yield server, key_on(server)


def send(server: Server, key: str, path: Path) -> int:
    with path.open("rb") as file:
        return requests.post(
            server.base + "/api/1/upload",
            files={"source": file},
            headers={"X-API-Key": key},
            timeout=300,
        ).status_code


def send_until_taken(server: Server, key: str, path: Path) -> int:
    """As programs do: who has waited for memory for long is told to come back, which a slow machine
    says of pictures that need all of it.
    """
    for _ in range(MOST_TIMES):
        if (status := send(server, key, path)) != 503:
            break
    return status


def settles_below(server: Server, most: int, seconds: float = 10) -> None:
    """Pictures are freed a moment after the last answer."""
    until(
        lambda: memory(server) <= most, seconds, otherwise=lambda: f"it has {memory(server)} bytes"
    )


def test_idle(
    make_server: Callable[..., Server], record_property: Callable[[str, object], None]
) -> None:
    """As it begins, and once a hundred uploads are over."""
    server = make_server(how=AS_IT_RUNS, MIN_FREE_MB=0)
    key = key_on(server)

    def note(when: str) -> None:
        sizes = f"{memory(server) / 1e6:.0f} MB (PSS {own_memory(server) / 1e6:.0f})"
        record_property("measured", f"idle {when}: {sizes}")

    note("at the beginning")
    assert memory(server) < MOST_IDLE
    with ThreadPoolExecutor(8) as pool:
        paths = [sample(name) for name in IDLE_AFTER] * (100 // len(IDLE_AFTER))
        assert {*pool.map(lambda path: send(server, key, path), paths)} == {200}
    note("after a hundred uploads, at once")
    try:
        settles_below(server, MOST_IDLE, REST)
    finally:
        note("a moment later")


@pytest.mark.parametrize("format", PICTURES)
def test_large_pictures_at_once(
    format: str,
    sender: tuple[Server, str],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    server, key = sender
    path = tmp_path / f"large.{format}"
    pillow_heif.register_heif_opener()
    options: dict[str, Any] = {
        "jpg": {"progressive": True, "subsampling": 0},
        "png": {"compress_level": 1},
        "heic": {"quality": 40},
        "webp": {"method": 0},
        "avif": {"speed": 10, "quality": 50},
        "tiff": {"compression": "tiff_lzw"},
    }
    with Image.open(sample("iphone-gps-8mp.jpg")) as photo:
        photo.convert("RGBA" if format == "png" else "RGB").resize(
            SIZES.get(format, (8000, 6000))
        ).save(path, **options.get(format, {}))
    count = 8 if SOAK else 3
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")  # the peak from here on
    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(lambda _: send_until_taken(server, key, path), range(count)))
    most = memory(server, "VmHWM")
    record_property(
        "measured", f"{count} of {path.stat().st_size / 1e6:.0f} MB {format}: {most / 1e6:.0f} MB"
    )
    assert answers == [200] * count
    assert most < MOST
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
    before = memory(server)
    assert send(server, key, path) == 200
    settles_below(server, before + 12_000_000)
