"""HEIC, TIFF, AVIF and 360° photos."""

from __future__ import annotations

import io
import json
import shutil
import struct
from io import FileIO
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, TiffImagePlugin
from PIL.ExifTags import IFD

from media.errors import UnavailableFormat, Unreadable
from media.formats import FORMATS
from media.metadata import second, tiff
from media.pixels.derive import derive
from media.privacy import patch, scrub
from media.privacy.patch import PatchedFile
from media.privacy.policy import Policy
from media.probe import Facts, probe
from tests.cleaning.stills import box, xmp
from tests.cleaning.stills import tiff as tiff_of
from tests.conftest import Person, sample
from tests.media.make import panorama
from tests.media.test_derive import difference

LOCATION, METADATA = Policy(location=True, metadata=False), Policy(location=True, metadata=True)


def look(path: Path) -> Facts:
    return probe(path, max_megapixels=128, allowed=FORMATS)


def pixels(path: Path) -> bytes:
    if path.suffix == ".heic":
        return bytes(pillow_heif.open_heif(path).data)
    with Image.open(path) as image:
        return image.tobytes()


def located_tiff(path: Path, **kwargs: object) -> Path:
    exif = Image.Exif()
    exif.endian = "<"
    exif[0x010F], exif[0x0110] = "Acme", "Scanner"
    exif.get_ifd(IFD.Exif)[0xA431] = "SERIAL-12345"
    exif.get_ifd(IFD.GPSInfo).update(
        {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0), 29: "2020:01:02"}
    )
    Image.effect_noise((900, 600), 60).convert("RGB").save(path, "TIFF", **kwargs)
    return graft(path, exif.tobytes().removeprefix(b"Exif\0\0"))


def graft(path: Path, exif: bytes) -> Path:
    """Append the directories of an EXIF block to a TIFF file, and make the first of them the file's
    own: Pillow writes no positions into a TIFF.
    """
    picture = path.read_bytes()
    assert picture[:2] == exif[:2] == b"II"
    shift = len(picture) + len(picture) % 2

    def entries(data: bytes, at: int) -> list[tuple[int, int, int, bytes]]:
        count = struct.unpack_from("<H", data, at)[0]
        return [
            (
                *struct.unpack_from("<HHI", data, at + 2 + 12 * n),
                data[at + 10 + 12 * n : at + 14 + 12 * n],
            )
            for n in range(count)
        ]

    block = bytearray(exif)

    def move(at: int) -> None:
        for n, (tag, kind, count, value) in enumerate(entries(exif, at)):
            if tiff.SIZES[kind] * count > 4 or tag in tiff.DIRECTORIES:
                offset = int.from_bytes(value, "little")
                struct.pack_into("<I", block, at + 10 + 12 * n, offset + shift)
                if tag in tiff.DIRECTORIES:
                    move(offset)

    first = struct.unpack_from("<I", exif, 4)[0]
    move(first)
    own = entries(picture, struct.unpack_from("<I", picture, 4)[0])
    all_of_it = sorted([*own, *entries(bytes(block), first)])
    table = (
        struct.pack("<H", len(all_of_it))
        + b"".join(struct.pack("<HHI", *e[:3]) + e[3] for e in all_of_it)
        + bytes(4)
    )
    data = bytearray(picture.ljust(shift, b"\0") + block)
    data += bytes(len(data) % 2)
    struct.pack_into("<I", data, 4, len(data))
    path.write_bytes(bytes(data) + table)
    return path


def test_the_phones_heic(tmp_path: Path) -> None:
    path = Path(shutil.copyfile(sample("iphone.heic"), tmp_path / "iphone.heic"))
    facts = look(path)
    assert (facts.format, facts.width, facts.height, facts.is_playable) == (
        "heic",
        2566,
        3313,
        False,
    )
    assert facts.metadata.camera == "Apple iPhone 11 Pro Max"
    derivatives = derive(path, facts, "jpeg")
    assert derivatives.medium
    with Image.open(derivatives.medium.path) as medium:
        assert (medium.format, medium.size) == ("JPEG", (750, 968))
        assert "icc_profile" not in medium.info


@pytest.mark.parametrize("policy", [LOCATION, METADATA], ids=["location", "metadata"])
def test_a_heic_loses_its_place_and_nothing_else(policy: Policy, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(sample("iphone.heic"), tmp_path / "iphone.heic"))
    assert any("GPS" in name for name in scrub.leftovers(second.read_again(path, "heic"), policy))
    changes = scrub.changes(path, "heic", policy)
    patch.apply(path, changes)
    assert scrub.leftovers(second.read_again(path, "heic"), policy) == []
    assert pixels(path) == pixels(sample("iphone.heic"))
    assert (
        PatchedFile(FileIO(path), patch.pack(changes)).read() == sample("iphone.heic").read_bytes()
    )
    with Image.open(path) as image:
        assert (image.getexif().get(0x0110) == "iPhone 11 Pro Max") == (policy is LOCATION)


