"""Text in coded pictures, where no box and no element is: it goes, and what is decoded stays to the
bit.
"""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image, UnidentifiedImageError

from media.errors import Unreadable
from media.metadata.containers import decoder_settings, obu, user_data
from media.privacy import patch, scrub
from tests.cleaning.test_films import needs_programs
from tests.cleaning.test_hostile import Counting
from tests.cleaning.test_stills import POLICY
from tests.conftest import sample

MARK = b"GPS48.208174N16.373819E"


def ffmpeg(*words: str | Path) -> None:
    subprocess.run(["ffmpeg", "-y", "-v", "error", *map(str, words)], check=True, timeout=60)


def decoded(path: Path) -> str:
    return subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-f", "framemd5", "-"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


def cleaned(path: Path) -> bytes:
    """What visitors get; the way back is looked at, too."""
    before, format = path.read_bytes(), path.suffix[1:]
    assert MARK in before
    changes = scrub.changes(path, format, POLICY)
    patch.apply(path, changes)
    assert scrub.uncleanable(path, format, POLICY) == []
    assert patch.PatchedFile(FileIO(path), patch.pack(changes)).read() == before
    return path.read_bytes()


@needs_programs
@pytest.mark.parametrize("format", ["mp4", "mkv"])
@pytest.mark.parametrize(
    ("codec", "elementary", "before"),
    [("mpeg4", "m4v", b"\0\0\1\xb6"), ("mpeg2video", "mpeg2video", b"\0\0\1\1")],
)
def test_user_data_of_mpeg(
    codec: str, elementary: str, before: bytes, format: str, tmp_path: Path
) -> None:
    """In front of every picture."""
    stream, timed, film = tmp_path / "stream", tmp_path / "timed.mp4", tmp_path / f"a.{format}"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc=s=160x120:r=5:d=2", "-c:v", codec, "-f", elementary, stream
    )
    stream.write_bytes(stream.read_bytes().replace(before, b"\0\0\1\xb2" + MARK + before))
    ffmpeg(
        "-f",
        "m4v" if codec == "mpeg4" else "mpegvideo",
        "-r",
        "5",
        "-i",
        stream,
        "-c",
        "copy",
        timed,
    )
    ffmpeg("-i", timed, "-c", "copy", film)
    seen = decoded(film)
    assert MARK not in cleaned(film) and decoded(film) == seen


@pytest.mark.parametrize(
    "said",
    [
        b"XviD0064",
        b"DivX503b1393p",
        b"Lavc60.31.102",
        b"GA94\3\x43" + b"\xff" + b"\xfc\x80\x80" * 3 + b"\xff",
    ],
)
def test_what_decoders_go_by_stays(said: bytes) -> None:
    assert list(user_data.of_data(b"\0\0\1\xb2" + said + b"\0\0\1\xb6")) == []
    assert list(user_data.of_data(b"\0\0\1\xb2" + said[:-1] + b" at home\0\0\1\xb6"))


def unit(kind: int, payload: bytes) -> bytes:
    assert len(payload) < 128
    return bytes([kind << 3 | 2, len(payload)]) + payload


def test_settings_in_an_mp4_end_where_they_say() -> None:
    """What stands behind them is a descriptor, not the rest of an encoder's name."""

    def esds(said: bytes) -> bytes:
        inside = b"\x05" + bytes([len(said) + 4]) + b"\0\0\1\xb2" + said
        config = b"\x04\x80\x80\x80" + bytes([13 + len(inside)]) + bytes(13) + inside
        return bytes(4) + b"\x03" + bytes([3 + len(config) + 3]) + b"\0\1\0" + config + b"\6\1\2"

    assert list(decoder_settings.private("esds", esds(b"Lavc60.31.102"))) == []
    assert list(decoder_settings.private("esds", esds(MARK))) == [
        ("filler", len(esds(MARK)) - 3 - len(MARK), len(MARK))
    ]


UNITS = {
    "message": unit(5, b"\4\xb5\0\x3d" + MARK + b"\x80"),
    "light": unit(5, b"\1" + MARK + b"\x80"),
    "padding": unit(15, MARK + b"\x80"),
    "reserved": unit(9, MARK + b"\x80"),
}


