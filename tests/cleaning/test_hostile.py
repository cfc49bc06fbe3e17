"""Files made to keep us busy: twice the file is at most about twice the work, and a process that
reads them all ends.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import resource
import signal
import struct
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from media.errors import Unreadable, UploadError
from media.metadata import xmp
from media.metadata.containers import blocks
from media.metadata.containers.ration import BYTES_A_READ, MOST_BLOCKS, READS
from media.privacy import scrub
from media.privacy.policy import Policy
from media.probe import probe
from tests.cleaning import stills
from tests.cleaning.stills import box, chunk, exif, gif, jpeg, png, riff
from tests.conftest import sample

POLICY = Policy(location=True, metadata=False)
SOAK = os.environ.get("SOAK") == "1"
BIG = 20_000  # pieces; a film or a picture of real life has far fewer
# bytes: the clusters of a live recording of a day, 180 each, and what a walk has at hand
HELD = 24_000_000
SECONDS = 360 if SOAK else 60  # of CPU, for all of them together; a slow one takes a fifth of it


def _ebml(count: int) -> bytes:
    head = sample("clip.webm").read_bytes()
    at = head.index(b"\x18\x53\x80\x67")
    return head[:at] + b"\x18\x53\x80\x67" + (1 << 56 | count * 2).to_bytes(8) + b"\xec\x80" * count


def _nested(count: int) -> bytes:
    data = b""
    for _ in range(min(count, 3000)):
        data = box(b"trak", data)
    return sample("clip.mp4").read_bytes() + box(b"moov", data)


def _frames(count: int) -> bytes:
    data = b""
    for _ in range(min(count, 3000)):
        data = b"ANMF" + (16 + len(data)).to_bytes(4, "little") + bytes(16) + data
    return riff((b"ANMF", data[8:]))


def _tags(count: int) -> bytes:
    """Simple tags inside each other."""

    def element(name: bytes, data: bytes) -> bytes:
        return name + (1 << 56 | len(data)).to_bytes(8) + data

    data = b""
    for _ in range(min(count, 3000)):
        data = element(b"\x67\xc8", data)
    head = sample("clip.webm").read_bytes()
    return head[: head.index(b"\x18\x53\x80\x67")] + element(
        b"\x18\x53\x80\x67", element(b"\x12\x54\xc3\x67", element(b"\x73\x73", data))
    )


def _directories(count: int) -> bytes:
    """A TIFF block whose directories point to each other in a long chain."""
    data = b"II*\0" + struct.pack("<I", 8)
    for number in range(count):
        data += struct.pack(
            "<HHHIII", 1, 0x8769, 4, 1, 8 + 18 * (number + 1), 8 + 18 * (number + 1)
        )
    return data


def _entries(directories: int) -> bytes:
    """Directories of 900 entries each, in a chain."""
    directory = struct.pack("<H", 900) + struct.pack("<HHII", 254, 4, 1, 0) * 900
    return (
        b"II*\0"
        + struct.pack("<I", 8)
        + b"".join(
            directory + struct.pack("<I", 8 + (number + 1) * (len(directory) + 4))
            for number in range(directories)
        )
    )


def _element(name: bytes, data: bytes) -> bytes:
    return name + (1 << 56 | len(data)).to_bytes(8) + data


def _webm(inside: bytes) -> bytes:
    head = sample("clip.webm").read_bytes()
    return head[: head.index(b"\x18\x53\x80\x67")] + _element(b"\x18\x53\x80\x67", inside)


_FRAME = b"\x2c\0\0\0\0\1\0\1\0\0\2"
_ITEM = box(b"infe", b"\2\0\0\0\0\1\0\0Exif\0")


def _units(count: int, unit: bytes) -> bytes:
    """A film whose first sample is ``count`` units; as many samples all stand there."""
    film = sample("clip.mp4").read_bytes()
    at = film.index(b"stsz")
    sizes = film[: at + 8] + (len(unit) * count).to_bytes(4) + film[at + 12 :]
    chunk = sizes.index(b"stco")
    return sizes[: chunk + 12] + len(film).to_bytes(4) + sizes[chunk + 16 :] + unit * count


HOSTILE: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "empty PNG chunks": ("png", lambda n: png(*[chunk(b"teSt", b"")] * n)),
    "empty IDATs": ("png", lambda n: png(*[chunk(b"IDAT", b"")] * n)),
    "PNG texts": ("png", lambda n: png(*[chunk(b"tEXt", b"a\0b")] * n)),
    "GIF comments of one byte": ("gif", lambda n: gif(b"\x21\xfe" + b"\x01a" * n + b"\0")),
    "sub-blocks of one byte in a GIF's frame": (
        "gif",
        lambda n: gif()[:-1] + _FRAME + b"\1\x44" * n + b"\0;",
    ),
    "frames of a GIF": ("gif", lambda n: gif()[:-1] + (_FRAME + b"\2\x44\1\0") * n + b";"),
    "GIF extensions": ("gif", lambda n: gif(b"\x21\xfe\x01a\0" * n)),
    "stray zeros in a GIF": ("gif", lambda n: gif(bytes(n))),
    "JPEG segments": ("jpg", lambda n: jpeg(*[(0xE5, b"x")] * n)),
    "JPEG comments": ("jpg", lambda n: jpeg(*[(0xFE, b"x")] * n)),
    "JPEG fill bytes": ("jpg", lambda n: jpeg().replace(b"\xff\xdb", b"\xff" * n + b"\xff\xdb", 1)),
    "JPEG fill bytes behind the pixels": ("jpg", lambda n: jpeg()[:-2] + b"\xff" * n + b"\xff\xd9"),
    "junk in a JPEG": (
        "jpg",
        lambda n: jpeg().replace(
            b"\xff\xdb", (bytes(1000) + b"\xff\xfe\0\2") * (n // 1000) + b"\xff\xdb", 1
        ),
    ),
    "fill bytes of a JPEG behind a JPEG": (
        "jpg",
        lambda n: jpeg(behind=jpeg().replace(b"\xff\xdb", b"\xff" * n + b"\xff\xdb", 1)),
    ),
    "segments of JPEGs behind a JPEG": (
        "jpg",
        lambda n: jpeg(
            behind=(b"\xff\xd8\xff\xe0\0\2" + b"\xff\xfe\0\2" * (n // 64) + b"\xff\xd9") * 64
        ),
    ),
    "EXIF directories in every segment": (
        "jpg",
        lambda n: jpeg(*[(0xE1, b"Exif\0\0" + _directories(3600))] * (n // 1000)),
    ),
    "Photoshop resources": (
        "jpg",
        lambda n: jpeg(
            *[(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x05\0\0\0\0\0\0" * 5000)] * (n // 1000)
        ),
    ),
    "XMP in every segment": (
        "jpg",
        lambda n: jpeg(
            *[(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + stills.xmp("<own:x/>" * 5000))]
            * (n // 1000)
        ),
    ),
    "multi-picture indexes": (
        "jpg",
        lambda n: jpeg(*[(0xE2, b"MPF\0II*\0\x08\0\0\0\xe8\x03" + bytes(12004))] * (n // 1000)),
    ),
    "pictures behind a JPEG": ("jpg", lambda n: jpeg(behind=b"\xff\xd8\xff\xd9" * n)),
    "RIFF chunks in frames": (
        "webp",
        lambda n: riff(*[(b"ANMF", bytes(16) + b"ALPH\0\0\0\0" * 10)] * (n // 10)),
    ),
    "RIFF chunks": ("webp", lambda n: riff(*[(b"ACME", b"")] * n)),
    "frames in frames": ("webp", _frames),
    "top-level boxes": ("mp4", lambda n: sample("clip.mp4").read_bytes() + box(b"free", b"") * n),
    "tracks": (
        "mp4",
        lambda n: sample("clip.mp4").read_bytes() + box(b"moov", box(b"trak", b"") * n),
    ),
    "fragments": (
        "mp4",
        lambda n: sample("clip.mp4").read_bytes() + box(b"moof", box(b"mfhd", b"")) * n,
    ),
    "items": (
        "mp4",
        lambda n: (
            sample("clip.mp4").read_bytes()
            + box(
                b"moov",
                box(b"meta", box(b"hdlr", bytes(25)) + box(b"ilst", box(b"\xa9xyz", b"") * n)),
            )
        ),
    ),
    "items of a HEIC": (
        "heic",
        lambda n: (
            sample("iphone.heic").read_bytes()
            + box(
                b"meta", bytes(4) + box(b"iinf", struct.pack(">IH", 0, min(n, 60_000)) + _ITEM * n)
            )
        ),
    ),
    "user data": (
        "mp4",
        lambda n: (
            sample("clip.mp4").read_bytes() + box(b"moov", box(b"udta", box(b"\xa9xyz", b"") * n))
        ),
    ),
    "boxes in boxes": ("mp4", _nested),
    "coded units": ("mp4", lambda n: _units(n, b"\0\0\0\1\x09")),
    "units of AV1": ("mp4", lambda n: _units(n, b"\x12\0").replace(b"avc1", b"av01")),
    "user data of MPEG": ("mp4", lambda n: _units(n, b"\0\0\1\xb2x").replace(b"avc1", b"mp4v")),
    "messages": ("mp4", lambda n: _units(n, b"\0\0\0\7\6\5\3\0\0\3\x80")),
    "media data in pieces": (
        "mp4",
        lambda n: sample("clip.mp4").read_bytes() + box(b"mdat", b"x") * n,
    ),
    "EBML voids": ("webm", _ebml),
    "voids of a byte": ("webm", lambda n: _webm(b"\xec\x81x" * n)),
    "empty clusters": ("webm", lambda n: _webm(b"\x1f\x43\xb6\x75\x80" * n)),
    "empty tracks": ("webm", lambda n: _webm(_element(b"\x16\x54\xae\x6b", b"\xae\x80" * n))),
    "empty blocks": ("webm", lambda n: _webm(_element(b"\x1f\x43\xb6\x75", b"\xa3\x80" * n))),
    "simple tags": (
        "webm",
        lambda n: _webm(_element(b"\x12\x54\xc3\x67", _element(b"\x73\x73", b"\x67\xc8\x80" * n))),
    ),
    "attachments": ("webm", lambda n: _webm(b"\x19\x41\xa4\x69\x81x" * n)),
    "packets of subtitles": (
        "webm",
        lambda n: _webm(
            _element(b"\x16\x54\xae\x6b", b"\xae\x86\xd7\x81\1\x83\x81\x11")
            + _element(b"\x1f\x43\xb6\x75", b"\xa3\x85\x81\0\0\0x" * n)
        ),
    ),
    "tags in tags": ("webm", _tags),
    "EXIF directories": (
        "jpg",
        lambda n: jpeg((0xE1, b"Exif\0\0" + _directories(min(n, 3600))[:65000])),
    ),
    "TIFF directories": ("tiff", _directories),
    "TIFF entries": ("tiff", lambda n: _entries(n // 100)),
    "IPTC records": (
        "jpg",
        lambda n: jpeg(
            (
                0xED,
                b"Photoshop 3.0\0"
                + b"8BIM\x04\x04\0\0"
                + struct.pack(">I", 5 * min(n, 13000))
                + b"\x1c\x02\x5a\0\0" * min(n, 13000),
            )
        ),
    ),
    "EXIF behind EXIF": ("jpg", lambda n: jpeg(*[(0xE1, exif())] * n)),
}

PACKETS: dict[str, Callable[[int], bytes]] = {
    "starts without ends": lambda n: b"<x:xmpmeta>" + b"<a:gps " * n + b"</x:xmpmeta>",
    "elements without ends": lambda n: b"<x:xmpmeta>" + b"<a:gps>" * n + b"</x:xmpmeta>",
    "ends": lambda n: b"<x:xmpmeta>" + b"</x:xmpmeta>" * n,
    "begins": lambda n: b"<x:xmpmeta " * n,
    "quotes": lambda n: b"<x:xmpmeta xmlns:x='a' " + b'x:gps="' * n + b"</x:xmpmeta>",
    "comments": lambda n: (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b"<!-- -->" * n + b"</x:xmpmeta>"
    ),
    "attributes": lambda n: (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/' "
        + b" ".join(b"x:gps%d='1'" % i for i in range(n))
        + b"></x:xmpmeta>"
    ),
    "private elements": lambda n: (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b"<x:gps/>" * n + b"</x:xmpmeta>"
    ),
    "namespaces": lambda n: (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        + b"".join(b"<a%d:b xmlns:a%d='u'/>" % (i, i) for i in range(n))
        + b"</x:xmpmeta>"
    ),
    "entities": lambda n: (
        b"<!DOCTYPE a [<!ENTITY a '"
        + b"b" * n
        + b"'>]><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        + b"&a;" * n
        + b"</x:xmpmeta>"
    ),
}


class Counting(io.BytesIO):
    """A file that counts how often it is read, and how much."""

    calls = amount = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.calls += 1
        self.amount += len(data)
        return data


def work(data: bytes, format: str) -> tuple[int, int]:
    file = Counting(data)
    try:
        found = blocks(file, format)
        for block in found[:2000]:
            if block.kind not in ("tiff", "uncleanable"):
                block.read(file)
    except UploadError:
        pass
    return file.calls, file.amount


@pytest.mark.parametrize(
    "name", [name for name, (format, _) in HOSTILE.items() if format != "tiff"]
)
def test_twice_the_file_is_twice_the_work(name: str) -> None:
    format, made = HOSTILE[name]
    small, large = work(made(BIG // 2), format), work(made(BIG), format)
    for before, after in zip(small, large, strict=True):
        assert after <= 2.2 * before + 100_000, (small, large)


@pytest.mark.parametrize(
    "name", [name for name, (format, _) in HOSTILE.items() if format != "tiff"]
)
def test_no_number_of_pieces_takes_more_reads_than_any_real_file(name: str) -> None:
    """Twice the work for twice the file still is too much for a file of the largest size."""
    format, made = HOSTILE[name]
    data = made(BIG * 10)
    reads, _ = work(data, format)
    assert reads <= READS + len(data) // BYTES_A_READ + MOST_BLOCKS


@pytest.mark.parametrize(
    "name",
    [
        "EBML voids",
        "empty clusters",
        "empty tracks",
        "JPEG comments",
        "RIFF chunks",
        "GIF extensions",
        "user data",
        "attachments",
    ],
)
def test_what_a_walk_holds_is_bounded(name: str) -> None:
    """A hundred bytes a piece, of which a file has as many as its size allows."""
    format, made = HOSTILE[name]
    file = io.BytesIO(made(BIG * 5))
    tracemalloc.start()
    try:
        with contextlib.suppress(UploadError):
            blocks(file, format)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert held <= HELD


@pytest.mark.parametrize("name", ["EBML voids", "empty blocks"])
def test_elements_are_rationed_by_the_bytes_of_the_file(name: str) -> None:
    format, made = HOSTILE[name]
    data = made(BIG * 20)
    with pytest.raises(Unreadable):
        blocks(io.BytesIO(data), format)
    blocks(io.BytesIO(data + _element(b"\xec", bytes(32 * len(data)))), format)


@pytest.mark.parametrize(
    "name",
    [
        "JPEG fill bytes",
        "junk in a JPEG",
        "GIF comments of one byte",
        "sub-blocks of one byte in a GIF's frame",
        "TIFF entries",
        "EXIF directories in every segment",
        "Photoshop resources",
        "XMP in every segment",
        "multi-picture indexes",
    ],
)
def test_what_other_readers_would_go_over_piece_by_piece_is_refused(
    name: str, tmp_path: Path
) -> None:
    format, made = HOSTILE[name]
    path = tmp_path / f"a.{format}"
    path.write_bytes(made(BIG * 10))
    with pytest.raises(Unreadable):
        probe(path, max_megapixels=100, allowed=(format,))


@pytest.mark.parametrize(
    ("count", "size", "is_taken"),
    [(199_000, 16, False), (30_000, 100, False), (30_000, 2048, True), (15_000, 30, True)],
)
def test_chunks_are_rationed_by_the_bytes_of_the_file(
    count: int, size: int, is_taken: bool
) -> None:
    """As small as libpng's and smaller, or an animation of many frames; but no crowd of tiny
    ones.
    """
    file = io.BytesIO(png(*[chunk(b"IDAT", bytes(size))] * count))
    with contextlib.nullcontext() if is_taken else pytest.raises(Unreadable):
        blocks(file, "png")


@pytest.mark.parametrize("name", ["JPEG fill bytes", "JPEG fill bytes behind the pixels"])
def test_some_fill_bytes_are_no_harm(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(HOSTILE[name][1](1000))
    assert not probe(path, max_megapixels=100, allowed=("jpg",)).is_damaged


def _read_all(folder: str) -> None:
    for path in sorted(Path(folder).iterdir()):
        format = path.suffix[1:]
        for look in (
            partial(probe, path, max_megapixels=100, allowed=(format,)),
            partial(scrub.changes, path, format, POLICY),
        ):
            try:
                look()
            except UploadError:
                pass


def _clean_all(packets: list[bytes]) -> None:
    for packet in packets:
        assert len(xmp.without_location(packet)) == len(packet)


def _within(target: Callable[..., None], given: object) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    target(given)


@pytest.mark.parametrize("kind", ["files", "packets"])
def test_a_process_that_reads_them_all_ends(kind: str, tmp_path: Path) -> None:
    target: Callable[..., None] = _read_all if kind == "files" else _clean_all
    given: str | list[bytes] = str(tmp_path)
    if kind == "files":
        for number, (format, made) in enumerate(HOSTILE.values()):
            (tmp_path / f"{number}.{format}").write_bytes(made(BIG * (5 if SOAK else 1)))
    else:
        given = [made(BIG * (2 if SOAK else 1)) for made in PACKETS.values()]
    process = multiprocessing.get_context("spawn").Process(target=_within, args=(target, given))
    process.start()
    process.join()
    assert process.exitcode == 0, "stalled" if process.exitcode == -signal.SIGXCPU else ""
