"""Text in coded pictures, where no box and no element is: it goes, and what is decoded stays to the bit."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from media.errors import Unreadable
from media.metadata.containers import obu, user_data
from media.privacy import patch, scrub
from tests.cleaning.test_films import needs_programs
from tests.cleaning.test_hostile import Counting
from tests.cleaning.test_stills import POLICY
from tests.conftest import sample

MARK = b"GPS48.208174N16.373819E"


def ffmpeg(*words: str | Path) -> None:
    subprocess.run(["ffmpeg", "-y", "-v", "error", *map(str, words)], check=True, timeout=60)


def decoded(path: Path) -> str:
    return subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-f", "framemd5", "-"], check=True, capture_output=True,
                          text=True, timeout=60).stdout


def cleaned(path: Path) -> bytes:
    """What visitors get; the way back is looked at, too."""
    before, format = path.read_bytes(), path.suffix[1:]
    assert MARK in before
    changes = scrub.changes(path, format, POLICY)
    patch.apply(path, changes)
    assert scrub.uncleanable(path, format, POLICY) == []
    assert patch.PatchedFile(path, patch.pack(changes)).read() == before
    return path.read_bytes()


@needs_programs
@pytest.mark.parametrize("format", ["mp4", "mkv"])
@pytest.mark.parametrize(("codec", "elementary", "before"), [("mpeg4", "m4v", b"\0\0\1\xb6"), ("mpeg2video", "mpeg2video", b"\0\0\1\1")])
def test_user_data_of_mpeg(codec: str, elementary: str, before: bytes, format: str, tmp_path: Path) -> None:
    """In front of every picture."""
    stream, timed, film = tmp_path / "stream", tmp_path / "timed.mp4", tmp_path / f"a.{format}"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=160x120:r=5:d=2", "-c:v", codec, "-f", elementary, stream)
    stream.write_bytes(stream.read_bytes().replace(before, b"\0\0\1\xb2" + MARK + before))
    ffmpeg("-f", "m4v" if codec == "mpeg4" else "mpegvideo", "-r", "5", "-i", stream, "-c", "copy", timed)
    ffmpeg("-i", timed, "-c", "copy", film)
    seen = decoded(film)
    assert MARK not in cleaned(film) and decoded(film) == seen


@pytest.mark.parametrize("said", [b"XviD0064", b"DivX503b1393p", b"Lavc60.31.102", b"GA94\3\x43" + b"\xff" + b"\xfc\x80\x80" * 3 + b"\xff"])
def test_what_decoders_go_by_stays(said: bytes) -> None:
    assert list(user_data.of_data(b"\0\0\1\xb2" + said + b"\0\0\1\xb6")) == []
    assert list(user_data.of_data(b"\0\0\1\xb2" + said[:-1] + b" at home\0\0\1\xb6"))


def unit(kind: int, payload: bytes) -> bytes:
    assert len(payload) < 128
    return bytes([kind << 3 | 2, len(payload)]) + payload


UNITS = {"message": unit(5, b"\4\xb5\0\x3d" + MARK + b"\x80"), "light": unit(5, b"\1" + MARK + b"\x80"), "padding": unit(15, MARK + b"\x80"), "reserved": unit(9, MARK + b"\x80")}


@needs_programs
@pytest.mark.parametrize("format", ["mp4", "mkv", "webm"])
@pytest.mark.parametrize("name", ["message", "light", "reserved"])  # FFmpeg leaves padding out
def test_units_of_av1(name: str, format: str, tmp_path: Path) -> None:
    stream, film = tmp_path / "a.ivf", tmp_path / f"a.{format}"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x48:r=5:d=1", "-c:v", "libaom-av1", "-cpu-used", "8", stream)
    data, at = stream.read_bytes(), 32
    out = data[:at]
    while at < len(data):  # IVF: a length and a time before each picture
        length = int.from_bytes(data[at:at + 4], "little")
        picture = data[at + 12:at + 12 + length] + UNITS[name]
        out += len(picture).to_bytes(4, "little") + data[at + 4:at + 12] + picture
        at += 12 + length
    stream.write_bytes(out)
    ffmpeg("-i", stream, "-c", "copy", film)
    seen = decoded(film)
    assert MARK not in cleaned(film) and decoded(film) == seen


def test_metadata_of_numbers_stays() -> None:
    for payload in (b"\1\3\xe8\0\xc8\x80", b"\4\xb5\0\x3c\0\1\4" + bytes(60) + b"\x80"):
        assert list(obu.of_data(unit(5, payload), 0)) == []


def test_numbers_that_are_longer_end_where_they_should() -> None:
    assert list(obu.of_data(unit(5, b"\1\3\xe8\0\xc8\x80" + MARK), 0)) == [(8, len(MARK) - 1)]
    assert list(obu.of_data(unit(2, MARK) + unit(0, MARK) + b"\x12\0", 0)) == [(2, len(MARK) - 1), (4 + len(MARK), len(MARK) - 1)]


class Sliced(bytes):
    """Counts the bytes that slices copy."""

    copied = 0

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        Sliced.copied += len(part) if isinstance(part, bytes) else 0
        return part


def test_units_in_settings_cost_what_their_bytes_do() -> None:
    data = Sliced(b"\x12\0" * 50_000)
    Sliced.copied = 0
    assert list(obu.of_data(data, 0)) == [] and 0 < Sliced.copied <= 16 * len(data)


def test_samples_that_stand_on_each_other_are_not_read_again_and_again() -> None:
    file = Counting(bytes(100_000))
    with pytest.raises(Unreadable):
        list(user_data.private(file, [(0, 100_000)] * 1000, 100_000))
    assert file.amount <= 300_000


Boxes = Callable[[bytearray], bytes]


def box(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(payload), name) + payload


def grown(at: bytes, added: bytes, *parents: bytes) -> bytes:
    """An AVIF with ``added`` at the end of its box ``at``; the boxes around it and the place of its picture follow."""
    data = bytearray(sample("still.avif").read_bytes())
    start = data.find(at)
    end = start - 4 + int.from_bytes(data[start - 4:start])
    for name in (at, *parents):
        here = data.find(name)
        data[here - 4:here] = (int.from_bytes(data[here - 4:here]) + len(added)).to_bytes(4)
    place = data.find(b"iloc") + 18
    data[place:place + 4] = (int.from_bytes(data[place:place + 4]) + len(added)).to_bytes(4)
    data[end:end] = added
    return bytes(data)


def renamed() -> bytes:
    data = bytearray(grown(b"infe", MARK, b"iinf", b"meta"))
    start = data.find(b"infe")
    end = start - 4 + int.from_bytes(data[start - 4:start])
    data[start + 16:end] = MARK.ljust(end - start - 16, b"\0")
    return bytes(data)


def with_unit(added: bytes) -> bytes:
    data = bytearray(sample("still.avif").read_bytes() + added)
    size = data.find(b"iloc") + 22
    data[size:size + 4] = (int.from_bytes(data[size:size + 4]) + len(added)).to_bytes(4)
    mdat = data.rfind(b"mdat", 0, int.from_bytes(data[size - 4:size]))
    data[mdat - 4:mdat] = (int.from_bytes(data[mdat - 4:mdat]) + len(added)).to_bytes(4)
    return bytes(data)


PICTURES: dict[str, Callable[[], bytes]] = {
    "message": lambda: with_unit(UNITS["message"]),
    "padding": lambda: with_unit(UNITS["padding"]),
    "name of an item": renamed,
    "data of no item": lambda: grown(b"meta", box(b"idat", MARK)),
    "address of data": lambda: grown(b"meta", box(b"dinf", box(b"dref", struct.pack(">II", 0, 1) + box(b"url ", bytes(4) + MARK + b"\0")))),
    "what a picture is for": lambda: grown(b"ipco", box(b"auxC", bytes(4) + MARK + b"\0"), b"iprp", b"meta"),
    "behind a shape of pixels": lambda: grown(b"ipco", box(b"pasp", struct.pack(">II", 1, 1) + MARK), b"iprp", b"meta"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_of_items(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.avif"
    path.write_bytes(PICTURES[name]())
    with Image.open(path) as image:
        seen = image.tobytes()
    assert MARK not in cleaned(path)
    with Image.open(path) as image:
        assert image.tobytes() == seen


@needs_programs
def test_pictures_that_can_be_seen_through_stay_so(tmp_path: Path) -> None:
    """How clear they are stands beside each frame, where text may, too."""
    film = tmp_path / "a.webm"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x48:r=5:d=1,format=yuva420p,colorchannelmixer=aa=0.5", "-c:v", "libvpx", "-auto-alt-ref", "0", film)
    before = film.read_bytes()
    assert b"\x53\xc0\x81\x01" in before  # there is an alpha channel
    patch.apply(film, scrub.changes(film, "webm", POLICY))

    def clear() -> str:
        return subprocess.run(["ffmpeg", "-v", "error", "-c:v", "libvpx", "-i", str(film), "-f", "framemd5", "-"], check=True, capture_output=True, text=True,
                              timeout=60).stdout

    after = clear()
    film.write_bytes(before)
    assert clear() == after
