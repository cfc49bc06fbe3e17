from __future__ import annotations

import resource
from pathlib import Path

import pytest
from PIL import Image

from media.errors import DisabledFormat, TooManyMegapixels, UnavailableFormat, Unreadable
from media.formats import FORMATS, MIME_BY_EXTENSION
from media.metadata import containers
from media.probe import Facts, probe
from services.settings import Settings
from tests.conftest import sample

ALL = ("jpg", "png", "gif", "webp", "avif", "bmp")


def look(path: Path, **kwargs: object) -> Facts:
    return probe(path, **{"max_megapixels": 128, "allowed": ALL, **kwargs})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "format", "size", "animated"),
    [
        ("plain.jpg", "jpg", (1600, 1200), False),
        ("cmyk.jpg", "jpg", (1600, 1200), False),
        ("alpha.png", "png", (300, 200), False),
        ("screenshot.png", "png", (1920, 1080), False),
        ("still.webp", "webp", (960, 540), False),
        ("still.avif", "avif", (960, 540), False),
        ("still.bmp", "bmp", (320, 180), False),
        ("pixel.png", "png", (1, 1), False),
        ("animated.gif", "gif", (320, 240), True),
        ("animated.png", "png", (300, 200), True),
        ("animated.webp", "webp", (300, 200), True),
        *((f"orientation-{n}.jpg", "jpg", (600, 450), False) for n in (1, 3, 6, 8)),
    ],
)
def test_stills_and_animations(
    name: str, format: str, size: tuple[int, int], animated: bool, tmp_path: Path
) -> None:
    disguised = tmp_path / "file.txt"
    disguised.write_bytes(sample(name).read_bytes())
    facts = look(disguised)
    assert (facts.format, (facts.width, facts.height), facts.is_animated) == (
        format,
        size,
        animated,
    )


@pytest.mark.parametrize("name", ["empty.jpg", "text-as.jpg", "polyglot.gif", "script.svg"])
def test_what_is_no_picture(name: str) -> None:
    with pytest.raises(Unreadable):
        look(sample(name))


@pytest.mark.parametrize(
    ("name", "tail"),
    [
        ("plain.jpg", b"PK\x03\x04" + b"x" * 100),
        ("alpha.png", b"<script>alert(1)</script>"),
        ("animated.gif", b"<?php echo 1;"),
        ("still.webp", b"%PDF-1.7"),
    ],
)
def test_a_picture_with_another_file_behind_it(name: str, tail: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(sample(name).read_bytes() + tail)
    with pytest.raises(Unreadable):
        look(path)


@pytest.mark.parametrize(
    "name", ["screenshot.png", "animated.png", "animated.webp", "still.webp", "still.avif"]
)
def test_cut_in_half(name: str, tmp_path: Path) -> None:
    from media.pixels.derive import derive

    data = sample(name).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(Unreadable):
        facts = look(path)
        derive(path, facts, facts.format)


def test_the_bomb_is_refused_before_it_is_decoded() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TooManyMegapixels, match="max 128 megapixels"):
        look(sample("bomb-900mp.png"))
    # kilobytes; decoded it takes 900 MB
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_a_webp_that_declares_a_huge_canvas(tmp_path: Path) -> None:
    data = bytearray(sample("animated.webp").read_bytes())
    assert data[12:16] == b"VP8X"
    data[24:30] = (16382).to_bytes(3, "little") * 2
    path = tmp_path / "huge.webp"
    path.write_bytes(data)
    with pytest.raises(TooManyMegapixels):
        look(path)


@pytest.mark.parametrize(
    "head", [b"8BPS\0\1", b"%PDF-1.7\n", b"qoif\0\0\0\1", b"\xff\x0a", b"FLV\1"]
)
def test_real_files_of_other_kinds(head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(head.ljust(200, b"\0"))
    with pytest.raises(UnavailableFormat):
        look(path)


def test_a_format_that_is_switched_off() -> None:
    with pytest.raises(DisabledFormat, match=r"Disabled image format \(gif\)"):
        look(sample("animated.gif"), allowed=("jpg", "png"))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_all_eight_orientations(orientation: int, format: str, tmp_path: Path) -> None:
    path = tmp_path / "turned"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (60, 40), "red").save(path, format, exif=exif)
    facts = look(path)
    assert (facts.width, facts.height) == ((60, 40) if orientation < 5 else (40, 60))
    assert facts.metadata.orientation == orientation


@pytest.mark.parametrize(
    ("name", "title", "description", "camera", "taken"),
    [
        (
            "xmp-title.jpg",
            "Blue Square Test File - .jpg",
            "XMPFiles BlueSquare test file",
            "",
            "2005-09-07T15:09:51",
        ),
        (
            "long-description.jpg",
            "030904-A-2140D-006",
            "Operation Mountain Viper put the soldiers",
            "",
            "2008-07-31T10:50:00",
        ),
        ("iphone-gps-8mp.jpg", "", "", "Apple iPhone 6", "2015-04-10T20:12:23"),
        ("gps-nikon.jpg", "", "", "NIKON COOLPIX P6000", "2008-10-22T16:28:39"),
        ("canon-40d.jpg", "", "", "Canon EOS 40D", "2008-05-30T15:56:01"),
        ("odd-exif.jpg", "", "", "", None),
    ],
)
def test_metadata(name: str, title: str, description: str, camera: str, taken: str | None) -> None:
    told = look(sample(name)).metadata
    assert told.title == title
    assert told.description.startswith(description) and bool(told.description) == bool(description)
    assert told.camera == camera
    assert (told.taken_at.isoformat() if told.taken_at else None) == taken


@pytest.mark.parametrize(("date", "offset", "taken"), [
    ("9998:12:31 23:59:59", "-12:00", "9998-12-31T23:59:59-12:00"),
    ("9999:12:31 23:59:59", "-12:00", None),  # in UTC, of no year
    ("9999:12:31 23:59:59", "", None),
    ("1826:01:01 00:00:00", "+14:00", "1826-01-01T00:00:00+14:00"),
    ("1825:12:31 23:59:59", "", None),
    ("0001:01:01 00:00:00", "+14:00", None),
    ("2020:13:01 00:00:00", "", None),
    ("2020:02:30 00:00:00", "", None),
])  # fmt: skip
def test_dates(date: str, offset: str, taken: str | None, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: date, 0x9011: offset})
    Image.new("RGB", (8, 8)).save(tmp_path / "a.jpg", exif=exif)
    found = look(tmp_path / "a.jpg").metadata.taken_at
    assert (found.isoformat() if found else None) == taken


@pytest.mark.parametrize("name", ["still.webp", "still.avif"])
def test_what_a_decoder_reads_whole_is_not_too_big(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from media import probe as module
    from media.errors import FileTooBig

    monkeypatch.setattr(module, "MAX_WHOLE_BYTES", 20_000)
    with pytest.raises(FileTooBig):
        look(sample(name))


def test_one_table_of_formats() -> None:
    """What settings allow is what the table has; what is read has a walker or is read whole; what
    is made can be saved.
    """
    assert Settings().allowed_formats == tuple(FORMATS)
    for row in FORMATS.values():
        assert row.name in containers.WALKERS or row.name == "bmp", row.name
        assert (row.kind == "video") == bool(row.demuxer) != bool(row.pillow), row.name
        assert row.has_own_derivatives == bool(row.encoding), row.name
        assert MIME_BY_EXTENSION[row.stored] == row.mime
