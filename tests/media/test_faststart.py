"""The index of a film goes to its front, what it points to stays, and the owner gets back what was
sent.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
from io import FileIO
from pathlib import Path

import pytest
from PIL import Image

from media.privacy import faststart, patch
from tests.cleaning.stills import box
from tests.conftest import Person, log_in, path_of, sample

needs_ffmpeg = pytest.mark.skipif(
    not shutil.which("ffmpeg") and os.environ.get("CI") != "true", reason="no ffmpeg here"
)


def made(folder: Path, name: str, *words: str) -> Path:
    path = folder / name
    subprocess.run(
        [
            "ffmpeg",
            "-loglevel",
            "error",
            "-y",
            "-i",
            str(sample("clip.mp4")),
            "-c",
            "copy",
            *words,
            str(path),
        ],
        check=True,
        timeout=60,
    )
    return path


def frames(path: Path) -> str:
    return subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-i", str(path), "-f", "framemd5", "-"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def film(*offsets: int, wide: bool = False, size: int = 2, more: bytes = b"") -> bytes:
    """ftyp, mdat and an index of one track, each of its chunks a sample of ``size`` bytes. The
    pixels stand at 24 to 34.
    """
    table = (
        bytes(4)
        + struct.pack(">I", len(offsets))
        + struct.pack(f">{len(offsets)}{'Q' if wide else 'I'}", *offsets)
    )
    inside = (
        box(b"co64" if wide else b"stco", table)
        + box(b"stsc", struct.pack(">5I", 0, 1, 1, 1, 1))
        + box(b"stsz", struct.pack(">3I", 0, size, len(offsets)))
    )
    for name in (b"stbl", b"minf", b"mdia", b"trak"):
        inside = box(name, inside)
    return box(b"ftyp", b"isom\0\0\0\0") + box(b"mdat", b"0123456789") + box(b"moov", inside + more)


@needs_ffmpeg
@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.m4v"])
def test_the_index_goes_to_the_front_and_the_original_comes_back(name: str, tmp_path: Path) -> None:
    path = made(tmp_path, name)
    sent, before = path.read_bytes(), frames(path)
    assert sent.index(b"moov") > sent.index(b"mdat")
    done = faststart.to_front(path, name[2:])
    assert done is not None
    move, changes, md5 = done
    served = path.read_bytes()
    assert served.index(b"moov") < served.index(b"mdat") and len(served) == len(sent)
    assert hashlib.md5(served).hexdigest() == md5
    assert frames(path) == before
    blob = patch.pack(changes, move)
    assert patch.PatchedFile(FileIO(path), blob).read() == sent
    for start in range(0, len(sent), len(sent) // 50 + 1):
        with patch.PatchedFile(FileIO(path), blob) as file:
            file.seek(start)
            assert file.read(5000) == sent[start : start + 5000] and file.tell() == min(
                start + 5000, len(sent)
            )


@pytest.mark.parametrize("wide", [False, True])
def test_tables_of_both_widths(wide: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(sent := film(24, 28, wide=wide) + box(b"free", b"behind"))
    done = faststart.to_front(path, "mp4")
    assert done
    move, changes, _ = done
    assert struct.unpack(">2Q" if wide else ">2I", changes[0].after) == (
        24 + move.length,
        28 + move.length,
    )
    assert path.read_bytes()[24 + move.length : 28 + move.length] == sent[24:28]
    assert patch.PatchedFile(FileIO(path), patch.pack(changes, move)).read() == sent


_META = box(b"meta", bytes(4) + box(b"hdlr", bytes(25)) + box(b"iloc", bytes(8)))
LEFT_ALONE = {
    "an offset before the film": film(4),
    "one into the index": film(40),
    "one behind the file": film(1 << 31),
    "a wide one behind all": film((1 << 64) - 1, wide=True),
    "no table": film(24).replace(b"stco", b"free"),
    "a count that lies": film(24).replace(struct.pack(">II", 0, 1), struct.pack(">II", 0, 99), 1),
    "fragments": film(24) + box(b"moof", b""),
    "an index of fragments": film(24, more=box(b"mvex", b"")),
    "two indexes": film(24) + film(24)[34:],
    "a compressed index": film(24, more=box(b"cmov", b"")),
    "items": film(24) + box(b"meta", bytes(20)),
    "cut off": film(24)[:-1],
    "no film": film(24)[:34],
    "a sample that reaches into the index": film(24, 33),
    "a sample that is longer": film(24, size=11),
    "a sample before the pixels": film(14),
    **{
        f"items in {name}": film(24, more=more)
        for name, more in (
            ("metadata", _META),
            ("QuickTime's metadata", box(b"meta", _META[12:])),
            ("user data", box(b"udta", _META)),
        )
    },
    "pixels behind the index": film(24) + box(b"mdat", b"more"),
    "an unknown box": film(24) + box(b"acme", b""),
}


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_is_not_surely_understood_is_left_alone(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(LEFT_ALONE[name])
    assert faststart.to_front(path, "mp4") is None
    assert path.read_bytes() == LEFT_ALONE[name] and list(tmp_path.iterdir()) == [path]


def test_metadata_without_offsets_is_no_reason_to_leave_a_film(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(film(24, 32, more=box(b"udta", _META.replace(b"iloc", b"ilst"))))
    assert faststart.to_front(path, "mp4")


def test_a_film_in_front_or_of_another_format_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.webm"
    shutil.copy(sample("clip.webm"), path)
    assert faststart.to_front(path, "webm") is None
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert faststart.to_front(tmp_path / "a.png", "mp4") is None


@needs_ffmpeg
def test_an_upload_is_served_index_first_and_given_back_as_sent(
    ann: Person, tmp_path: Path
) -> None:
    sent = made(
        tmp_path,
        "a.mp4",
        "-movflags",
        "use_metadata_tags",
        "-metadata",
        "com.apple.quicktime.location.ISO6709=+52.5200+013.4050/",
    ).read_bytes()
    with (tmp_path / "a.mp4").open("rb") as file:
        image = ann.client.post("/api/1/upload", data={"source": file, "key": ann.key}).get_json()[
            "image"
        ]
    served = ann.client.get(path_of(image["url"])).data
    assert served.index(b"moov") < served.index(b"mdat") and b"52.5200" not in served
    assert (
        image["checksum"] == hashlib.md5(served).hexdigest()
        and image["source_checksum"] == hashlib.md5(sent).hexdigest()
    )
    log_in(ann.client)
    address = f"/original/{image['id_encoded']}"
    answer = ann.client.get(address)
    assert hashlib.sha256(answer.data).digest() == hashlib.sha256(sent).digest()
    index = sent.index(b"moov")
    for start, stop in (
        (0, 9),
        (index - 10, index + 10),
        (30, len(sent) - 1),
        (len(sent) - 5, len(sent) - 1),
    ):
        part = ann.client.get(address, headers={"Range": f"bytes={start}-{stop}"})
        assert part.status_code == 206 and part.data == sent[start : stop + 1]