@needs_programs
@pytest.mark.parametrize("format", ["mp4", "mkv", "webm"])
@pytest.mark.parametrize("name", ["message", "light", "reserved"])  # FFmpeg leaves padding out
def test_units_of_av1(name: str, format: str, tmp_path: Path) -> None:
    stream, film = tmp_path / "a.ivf", tmp_path / f"a.{format}"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=s=64x48:r=5:d=1",
        "-c:v",
        "libaom-av1",
        "-cpu-used",
        "8",
        stream,
    )
    data, at = stream.read_bytes(), 32
    out = data[:at]
    while at < len(data):  # IVF: a length and a time before each picture
        length = int.from_bytes(data[at : at + 4], "little")
        picture = data[at + 12 : at + 12 + length] + UNITS[name]
        out += len(picture).to_bytes(4, "little") + data[at + 4 : at + 12] + picture
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
    assert list(obu.of_data(unit(2, MARK) + unit(0, MARK) + b"\x12\0", 0)) == [
        (2, len(MARK) - 1),
        (4 + len(MARK), len(MARK) - 1),
    ]


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
    """An AVIF with ``added`` at the end of its box ``at``; the boxes around it and the place of its
    picture follow.
    """
    data = bytearray(sample("still.avif").read_bytes())
    start = data.find(at)
    end = start - 4 + int.from_bytes(data[start - 4 : start])
    for name in (at, *parents):
        here = data.find(name)
        data[here - 4 : here] = (int.from_bytes(data[here - 4 : here]) + len(added)).to_bytes(4)
    place = data.find(b"iloc") + 18
    data[place : place + 4] = (int.from_bytes(data[place : place + 4]) + len(added)).to_bytes(4)
    data[end:end] = added
    return bytes(data)


def renamed() -> bytes:
    data = bytearray(grown(b"infe", MARK, b"iinf", b"meta"))
    start = data.find(b"infe")
    end = start - 4 + int.from_bytes(data[start - 4 : start])
    data[start + 16 : end] = MARK.ljust(end - start - 16, b"\0")
    return bytes(data)


def with_unit(added: bytes) -> bytes:
    data = bytearray(sample("still.avif").read_bytes() + added)
    size = data.find(b"iloc") + 22
    data[size : size + 4] = (int.from_bytes(data[size : size + 4]) + len(added)).to_bytes(4)
    mdat = data.rfind(b"mdat", 0, int.from_bytes(data[size - 4 : size]))
    data[mdat - 4 : mdat] = (int.from_bytes(data[mdat - 4 : mdat]) + len(added)).to_bytes(4)
    return bytes(data)


PICTURES: dict[str, Callable[[], bytes]] = {
    "message": lambda: with_unit(UNITS["message"]),
    "padding": lambda: with_unit(UNITS["padding"]),
    "name of an item": renamed,
    "data of no item": lambda: grown(b"meta", box(b"idat", MARK)),
    "address of data": lambda: grown(
        b"meta",
        box(
            b"dinf", box(b"dref", struct.pack(">II", 0, 1) + box(b"url ", bytes(4) + MARK + b"\0"))
        ),
    ),
    "what a picture is for": lambda: grown(
        b"ipco", box(b"auxC", bytes(4) + MARK + b"\0"), b"iprp", b"meta"
    ),
    "behind the name of an item": lambda: grown(b"infe", b"\0" + MARK, b"iinf", b"meta"),
    "unknown box of items": lambda: grown(b"iinf", box(b"acme", MARK), b"meta"),
    "item without a type": lambda: grown(
        b"iinf", box(b"infe", bytes(8) + MARK + b"\0\0\0" + MARK), b"meta"
    ),
    "type of a text": lambda: grown(
        b"iinf", box(b"infe", b"\2\0\0\0\0\x63\0\0mime\0" + MARK + b"\0\0"), b"meta"
    ),
    "address of an item": lambda: grown(
        b"iinf", box(b"infe", b"\2\0\0\0\0\x63\0\0uri \0" + MARK + b"\0"), b"meta"
    ),
    **{
        f"behind {name.decode()}": partial(grown, name, MARK, b"meta")
        for name in (b"pitm", b"iloc")
    },
    **{
        f"behind {name.decode()}": partial(grown, name, MARK, b"ipco", b"iprp", b"meta")
        for name in (b"ispe", b"pixi")
    },
    "behind ipma": lambda: grown(b"ipma", MARK, b"iprp", b"meta"),
    "unknown box of properties": lambda: grown(b"iprp", box(b"acme", MARK), b"meta"),
    "behind a reference": lambda: grown(
        b"meta", box(b"iref", bytes(4) + box(b"thmb", b"\0\1\0\1\0\1" + MARK))
    ),
    "behind a group": lambda: grown(
        b"meta", box(b"grpl", box(b"altr", bytes(4) + b"\0\0\0\x63\0\0\0\1\0\0\0\1" + MARK))
    ),
    "protection": lambda: grown(b"meta", box(b"ipro", bytes(4) + MARK)),
    "unknown box of addresses": lambda: grown(b"meta", box(b"dinf", box(b"acme", MARK))),
    "name like a standard's": lambda: grown(
        b"ipco",
        box(b"auxC", bytes(4) + b"urn:mpeg:" + MARK.replace(b".", b"") + MARK + b"\0"),
        b"iprp",
        b"meta",
    ),
    **{
        f"behind {name.decode()} of its own": partial(
            grown, b"ipco", box(name, own + MARK), b"iprp", b"meta"
        )
        for name, own in (
            (b"irot", b"\0"),
            (b"imir", b"\0"),
            (b"clli", bytes(4)),
            (b"mdcv", bytes(24)),
            (b"a1lx", bytes(7)),
            (b"a1op", b"\0"),
            (b"rref", b"\0\0\0\0\1ispe"),
            (b"cmpd", b"\0\0\0\1\0\4"),
        )
    },
    "behind a shape of pixels": lambda: grown(
        b"ipco", box(b"pasp", struct.pack(">II", 1, 1) + MARK), b"iprp", b"meta"
    ),
}