@pytest.mark.parametrize("policy", [LOCATION, METADATA], ids=["location", "metadata"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw", "jpeg"])
def test_a_tiff_loses_its_place_and_nothing_else(
    policy: Policy, compression: str | None, tmp_path: Path
) -> None:
    path = located_tiff(tmp_path / "a.tif", **({"compression": compression} if compression else {}))
    original, before = path.read_bytes(), pixels(path)
    facts = look(path)
    assert (facts.format, facts.width, facts.height, facts.is_playable, facts.metadata.camera) == (
        "tiff",
        900,
        600,
        False,
        "Acme Scanner",
    )
    assert scrub.leftovers(second.read_again(path, "tiff"), policy)
    changes = scrub.changes(path, "tiff", policy)
    patch.apply(path, changes)
    data = path.read_bytes()
    assert len(data) == len(original) and b"SERIAL" not in data and b"2020:01:02" not in data
    assert (b"Acme" in data) == (policy is LOCATION)
    with Image.open(path) as image:
        assert 0x8825 not in image.getexif()
    assert pixels(path) == before
    assert PatchedFile(FileIO(path), patch.pack(changes)).read() == original


def test_every_page_of_a_tiff_stays(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    pages = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    pages[0].save(path, "TIFF", save_all=True, append_images=pages[1:], description="secret")
    patch.apply(path, scrub.changes(path, "tiff", METADATA))
    assert b"secret" not in path.read_bytes()
    with Image.open(path) as image:
        assert getattr(image, "n_frames", 1) == 3
        image.seek(2)
        assert image.convert("RGB").getpixel((5, 5)) == (0, 0, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_tiff(orientation: int, tmp_path: Path) -> None:
    path = tmp_path / "turned.tif"
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[0x0112] = orientation
    picture = Image.new("RGB", (90, 60), "blue")
    picture.save(path, "TIFF", tiffinfo=info)
    facts = look(path)
    assert (facts.width, facts.height) == ((90, 60) if orientation < 5 else (60, 90))
    derivatives = derive(path, facts, "jpeg")
    assert derivatives.medium and (derivatives.medium.width, derivatives.medium.height) == (
        facts.width,
        facts.height,
    )


def test_a_raw_picture_is_not_taken_for_its_preview(tmp_path: Path) -> None:
    for tag, value in ((0xC612, b"\1\4\0\0"), (254, 1)):
        info = TiffImagePlugin.ImageFileDirectory_v2()
        info[tag] = value
        path = tmp_path / f"{tag}.tif"
        Image.new("RGB", (160, 120)).save(path, "TIFF", tiffinfo=info)
        with pytest.raises(UnavailableFormat):
            look(path)


def test_a_tiff_that_runs_in_circles(tmp_path: Path) -> None:
    path = tmp_path / "loop.tif"
    Image.new("RGB", (60, 40)).save(path, "TIFF")
    data = bytearray(path.read_bytes())
    first = int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[first : first + 2], "little")
    data[first + 2 + 12 * count : first + 6 + 12 * count] = first.to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(Unreadable):
        scrub.changes(path, "tiff", LOCATION)


def test_an_animated_avif(tmp_path: Path) -> None:
    path = tmp_path / "moving.avif"
    frames = [Image.new("RGB", (120, 80), colour) for colour in ("red", "green", "blue")]
    frames[0].save(path, "AVIF", save_all=True, append_images=frames[1:], duration=100)
    facts = look(path)
    assert facts.is_animated and facts.is_playable
    with Image.open(derive(path, facts, "avif").thumb.path) as thumb:
        assert difference(thumb, Image.new("RGB", (320, 320), "red")) < 6


def test_an_avif_that_some_browsers_refuse() -> None:
    assert not look(sample("still.avif")).is_playable  # RGB with a colour profile for grey


def test_a_panorama(tmp_path: Path) -> None:
    assert look(panorama(tmp_path / "360.jpg")).metadata.is_360
    gopro = tmp_path / "gopro.jpg"
    Image.new("RGB", (200, 100)).save(
        gopro,
        xmp=b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        b'xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" '
        b'GPano:ProjectionType="Equirectangular"/>'
        b"</rdf:RDF></x:xmpmeta>",
    )
    assert look(gopro).metadata.is_360
    assert not look(sample("plain.jpg")).metadata.is_360


def test_a_phones_several_pictures_in_one_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "several.jpg"
    pictures = [Image.effect_noise((1000, 700), 60).convert("RGB") for _ in range(2)]
    pictures[0].save(path, "MPO", save_all=True, append_images=pictures[1:])
    facts = look(path)
    assert (facts.format, facts.width, facts.is_animated) == ("jpg", 1000, False)
    derivatives = derive(path, facts, "jpg")
    assert derivatives.medium
    with Image.open(derivatives.medium.path) as medium:
        assert (medium.format, medium.size) == ("JPEG", (750, 525))


def test_an_office_scanners_pages_are_taken_and_not_listed(ann: Person) -> None:
    page: dict[int, object] = {0x010E: "A page"}
    data = tiff_of(*[page] * 40)
    answer = ann.client.post(
        "/api/1/upload", data={"source": (io.BytesIO(data), "scan.tiff"), "key": ann.key}
    )
    image = answer.get_json()["image"]
    assert image["description"] == "A page"
    assert not [
        name for name in json.loads(image["original_exifdata"] or "{}") if name[0].isdigit()
    ]


@pytest.mark.parametrize("format", ["mp4", "mov"])
def test_the_description_in_a_films_xmp(format: str, ann: Person) -> None:
    packet = xmp(
        "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>A walk by the "
        "sea</rdf:li></rdf:Alt></dc:description>"
    )
    uuid = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    data = sample({"mp4": "clip.mp4", "mov": "phone-rotated-gps.mov"}[format]).read_bytes() + box(
        b"uuid", uuid + packet
    )
    image = ann.client.post(
        "/api/1/upload", data={"source": (io.BytesIO(data), f"a.{format}"), "key": ann.key}
    ).get_json()["image"]
    assert image["description"] == "A walk by the sea"


def test_the_second_page_of_a_tiff_is_no_thumbnail(tmp_path: Path) -> None:
    page = Image.new("RGB", (40, 30))
    page.save(tmp_path / "scan.tif", save_all=True, append_images=[page])
    assert second.read_again(tmp_path / "scan.tif", "tiff").kinds == frozenset()
