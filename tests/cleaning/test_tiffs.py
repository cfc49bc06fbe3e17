"""Every kind of TIFF that we can write keeps its pixels when it is cleaned, and what can't be
cleaned is told.
"""

from __future__ import annotations

import io
import struct
import zlib
from io import FileIO
from pathlib import Path

import pytest
from PIL import Image

from media.privacy import icc, patch, scrub
from media.privacy.policy import Policy
from tests.cleaning.hidden import icc as profile
from tests.cleaning.stills import MARK, RAW, chunk, picture, png

POLICY = Policy(location=True, metadata=False)
MODES = ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I", "F", "I;16"]
COMPRESSIONS = [
    "raw",
    "tiff_lzw",
    "tiff_adobe_deflate",
    "packbits",
    "group4",
    "jpeg",
    "lzma",
    "zstd",
]


def made(mode: str, compression: str, **tags: int) -> bytes:
    image = (
        picture((200, 150)).convert("L").convert("I").convert("I;16")
        if mode == "I;16"
        else picture((200, 150)).convert(mode)
    )
    stream = io.BytesIO()
    image.save(
        stream,
        "TIFF",
        compression=compression,
        tiffinfo={0xA431: MARK, **{int(tag[1:]): value for tag, value in tags.items()}},
    )
    return stream.getvalue() + RAW


def cleaned(data: bytes, path: Path, format: str = "tiff") -> tuple[bytes, list[str]]:
    path.write_bytes(data)
    changes = scrub.changes(path, format, POLICY)
    patch.apply(path, changes)
    assert patch.PatchedFile(FileIO(path), patch.pack(changes)).read() == data
    return path.read_bytes(), scrub.uncleanable(path, format, POLICY)


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


@pytest.mark.parametrize("rows", [None, 16], ids=["one strip", "strips"])
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_pixels_stay_and_all_else_goes(compression: str, rows: int | None, tmp_path: Path) -> None:
    tried = 0
    for mode in MODES:
        try:
            sent = made(mode, compression, **({"t278": rows} if rows else {}))
            before = pixels(sent)
        # not a mode that this compression knows
        except (OSError, KeyError, ValueError, SystemError):
            continue
        tried += 1
        public, told = cleaned(sent, tmp_path / "a.tiff")
        assert pixels(public) == before, mode
        assert RAW not in public and not told, (mode, told)
    assert tried


@pytest.mark.parametrize("name", ["no lengths", "old JPEG", "fewer lengths", "WebP"])
def test_pixels_that_cannot_be_cleaned_are_told(name: str, tmp_path: Path) -> None:
    data = bytearray(made("RGB", "raw"))
    at = 2 + int.from_bytes(data[4:8], "little")
    while data[at : at + 2] != struct.pack("<H", 259 if name in ("old JPEG", "WebP") else 279):
        at += 12
    match name:
        case "no lengths":
            data[at : at + 2] = struct.pack("<H", 292)
        case "old JPEG":
            data[at + 8 : at + 10] = struct.pack("<H", 6)
        case "WebP":
            data[at + 8 : at + 10] = struct.pack("<H", 50001)
        case _:
            data[at + 4 : at + 8] = bytes(4)
    assert cleaned(bytes(data), tmp_path / "a.tiff")[1] == [
        "pixels of compression 50001" if name == "WebP" else "pixels of unknown length"
    ]


def test_lengths_that_lie_take_no_pixels(tmp_path: Path) -> None:
    """Decoders read what they need of a picture that isn't compressed, whatever length is said."""
    sent = made("RGB", "raw")
    lying = sent.replace(
        struct.pack("<HHII", 279, 4, 1, 200 * 150 * 3), struct.pack("<HHII", 279, 4, 1, 100)
    )
    assert lying != sent
    assert pixels(cleaned(lying, tmp_path / "a.tiff")[0]) == pixels(lying)


def test_a_profile_that_fits_no_more_is_told(tmp_path: Path) -> None:
    """One that was packed better than zlib can: here, with a name so short and a stream so dense
    that nothing is left.
    """
    dirty = profile(mmod=RAW)
    packed = zlib.compress(dirty, 9)
    assert not icc.fits(b"x\0\0" + packed) and icc.fits(icc.clean_chunk(b"x\0\0" + packed))
    much = profile()[:100] + RAW + bytes(28 - len(RAW)) + profile()[128:] + bytes(icc.MAX_PROFILE)
    public, told = cleaned(
        png(chunk(b"iCCP", b"x\0\0" + zlib.compress(much))), tmp_path / "a.png", "png"
    )
    assert told == ["a colour profile"] and public == (tmp_path / "a.png").read_bytes()