def iphone(unit: bytes) -> bytes:
    """A HEIC with ``unit`` behind those of its first large tile, which is moved behind all
    others.
    """
    data = bytearray(sample("iphone.heic").read_bytes())
    at = data.index(b"iloc") + 4
    # version; numbers of four bytes, none for a base
    assert data[at] == 1 and data[at + 4 : at + 6] == b"\x44\0"
    for place in range(at + 16, len(data), 16):
        offset, length = struct.unpack_from(">II", data, place)
        if length > 2000:
            break
    tile = data[offset : offset + length] + len(unit).to_bytes(4) + unit
    struct.pack_into(">II", data, place, len(data) + 8, len(tile))
    return bytes(data) + box(b"mdat", bytes(tile))


@pytest.mark.parametrize("format", ["kept", "gone"])
def test_messages_in_a_picture_of_a_phone(format: str, tmp_path: Path) -> None:
    path, said = tmp_path / "a.heic", bytes(range(1, 17)) + MARK
    unit = (
        b"\x4e\1\5" + bytes([len(said)]) + said + b"\x80"
        if format == "gone"
        else b"\x4e\1\x89\4" + b"\1\2\3\4\x80"
    )
    path.write_bytes(iphone(unit))
    pillow_heif.register_heif_opener()
    with Image.open(path) as image:
        seen = image.tobytes()
    patch.apply(path, scrub.changes(path, "heic", POLICY))
    assert not scrub.uncleanable(path, "heic", POLICY)
    assert MARK not in path.read_bytes() and (format == "gone" or unit in path.read_bytes())
    with Image.open(path) as image:
        assert image.tobytes() == seen


UNCLEAN: dict[str, Callable[[], bytes]] = {
    "two lists of items": lambda: grown(b"meta", box(b"pitm", bytes(6))),
    "settings that aren't looked into": lambda: grown(
        b"ipco", box(b"vvcC", MARK), b"iprp", b"meta"
    ),
    "a JPEG's beginning with words": lambda: grown(
        b"ipco", box(b"jpgC", b"\xff\xd8\xff\xfe\0\x20" + MARK), b"iprp", b"meta"
    ),
}


@pytest.mark.parametrize("name", UNCLEAN)
def test_pictures_that_can_not_be_followed_are_private(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.avif"
    path.write_bytes(UNCLEAN[name]())
    assert scrub.uncleanable(path, "avif", POLICY)


def test_names_of_uses_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.avif"
    for name in (
        b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
        b"urn:com:apple:photo:2020:aux:hdrgainmap",
        b"tag:apple.com,2023:photo:aux:styledeltamap",
    ):
        path.write_bytes(grown(b"ipco", box(b"auxC", bytes(4) + name + b"\0"), b"iprp", b"meta"))
        assert scrub.changes(path, "avif", POLICY) == []


def shown(path: Path) -> bytes | None:
    """Its pixels; None for one that Pillow refuses."""
    try:
        with Image.open(path) as image:
            return image.tobytes()
    except UnidentifiedImageError:
        return None


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_of_items(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.avif"
    path.write_bytes(PICTURES[name]())
    seen = shown(path)
    # other readers take them
    assert (seen is None) == (
        name in ("unknown box of properties", "behind a reference", "behind a group")
    )
    assert MARK not in cleaned(path)
    assert seen is None or shown(path) == seen
