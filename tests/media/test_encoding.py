"""Texts in old encodings, from bytes alone and through each place of a picture that people read."""

from __future__ import annotations

import io
import struct
import zlib

import pytest

from media.metadata import iptc, reader
from media.metadata.containers import blocks
from media.metadata.encoding import decode
from media.metadata.reader import Metadata
from tests.conftest import Person, sample

TEXTS = [
    ("Café", "latin-1"), ("Größe", "latin-1"), ("Crème brûlée", "latin-1"),
    ("São Paulo", "latin-1"), ("Señor Núñez", "latin-1"), ("AÇÃO", "latin-1"),
    ("TRADIÇÃO ÀÉÎÕÜ", "latin-1"), ("Þórður Ægisson", "latin-1"), ("© Müller 2020", "latin-1"),
    ("It’s Bob’s", "cp1252"), ("“Hi”", "cp1252"), ("été à l’œuvre – 5 €", "cp1252"),
    ("北京", "gbk"),
    ("东京", "gbk"), ("我的相机", "gbk"), ("春节快乐2020", "gbk"), ("《红楼梦》 1", "gbk"),
    ("上海市浦东新区的夜景", "gbk"),
    ("東京", "cp932"), ("東京タワー", "cp932"), ("さくら", "cp932"), ("表紙", "cp932"),
    ("ソニー", "cp932"),
    ("「夜景」 No.3", "cp932"), ("家族旅行 2003", "cp932"), ("Größe 北京 さくら", "utf-8"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "encoding"), TEXTS)
def test_short_texts_are_read_right(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Москва", "cp1251"),
        ("МОСКВА", "cp1251"),
        ("Ελλάδα", "cp1253"),
        ("ｱｲｳ", "cp932"),
        ("中", "gbk"),
    ],
)
def test_what_is_not_certain_is_western(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text.encode(encoding).decode("cp1252")


def test_any_bytes_have_a_text() -> None:
    assert decode(bytes(range(256))) == bytes(range(256)).decode("latin-1")


def jpeg_with(segment: bytes, marker: int) -> bytes:
    plain = sample("plain.jpg").read_bytes()
    return (
        plain[:2]
        + bytes((0xFF, marker))
        + struct.pack(">H", len(segment) + 2)
        + segment
        + plain[2:]
    )


def exif(tags: dict[int, bytes]) -> bytes:
    """An EXIF segment with text tags in the first directory."""
    at, entries, values = 8 + 2 + 12 * len(tags) + 4, b"", b""
    for tag, value in sorted(tags.items()):
        value += b"\0" * max(1, 5 - len(value))
        entries += struct.pack(">HHII", tag, 2, len(value), at + len(values))
        values += value
    return (
        b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", len(tags)) + entries + b"\0\0\0\0" + values
    )


def photoshop(caption: bytes, title: bytes) -> bytes:
    data = b"".join(
        struct.pack(">BBBH", 0x1C, 2, number, len(value)) + value
        for number, value in ((iptc.TITLE, title), (iptc.CAPTION, caption))
    )
    return (
        b"Photoshop 3.0\x008BIM"
        + struct.pack(">HHI", iptc.IPTC, 0, len(data))
        + data
        + b"\0" * (len(data) % 2)
    )


def xmp(title: bytes) -> bytes:
    return (
        b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>'
        b"<rdf:Alt><rdf:li>"
        + title
        + b"</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def png_with(chunks: list[tuple[bytes, bytes]]) -> bytes:
    plain = sample("alpha.png").read_bytes()
    made = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return plain[:33] + made + plain[33:]


def read(data: bytes, format: str) -> Metadata:
    file = io.BytesIO(data)
    return reader.read(file, blocks(file, format)).metadata


@pytest.mark.parametrize(("text", "encoding"), TEXTS)
def test_every_place_is_read_right(text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    told = read(jpeg_with(exif({0x010E: raw, 0x010F: b"Maker", 0x0110: raw}), 0xE1), "jpg")
    assert (told.description, told.camera) == (text, f"Maker {text}")
    told = read(jpeg_with(photoshop(raw, raw), 0xED), "jpg")
    assert (told.title, told.description) == (text, text)
    assert read(jpeg_with(xmp(raw), 0xE1), "jpg").title == text
    told = read(
        png_with([(b"tEXt", b"Title\0" + raw), (b"zTXt", b"Description\0\0" + zlib.compress(raw))]),
        "png",
    )
    assert (told.title, told.description) == (text, text)
    assert (
        read(png_with([(b"iTXt", b"Title\0\0\0de\0Titel\0" + text.encode())]), "png").title == text
    )
    assert (
        read(png_with([(b"iTXt", b"Title\0\1\0\0\0" + zlib.compress(text.encode()))]), "png").title
        == text
    )


def test_the_artist_and_a_comment_are_shown_as_text(ann: Person) -> None:
    told = ann.uploaded(
        jpeg_with(
            exif({0x010E: "Größe".encode("latin-1"), 0x013B: "東京タワー".encode("cp932")}), 0xE1
        ),
        "x.jpg",
    )
    assert told["description"] == "Größe"
    assert (
        "東京タワー" in told["original_exifdata"]
        and "b'" not in told["original_exifdata"]
        and "\\\\x" not in told["original_exifdata"]
    )


def test_a_bomb_of_text_stays_small() -> None:
    bomb = zlib.compress(b"a" * 10_000_000)
    assert len(read(png_with([(b"zTXt", b"Description\0\0" + bomb)]), "png").description) <= 10_000


def test_tags_that_each_claim_the_whole_block_cost_no_more_than_their_ration() -> None:
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            Counting.taken += len(data)
            return data

    count, length = 5000, 1_000_000
    entries = b"".join(struct.pack(">HHII", 0x010E + n, 2, length, 8) for n in range(count))
    file = Counting(
        b"MM\0*\0\0\0\x08" + struct.pack(">H", count) + entries + b"\0\0\0\0" + b"a" * length
    )
    reader.read(file, blocks(file, "tiff"))
    assert Counting.taken < 70_000_000


@pytest.mark.parametrize(
    "text",
    [
        "charset=111 " * 13 + "!",
        "charset=" * 10_000 + "!",
        "file written by " * 10_000 + "\n!",
        "dsc 1" * 10_000 + "!",
    ],
)
def test_a_description_made_against_us_ends_as_any_other(text: str) -> None:
    assert read(jpeg_with(exif({0x010E: text.encode()[:60_000]}), 0xE1), "jpg").description in (
        "",
        text[:10_000],
    )


@pytest.mark.parametrize(
    "text",
    [
        "OLYMPUS DIGITAL CAMERA",
        "charset=Ascii",
        "Created with GIMP",
        "File written by Adobe Photoshop\u00a8 4.0",
        "Screenshot 2020-01-01 10:00",
        "DSC_0001",
        "  ",
    ],
)
def test_what_cameras_write_into_every_picture_is_no_description(text: str) -> None:
    assert read(jpeg_with(exif({0x010E: text.encode()}), 0xE1), "jpg").description == ""
