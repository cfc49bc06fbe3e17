from __future__ import annotations

import io
import json
import shutil
import subprocess
import zlib
from io import FileIO
from pathlib import Path
from typing import Literal

import exifread
import pytest
from PIL import Image, PngImagePlugin
from PIL.ExifTags import IFD
from PIL.PngImagePlugin import PngImageFile

from media.metadata import second, xmp
from media.metadata.containers import blocks
from media.privacy import patch, scrub
from media.privacy.policy import Policy
from tests.conftest import sample

LOCATION, METADATA = Policy(location=True, metadata=False), Policy(location=True, metadata=True)
LATITUDE = 52.5200  # what must not be found again, in any form that we write here
XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta '
    b'xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'xmlns:q="http://ns.adobe.com/photoshop/1.0/" '
    b'xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" '
    b'exif:GPSLatitude="52,31.2N" exif:GPSLongitude=\'13,24.3E\' drone-dji:GpsLatitude="52.5200" '
    b'q:City="Berlin">'
    b"<exif:GPSAltitude>34/1</exif:GPSAltitude><q:Country>Germany</q:Country>"
    b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A tower</rdf:li></rdf:Alt></dc:title>'
    b'</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def located_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Acme", "Snapper 3", 6
    exif.get_ifd(IFD.Exif)[0x9003] = "2020:01:02 03:04:05"
    exif.get_ifd(IFD.Exif)[0xA431] = "SERIAL-12345"
    exif.get_ifd(IFD.Exif)[0x927C] = b"maker note says 52.5200 and more"
    exif.get_ifd(IFD.GPSInfo).update(
        {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0), 29: "2020:01:02"}
    )
    return exif.tobytes()


def located(format: str, tmp_path: Path) -> Path:
    """A picture with a position in EXIF and in XMP."""
    path = tmp_path / f"located.{format.lower()}"
    image = Image.effect_noise((120, 80), 60).convert("RGB")
    if format == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        info.add_text("Raw profile type exif", "exif 52.5200", zip=True)
        info.add_text("GPSLatitude", "52.5200")
        info.add_text("Comment", "hello")
        image.save(path, exif=located_exif(), pnginfo=info)
    else:
        image.save(path, format, exif=located_exif(), xmp=XMP)
    return path


def scrubbed(path: Path, format: str, policy: Policy) -> bytes:
    """Scrub in place; the blob that undoes it."""
    changes = scrub.changes(path, format, policy)
    patch.apply(path, changes)
    return patch.pack(changes)


def pixels(path: Path) -> bytes:
    with Image.open(path) as image:
        return image.convert("RGBA").tobytes()


FORMATS = [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("avif", "AVIF")]


@pytest.mark.parametrize(("format", "pillow"), FORMATS)
@pytest.mark.parametrize("policy", [LOCATION, METADATA], ids=["location", "metadata"])
def test_nothing_says_where_and_the_original_comes_back(
    format: str, pillow: str, policy: Policy, tmp_path: Path
) -> None:
    path = located(pillow, tmp_path)
    original = path.read_bytes()
    assert scrub.leftovers(second.read_again(path, format), policy)  # the readers do find it before
    before = pixels(path)
    blob = scrubbed(path, format, policy)

    data = path.read_bytes()
    assert len(data) == len(original)
    assert pixels(path) == before
    assert scrub.leftovers(second.read_again(path, format), policy) == []
    for word in (
        b"52,31.2",
        b"52.5200",
        b"13,24.3",
        b"Berlin",
        b"Germany",
        b"SERIAL",
        b"maker note",
    ):
        assert word not in data, word
    assert patch.PatchedFile(FileIO(path), blob).read() == original
    assert scrub.changes(path, format, policy) == []  # nothing more to do


