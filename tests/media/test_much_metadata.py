"""Pictures with much beside their pixels: what that takes is counted, and bounded."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from media.errors import Unreadable
from media.formats import FORMATS
from media.metadata.containers.block import MAX_BLOCK_BYTES, MAX_METADATA_BYTES
from media.privacy import patch, scrub
from media.privacy.policy import Policy
from media.probe import probe
from tests.conftest import ROOT, lacks, sample

SPARE = 24_000_000  # what a process takes besides
POLICY = Policy(location=True, metadata=False)

PEAKS = """
import sys
from pathlib import Path
import pillow_heif
from PIL import Image
from media.formats import FORMATS
from media.pixels import memory
from media.metadata import second
from media.privacy import patch, scrub
from media.privacy.policy import Policy
from media import probe, sniff
from media.pixels.derive import derive

def peak():
    lines = open("/proc/self/status")
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

def reset():
    open("/proc/self/clear_refs", "w").write("5")
    return peak()

path = Path(sys.argv[1])
memory.keep_little()
Image.init()
size, format = path.stat().st_size, sniff.format_of(path)
before = reset()
facts = probe.probe(path, max_megapixels=128, allowed=FORMATS)
print(memory.look(format, size), peak() - before)
before = reset()
second.read_again(path, format)
changes = scrub.changes(path, format, Policy(location=True, metadata=False))
patch.apply(path, changes)
kept = patch.pack(changes)
derive(path, facts, "jpeg")
print(memory.need(facts, size), peak() - before)
"""


def chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)


def fat(path: Path, data: bytes) -> None:
    """A small picture with ``data`` where its format has metadata of any kind."""
    name, format = path.name.split(".")
    if format == "png":
        plain = sample("alpha.png").read_bytes()
        piece = (
            chunk(b"eXIf", b"II*\0" + data)
            if name == "exif"
            else chunk(b"sPLT" if name == "kept" else b"abCd", data)
        )
        path.write_bytes(plain[:33] + piece + plain[33:])
    elif format == "jpg":
        plain = sample("plain.jpg").read_bytes()
        marker, head = (
            (b"\xff\xe2", b"ICC_PROFILE\0\1\xff") if name == "kept" else (b"\xff\xe9", b"")
        )
        parts = (head + data[at : at + 65_000] for at in range(0, len(data), 65_000))
        path.write_bytes(
            plain[:2]
            + b"".join(marker + (len(part) + 2).to_bytes(2) + part for part in parts)
            + plain[2:]
        )
    elif format == "gif":
        plain = sample("animated.gif").read_bytes()
        start = 13 + 3 * (2 << (plain[10] & 7))
        parts = (data[at : at + 255] for at in range(0, len(data), 255))
        path.write_bytes(
            plain[:start]
            + b"!\xfe"
            + b"".join(bytes([len(part)]) + part for part in parts)
            + b"\0"
            + plain[start:]
        )
    elif format == "webp":
        with Image.open(sample("still.webp")) as image:
            image.save(path, exif=b"Exif\0\0" + b"II*\0" + data)
    else:
        path.write_bytes(
            sample("iphone.heic").read_bytes() + (len(data) + 8).to_bytes(4) + b"free" + data
        )


@pytest.mark.parametrize(
    "name", ["exif.png", "other.png", "other.jpg", "comment.gif", "exif.webp", "free.heic"]
)
def test_what_it_takes_is_counted(name: str, tmp_path: Path) -> None:
    if not Path("/proc/self/clear_refs").exists():
        lacks("/proc")
    fat(tmp_path / name, os.urandom(30_000_000))
    done = subprocess.run(
        [sys.executable, "-c", PEAKS, str(tmp_path / name)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        counted, peak = map(int, line.split())
        assert peak <= counted + SPARE, done.stdout


@pytest.mark.parametrize(
    "name", ["exif.png", "kept.png", "other.jpg", "kept.jpg", "comment.gif", "exif.webp"]
)
def test_more_than_a_decoder_should_keep(name: str, tmp_path: Path) -> None:
    fat(tmp_path / name, bytes(MAX_METADATA_BYTES + 100_000))
    with pytest.raises(Unreadable):
        probe(tmp_path / name, max_megapixels=128, allowed=FORMATS)


def test_what_is_taken_out_is_bounded_in_all(tmp_path: Path) -> None:
    """Each piece alone would be: what is left is told, and so the file is private."""
    plain, piece = (
        sample("alpha.png").read_bytes(),
        chunk(b"abCd", os.urandom(MAX_BLOCK_BYTES // 3)),
    )
    for count, is_told in ((2, False), (4, True)):
        path = tmp_path / f"{count}.png"
        path.write_bytes(plain[:33] + count * piece + plain[33:])
        changes = scrub.changes(path, "png", POLICY)
        assert sum(len(change.before) for change in changes) <= MAX_BLOCK_BYTES
        patch.apply(path, changes)
        assert bool(scrub.uncleanable(path, "png", POLICY)) is is_told
