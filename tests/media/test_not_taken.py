"""610 for what is no picture or is broken, 613 for a real picture or film of a kind that is not
taken: by content, whatever the name.
"""

from __future__ import annotations

import struct

import pytest

from tests.conftest import Person, sample


def tiff(*entries: tuple[int, int, int], order: str = "<", picture: bool = True) -> bytes:
    """A TIFF of one strip with these (tag, type, value) besides."""
    layout = {
        0x100: (3, 8), 0x101: (3, 8), 0x102: (3, 8), 0x103: (3, 1), 0x106: (3, 1), 0x111: (4, 400),
        0x115: (3, 1), 0x116: (3, 8), 0x117: (4, 64),
    }  # fmt: skip
    tags = {**(layout if picture else {}), **{tag: (kind, value) for tag, kind, value in entries}}
    made = b"II*\0" if order == "<" else b"MM\0*"
    made += struct.pack(order + "IH", 8, len(tags))
    for tag, (kind, value) in sorted(tags.items()):
        made += struct.pack(order + "HHI" + ("H2x" if kind == 3 else "I"), tag, kind, 1, value)
    return (made + bytes(4)).ljust(400, b"\0") + bytes(range(64))


def box(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\1" + brand + b"isom" + bytes(100)


def packets(size: int, at: int) -> bytes:
    return b"".join((bytes(at) + b"G\x40\0\x10").ljust(size, b"\xff") for _ in range(20))


OTHERS = {
    "a.cr2": b"II*\0\x10\0\0\0CR\2\0" + bytes(100),
    "a.cr3": box(b"crx "),
    "a.crw": b"II\x1a\0\0\0HEAPCCDR" + bytes(100),
    "a.nef": tiff((0xFE, 4, 1), (0x14A, 4, 300)),
    "big-endian.nef": tiff((0xFE, 4, 1), order=">"),
    "lossless.nef": tiff((0x103, 3, 34713)),
    "a.arw": tiff((0x103, 3, 32767)),
    "preview.arw": tiff((0xFE, 4, 1), (0x103, 3, 6)),
    "a.dng": tiff((0xC612, 1, 0x0401)),
    "linear.dng": tiff((0x106, 3, 34892)),
    "a.pef": tiff((0x103, 3, 65535), (0x106, 3, 32803), order=">"),
    "a.srw": tiff((0x103, 3, 32770)),
    "a.dcr": tiff((0x103, 3, 65000)),
    "bare.nef": tiff((0xFE, 4, 1), picture=False),
    "a.raf": b"FUJIFILMCCD-RAW 0201" + bytes(100),
    "a.orf": b"IIRO\x08\0\0\0" + bytes(100),
    "b.orf": b"IIRS\x08\0\0\0" + bytes(100),
    "c.orf": b"MMOR\0\0\0\x08" + bytes(100),
    "a.rw2": b"IIU\0\x18\0\0\0" + bytes(100),
    "a.mrw": b"\0MRM" + bytes(100),
    "a.x3f": b"FOVb" + bytes(100),
    "a.mts": packets(192, 4),
    "a.m2ts": packets(192, 4),
    "a.ts": packets(188, 0),
    "a.mpg": b"\0\0\1\xba" + bytes(100),
    "b.mpg": b"\0\0\1\xb3" + bytes(100),
    "a.psd": b"8BPS\0\1" + bytes(100),
    "a.jxl": b"\xff\x0a" + bytes(100),
    "a.avi": b"RIFF\x64\0\0\0AVI " + bytes(100),
    "a.ico": b"\0\0\1\0" + bytes(100),
    "a.xcf": b"gimp xcf v011" + bytes(100),
    "a.hdr": b"#?RADIANCE\n" + bytes(100),
    "a.pdf": b"%PDF-1.7\n" + bytes(100),
}
NO_PICTURES = {
    "text.jpg": b"Only words.\n",
    "empty.nef": b"II",
    "g.ts": b"G" + bytes(600),
    "page.html": b"<html>" + bytes(100),
    "cut.tif": b"II*\0\x08\0\0\0",
    "zero.arw": bytes(1000),
    "bm.bmp": b"BM is how this text begins, and it is no picture.",
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("called", ["{}", "innocent.jpg"])
def test_a_real_file_of_another_kind_is_613(name: str, called: str, ann: Person) -> None:
    answer = ann.upload(OTHERS[name], called.format(name))
    assert (answer.status_code, answer.json["error"]) == (
        400,
        {"message": "Unavailable image format", "code": 613},
    )


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_610(name: str, ann: Person) -> None:
    answer = ann.upload(NO_PICTURES[name], name)
    assert (answer.status_code, answer.json["error"]) == (
        400,
        {"message": "Can't get target upload source info", "code": 610},
    )


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_plain_tiff_is_taken(order: str, ann: Person) -> None:
    assert ann.uploaded(tiff(order=order), "scan.tif")["width"] == 8
    # one page of several
    assert ann.uploaded(tiff((0xFE, 4, 2), order=order), "page.tif")["height"] == 8


def test_a_bmp_may_have_something_in_its_reserved_fields(ann: Person) -> None:
    data = sample("still.bmp").read_bytes()
    assert ann.uploaded(data[:6] + b"\1\2\3\4" + data[10:], "a.bmp")["mime"] == "image/png"