@pytest.mark.parametrize(("format", "pillow"), FORMATS)
def test_location_leaves_the_rest(format: str, pillow: str, tmp_path: Path) -> None:
    path = located(pillow, tmp_path)
    scrubbed(path, format, LOCATION)
    with Image.open(path) as image:
        exif = image.getexif()
        assert (exif[0x010F], exif[0x0110]) == ("Acme", "Snapper 3")
        assert exif.get_ifd(IFD.Exif)[0x9003] == "2020:01:02 03:04:05"
        assert 0x8825 not in exif
        root = xmp.parse(
            image.info["xmp"]
            if isinstance(image.info["xmp"], bytes)
            else image.info["xmp"].encode()
        )
        assert root is not None and xmp.text(root, xmp.DC + "title") == "A tower"
        if format == "png":
            assert isinstance(image, PngImageFile)
            assert image.text["Comment"] == "hello"
            assert "GPSLatitude" not in image.text and "Raw profile type exif" not in image.text


@pytest.mark.parametrize(("format", "pillow"), FORMATS)
def test_metadata_leaves_only_orientation_and_profile(
    format: str, pillow: str, tmp_path: Path
) -> None:
    path = located(pillow, tmp_path)
    with Image.open(path) as image:
        way_up = image.getexif().get(0x0112, 1)
    scrubbed(path, format, METADATA)
    with Image.open(path) as image:
        image.load()
        assert dict(image.getexif()) == {0x0112: way_up}
        assert (
            not (image.info.get("xmp") or b"").strip()
            if isinstance(image.info.get("xmp") or b"", bytes)
            else True
        )
        assert not getattr(image, "text", {}).keys() - {"XML:com.adobe.xmp"}
    assert b"Acme" not in path.read_bytes() and b"A tower" not in path.read_bytes()


@pytest.mark.parametrize("name", [
    "gps-nikon.jpg", "iphone-gps-8mp.jpg", "canon-40d.jpg", "long-description.jpg", "xmp-title.jpg",
    "odd-exif.jpg", "orientation-1.jpg", "orientation-6.jpg", "screenshot.png", "still.avif",
])  # fmt: skip
@pytest.mark.parametrize("policy", [LOCATION, METADATA], ids=["location", "metadata"])
def test_real_files(name: str, policy: Policy, tmp_path: Path) -> None:
    path = tmp_path / name
    shutil.copy(sample(name), path)
    blob = scrubbed(path, name.rpartition(".")[2], policy)
    assert scrub.leftovers(second.read_again(path, name.rpartition(".")[2]), policy) == []
    assert pixels(path) == pixels(sample(name))
    assert patch.PatchedFile(FileIO(path), blob).read() == sample(name).read_bytes()
    with path.open("rb") as file:
        tags = exifread.process_file(file, details=True)
    assert not [tag for tag in tags if tag.startswith("GPS") or "MakerNote" in tag]
    if policy is METADATA:
        assert {tag for tag in tags if not tag.startswith("Thumbnail")} <= {"Image Orientation"}


