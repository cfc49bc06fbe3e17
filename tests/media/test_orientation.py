"""Quarter turns without loss (`media.orientation`)."""

from __future__ import annotations

import io
import struct
import zlib
from io import FileIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from media.errors import CannotRotate
from media.metadata import second, tiff
from media.orientation import rotate
from media.orientation.exif import turned
from media.orientation.splice import Splice
from media.pixels.decode import header
from media.privacy import patch, scrub
from media.privacy.policy import Policy
from media.probe import Facts, probe
from tests.conftest import sample

STILLS = {
    "jpg": ["plain.jpg", "canon-40d.jpg", "gps-nikon.jpg", "orientation-6.jpg", "cmyk.jpg"],
    "png": ["screenshot.png", "alpha.png"],
    "webp": ["still.webp"],
}
CASES = [(format, name) for format, names in STILLS.items() for name in names]
ALL = Policy(location=True, metadata=True)
LOCATION = Policy(location=True, metadata=False)


def facts_of(path: Path) -> Facts:
    return probe(path, max_megapixels=100, allowed=("jpg", "png", "webp", "heic", "avif", "gif"))


def shown(path: Path) -> Image.Image:
    """As a browser shows it."""
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGBA")


def decoded(path: Path) -> bytes:
    with Image.open(path) as image:
        return image.tobytes()


def is_same(one: Image.Image, other: Image.Image) -> bool:
    return (
        one.size == other.size
        and ImageChops.difference(one, other).getbbox(alpha_only=False) is None
    )


def compressed(path: Path, format: str) -> bytes:
    """All of the file that pixels are decoded from."""
    data = path.read_bytes()
    if format == "jpg":
        return data[data.index(b"\xff\xda") :]
    name, order = (b"IDAT", ">I") if format == "png" else (b"VP8 ", "<I")
    at = data.index(name)
    start = at - 4 if format == "png" else at
    (length,) = struct.unpack_from(order, data, start + (0 if format == "png" else 4))
    return data[at : at + 8 + length]


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize(("format", "name"), CASES)
def test_pixels_stay_and_are_shown_turned(
    format: str, name: str, turns: int, tmp_path: Path
) -> None:
    source, target = sample(name), tmp_path / "turned"
    rotate(source, target, format, turns)

    assert decoded(target) == decoded(source)
    assert compressed(target, format) == compressed(source, format)
    assert is_same(shown(target), shown(source).rotate(-90 * turns, expand=True))
    before, now = facts_of(source), facts_of(target)
    assert now.metadata.orientation == turned(before.metadata.orientation, turns)
    size = (before.width, before.height)
    assert (now.width, now.height) == (size[::-1] if turns % 2 else size)
    assert now.metadata.camera == before.metadata.camera
    assert now.metadata.taken_at == before.metadata.taken_at


@pytest.mark.parametrize(("format", "name"), CASES)
def test_a_full_turn_shows_the_same(format: str, name: str, tmp_path: Path) -> None:
    path = sample(name)
    for step in range(4):
        rotate(path, tmp_path / str(step), format, 1)
        path = tmp_path / str(step)
    assert is_same(shown(path), shown(sample(name)))


@pytest.mark.parametrize("policy", [LOCATION, ALL, Policy(location=False, metadata=False)])
@pytest.mark.parametrize(("format", "name"), CASES)
def test_what_was_sent_comes_back(format: str, name: str, policy: Policy, tmp_path: Path) -> None:
    """Bit for bit, however often it was turned after it was cleaned."""
    sent = sample(name).read_bytes()
    path = tmp_path / "0"
    path.write_bytes(sent)
    changes = scrub.changes(path, format, policy)
    patch.apply(path, changes)
    blob = patch.pack(changes) if changes else None
    for step, turns in enumerate((1, 3, 2, 1), 1):
        target = tmp_path / str(step)
        blob = patch.repack(blob, rotate(path, target, format, turns))
        path = target
        file = patch.PatchedFile(FileIO(path), blob)
        assert file.read() == sent
        assert file.seek(0, io.SEEK_END) == len(sent)
        file.seek(100)
        assert file.read(300) == sent[100:400]


@pytest.mark.parametrize(("format", "name"), [("jpg", "plain.jpg"), *CASES[5:]])
def test_what_is_put_in_says_nothing_else(format: str, name: str, tmp_path: Path) -> None:
    """No more than which side is up; and nothing that was taken out comes back."""
    path, target = tmp_path / "sent", tmp_path / "turned"
    path.write_bytes(sample(name).read_bytes())
    patch.apply(path, scrub.changes(path, format, ALL))
    before = second.read_again(path, format)
    rotate(path, target, format, 1)
    now = second.read_again(target, format)
    assert set(now.tags) - set(before.tags) <= {"Orientation"}
    assert scrub.changes(target, format, ALL) == []
    assert scrub.leftovers(now, ALL) == []


def test_an_entry_is_added_where_exif_has_none(tmp_path: Path) -> None:
    """The others stay where they are, so that what refers to them goes on doing so."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0131] = "A maker with a long name", "A program"
    path, target = tmp_path / "sent.jpg", tmp_path / "turned.jpg"
    Image.new("RGB", (40, 20), "red").save(path, exif=exif)
    blob = patch.repack(None, rotate(path, target, "jpg", 1))
    with Image.open(target) as image:
        now = image.getexif()
        assert (now[0x010F], now[0x0131]) == (exif[0x010F], exif[0x0131])
        assert now[tiff.ORIENTATION] == 6
    assert patch.PatchedFile(FileIO(target), blob).read() == path.read_bytes()


@pytest.mark.parametrize("format", ["png", "webp"])
def test_an_entry_is_added_to_a_chunk(format: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    path, target = tmp_path / "sent", tmp_path / "turned"
    Image.new("RGB", (40, 20), "red").save(path, format, exif=exif)
    blob = patch.repack(None, rotate(path, target, format, 3))
    with Image.open(target) as image:
        image.load()
        now = image.getexif()
        assert (now[0x010F], now[tiff.ORIENTATION]) == ("Maker", 8)
    assert facts_of(target).metadata.orientation == 8
    assert patch.PatchedFile(FileIO(target), blob).read() == path.read_bytes()
    if format == "png":
        data = target.read_bytes()
        at = data.index(b"eXIf")
        (length,) = struct.unpack_from(">I", data, at - 4)
        (crc,) = struct.unpack_from(">I", data, at + 4 + length)
        assert crc == zlib.crc32(data[at : at + 4 + length])


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_simple_webp_becomes_an_extended_one(mode: str, lossless: bool, tmp_path: Path) -> None:
    path, target = tmp_path / "sent.webp", tmp_path / "turned.webp"
    image = Image.new(mode, (41, 23), "red")
    image.putpixel((1, 2), (0, 255, 0, 0)[: len(mode)])
    image.save(path, lossless=lossless)
    rotate(path, target, "webp", 1)
    assert decoded(target) == decoded(path)
    with Image.open(target) as now:
        assert now.mode == mode and now.size == (41, 23)
    assert (facts_of(target).width, facts_of(target).height) == (23, 41)


def test_heic_is_turned_by_its_container(tmp_path: Path) -> None:
    source, target = sample("iphone.heic"), tmp_path / "turned.heic"
    splices = rotate(source, target, "heic", 1)
    assert len(target.read_bytes()) == len(source.read_bytes())
    assert sum(len(one.after) for one in splices) == 1
    with header(source, "heic") as before, header(target, "heic") as now:
        wanted = before.convert("RGB").rotate(-90, expand=True)
        assert now.size == wanted.size
        # libheif turns before it spreads the colour of four pixels over them
        assert max(ImageStat.Stat(ImageChops.difference(now.convert("RGB"), wanted)).mean) < 0.5


@pytest.mark.parametrize(
    ("format", "name"),
    [
        ("gif", "animated.gif"),
        ("png", "animated.png"),
        ("webp", "animated.webp"),
        ("avif", "still.avif"),
        ("mp4", "clip.mp4"),
        ("jpg", "empty.jpg"),
    ],
)
def test_others_are_refused(format: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotRotate):
        rotate(sample(name), tmp_path / "turned", format, 1)
    assert not (tmp_path / "turned").exists()


def test_mirrored_ones_stay_mirrored() -> None:
    for orientation in range(1, 9):
        image = Image.new("L", (3, 2))
        image.putdata([0, 50, 100, 150, 200, 250])

        def as_shown(value: int, image: Image.Image = image) -> Image.Image:
            exif = image.getexif()
            exif[tiff.ORIENTATION] = value
            return ImageOps.exif_transpose(image)

        for turns in range(4):
            wanted = as_shown(orientation).rotate(-90 * turns, expand=True)
            assert as_shown(turned(orientation, turns)).tobytes() == wanted.tobytes()


def test_repack_tells_apart_what_was_sent(tmp_path: Path) -> None:
    """A change beside, in and across what was put in before."""
    path = tmp_path / "file"
    path.write_bytes(b"abcXYZdef")
    blob = patch.repack(None, [Splice(3, b"", b"XYZ")])
    assert patch.PatchedFile(FileIO(path), blob).read() == b"abcdef"
    path.write_bytes(b"aBcX12YzDef")
    changes = [Splice(1, b"b", b"B"), Splice(4, b"", b"12"), Splice(5, b"Zd", b"zD")]
    blob = patch.repack(blob, changes)
    assert patch.PatchedFile(FileIO(path), blob).read() == b"abcdef"