@pytest.mark.skipif(
    not shutil.which("exiftool"), reason="no exiftool here; it is one more reader, not the only one"
)
@pytest.mark.parametrize(
    "name", ["gps-nikon.jpg", "iphone-gps-8mp.jpg", "canon-40d.jpg", "long-description.jpg"]
)
def test_exiftool_finds_no_place_either(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    shutil.copy(sample(name), path)
    scrubbed(path, "jpg", LOCATION)
    told = json.loads(subprocess.check_output(["exiftool", "-json", "-a", "-u", "-G", path]))[0]
    telling = [
        key
        for key in told
        if any(word in key for word in ("GPS", "City", "Country", "State", "Serial", "MakerNotes"))
    ]
    assert telling == []
    assert "Error" not in str(told)


def test_a_second_picture_behind_the_first(tmp_path: Path) -> None:
    path = located("JPEG", tmp_path)
    path.write_bytes(path.read_bytes() * 2)
    original = path.read_bytes()
    blob = scrubbed(path, "jpg", LOCATION)
    assert b"SERIAL" not in path.read_bytes() and b"Berlin" not in path.read_bytes()
    assert patch.PatchedFile(FileIO(path), blob).read() == original


def test_what_trails_a_picture_and_says_where(tmp_path: Path) -> None:
    path = located("JPEG", tmp_path)
    clean = path.read_bytes()
    path.write_bytes(clean + b"\0\0\0\x18ftypmp42....\xa9xyz\0\x15+52.5200+013.4050/")
    blob = scrubbed(path, "jpg", LOCATION)
    assert b"52.5200" not in path.read_bytes()
    assert patch.PatchedFile(FileIO(path), blob).read().startswith(clean)
    unknown = clean + b"SEFH some vendor's trailer"
    path.write_bytes(unknown)
    blob = scrubbed(path, "jpg", LOCATION)
    assert path.read_bytes().endswith(bytes(20)) and path.stat().st_size == len(unknown)
    assert patch.PatchedFile(FileIO(path), blob).read() == unknown


def test_png_checksums_are_right_again(tmp_path: Path) -> None:
    path = located("PNG", tmp_path)
    scrubbed(path, "png", METADATA)
    data, at = path.read_bytes(), 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        assert zlib.crc32(data[at + 4 : at + 8 + length]) == int.from_bytes(
            data[at + 8 + length : at + 12 + length]
        )
        at += 12 + length


def test_exif_that_cannot_be_followed_is_blanked_whole(tmp_path: Path) -> None:
    path = tmp_path / "loop.jpg"
    exif = bytearray(located_exif().removeprefix(b"Exif\0\0"))
    order: Literal["little", "big"] = "little" if exif[:2] == b"II" else "big"
    first = int.from_bytes(exif[4:8], order)
    count = int.from_bytes(exif[first : first + 2], order)
    # the next directory is this one
    exif[first + 2 + 12 * count : first + 6 + 12 * count] = first.to_bytes(4, order)
    Image.new("RGB", (40, 30)).save(path, exif=b"Exif\0\0" + bytes(exif))
    with path.open("rb") as file:
        assert [block.kind for block in blocks(file, "jpg")] == ["exif"]
    blob = scrubbed(path, "jpg", Policy(location=True, metadata=False))
    assert blob and scrub.leftovers(second.read_again(path, "jpg"), LOCATION) == []


def test_xmp_that_is_no_xml_is_blanked_whole() -> None:
    packet = b'<x:xmpmeta><rdf:RDF exif:GPSLatitude="52.5200"> & broken'
    assert xmp.without_location(packet).strip() == b""


def test_keep_changes_nothing(tmp_path: Path) -> None:
    path = located("JPEG", tmp_path)
    assert scrub.changes(path, "jpg", Policy(location=False, metadata=False)) == []


def test_a_patched_file_is_read_in_any_pieces(tmp_path: Path) -> None:
    path = tmp_path / "gps-nikon.jpg"
    shutil.copy(sample("gps-nikon.jpg"), path)
    blob = scrubbed(path, "jpg", LOCATION)
    original = sample("gps-nikon.jpg").read_bytes()
    file = patch.PatchedFile(FileIO(path), blob)
    for start, length in ((0, 100), (150, 7), (3000, 5000), (len(original) - 10, 100)):
        file.seek(start)
        assert file.read(length) == original[start : start + length]
    assert len(blob) < 12_000  # of a 160 KB file: what was blanked, not the file


def test_one_position_costs_some_hundred_bytes(tmp_path: Path) -> None:
    path = tmp_path / "small.jpg"
    exif = Image.Exif()
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    buffer = io.BytesIO()
    Image.effect_noise((400, 300), 60).convert("RGB").save(buffer, "JPEG", exif=exif.tobytes())
    path.write_bytes(buffer.getvalue())
    assert len(scrubbed(path, "jpg", LOCATION)) < 400
