"""More places for a mark: previews in EXIF, bytes that nothing refers to, colour profiles, and what
stands behind the part that decoders read.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import pillow_heif
from PIL import Image, ImageCms

from tests.cleaning.stills import (
    MARK,
    RAW,
    Place,
    chunk,
    gif,
    jpeg,
    picture,
    png,
    riff,
    sub_blocks,
    tiff,
    xmp,
)

Entry = tuple[int, int, int, bytes]  # tag, type, count, value


def block(*directories: list[Entry], behind: bytes = b"") -> bytes:
    """A TIFF structure, big-endian: directories behind each other, each with its values behind
    it.
    """
    data = b"MM\0*" + struct.pack(">I", 8)
    for number, entries in enumerate(directories):
        end = len(data) + 2 + 12 * len(entries) + 4
        table, values = struct.pack(">H", len(entries)), b""
        for tag, kind, count, value in sorted(entries):
            where = (
                value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(">I", end + len(values))
            )
            table += struct.pack(">HHI", tag, kind, count) + where
            values += value if len(value) > 4 else b""
        is_last = number == len(directories) - 1
        data += table + struct.pack(">I", 0 if is_last else end + len(values)) + values
    return data + behind


_UP: Entry = (0x0112, 3, 1, b"\0\1")


def _long(tag: int, value: int) -> Entry:
    return tag, 4, 1, struct.pack(">I", value)


def with_preview(*tags: tuple[int, int]) -> bytes:
    """A first directory that refers to a JPEG: tags for its offset and its length."""
    small = jpeg(comment=RAW)
    end = 8 + 2 + 12 * (1 + 2 * len(tags)) + 4
    entries = [
        entry
        for offset, length in tags
        for entry in (_long(offset, end), _long(length, len(small)))
    ]
    return block([_UP, *entries], behind=small)


def with_sub_directory() -> bytes:
    small, at = jpeg(comment=RAW), 8 + 2 + 24 + 4
    below = (
        struct.pack(">H", 2)
        + b"".join(
            struct.pack(">HHI", tag, kind, count) + value
            for tag, kind, count, value in (_long(0x201, at + 30), _long(0x202, len(small)))
        )
        + bytes(4)
    )
    return block([_UP, _long(0x014A, at)], behind=below + small)


def exif_places() -> Iterator[tuple[str, bytes]]:
    yield "preview in the first directory", with_preview((0x201, 0x202))
    yield "strips in the first directory", with_preview((0x111, 0x117))
    yield "tiles in the first directory", with_preview((0x144, 0x145))
    yield "preview in a sub-directory", with_sub_directory()
    yield "JPEG tables", block([_UP, (347, 7, len(RAW), RAW)])
    yield "bytes that nothing refers to", block([_UP], behind=RAW)
    yield "third directory", block([_UP], [_UP], [_UP, (0x010E, 2, len(RAW), RAW)])
    yield (
        "strips of the second directory",
        block([_UP], [_UP, _long(0x111, 8 + 18 + 42), _long(0x117, len(RAW))], behind=RAW),
    )


def icc(**tags: bytes) -> bytes:
    """Pillow's sRGB with tags more, or others."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = int.from_bytes(plain[128:132])
    entries = {}
    for number in range(count):
        name, at, length = struct.unpack_from(">4sII", plain, 132 + 12 * number)
        entries[name] = plain[at : at + length]
    entries |= {name.encode(): value for name, value in tags.items()}
    table, values = struct.pack(">I", len(entries)), b""
    start = 132 + 12 * len(entries)
    for name, value in entries.items():
        table += struct.pack(">4sII", name, start + len(values), len(value))
        values += value + bytes(-len(value) % 4)
    return (start + len(values)).to_bytes(4) + plain[4:128] + table + values


def _words(kind: bytes) -> bytes:
    wide = MARK.encode("utf-16-be")
    return {
        b"mluc": b"mluc" + bytes(4) + struct.pack(">II4sII", 1, 12, b"enUS", len(wide), 28) + wide,
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(RAW) + 1) + RAW + b"\0" + bytes(78),
        b"text": b"text" + bytes(4) + RAW + b"\0",
    }[kind]


def profiles() -> Iterator[tuple[str, bytes]]:
    yield "serial number of a display", icc(mmod=b"mmod" + bytes(8) + RAW + bytes(20))
    for name in ("desc", "cprt", "dmnd", "dmdd", "dscm", "targ"):
        yield name, icc(**{name: _words(b"text" if name in ("cprt", "targ") else b"mluc")})
    for start in ("sRGB ", "sRGB v4 ICC preference ", "BT.709 ", "Rec709 ", "Generic RGB "):
        yield (
            f"name that begins with {start}",
            icc(cprt=b"text" + bytes(4) + start.encode() + RAW + b"\0"),
        )
    yield "desc of old profiles", icc(desc=_words(b"desc"))
    yield (
        "behind a known name",
        icc(desc=b"desc" + bytes(4) + struct.pack(">I", 5) + b"sRGB\0" + bytes(78) + RAW),
    )
    yield "behind a point", icc(bkpt=b"XYZ " + bytes(16) + RAW)
    yield "behind a curve", icc(kTRC=b"curv" + bytes(8) + RAW)
    yield "unknown tag", icc(ZqMk=RAW)
    yield "unknown type", icc(chrm=RAW * 3)
    plain = icc()
    yield "maker", plain[:48] + RAW[:8] + plain[56:]
    yield "reserved", plain[:100] + RAW + plain[100 + len(RAW) :]
    yield "id", plain[:84] + RAW + plain[84 + len(RAW) :]
    yield "behind the profile", plain + RAW
    yield "no profile", RAW * 20


def _jpegs() -> Iterator[Place]:
    for name, exif in exif_places():
        yield f"EXIF {name}", "jpg", jpeg((0xE1, b"Exif\0\0" + exif))
    for name, profile in profiles():
        yield f"profile: {name}", "jpg", jpeg((0xE2, b"ICC_PROFILE\0\1\1" + profile))
    whole = icc(mmod=b"mmod" + bytes(8) + RAW * 30)
    parts = [whole[at : at + 500] for at in range(0, len(whole), 500)]
    yield (
        "profile in parts",
        "jpg",
        jpeg(
            *[
                (0xE2, b"ICC_PROFILE\0" + bytes([number, len(parts)]) + part)
                for number, part in reversed(list(enumerate(parts, 1)))
            ]
        ),
    )
    yield "begins like a profile", "jpg", jpeg((0xE2, b"ICC_PROFILE\0" + RAW))
    yield "begins like a gain map", "jpg", jpeg((0xE2, b"urn:iso:std:iso:ts:21496" + RAW))
    yield (
        "behind a gain map's versions",
        "jpg",
        jpeg((0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + bytes(5) + bytes(56) + RAW)),
    )
    for marker in (0xDC, 0xDE, 0xDF):
        data = jpeg(comment=b"")
        at = data.index(b"\xff\xda")
        segment = b"\xff" + bytes([marker]) + struct.pack(">H", len(RAW) + 2) + RAW
        # in a second picture: decoders refuse some of them
        yield f"segment {marker:#x}", "jpg", data + data[:at] + segment + data[at:]
    extension = b"http://ns.adobe.com/xmp/extension/\0" + RAW.ljust(32, b"0") + bytes(8) + xmp()
    yield "id of extended XMP", "jpg", jpeg((0xE1, extension))


def _pngs() -> Iterator[Place]:
    for name, profile in profiles():
        yield f"profile: {name}", "png", png(chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile, 6)))
    packed = zlib.compress(icc(), 9)
    yield "name of a profile", "png", png(chunk(b"iCCP", RAW + b"\0\0" + packed))
    yield "behind a profile's stream", "png", png(chunk(b"iCCP", b"icc\0\0" + packed + RAW))
    yield (
        "name and profile",
        "png",
        png(chunk(b"iCCP", RAW.ljust(79, b"x") + b"\0\0" + zlib.compress(icc(mmod=RAW * 3), 6))),
    )
    yield "no stream", "png", png(chunk(b"iCCP", b"icc\0\0" + RAW))
    yield "suggested palette", "png", png(chunk(b"sPLT", RAW + b"\0\x08"))
    yield "histogram", "png", png(chunk(b"hIST", RAW))
    yield "data in the end", "png", png()[:-12] + chunk(b"IEND", RAW)
    for tag in (b"gAMA", b"cICP", b"mDCV", b"cLLI", b"sRGB", b"iDOT"):
        yield f"long {tag.decode()}", "png", png(chunk(tag, bytes(40) + RAW))
    for name, exif in list(exif_places())[::3]:
        yield f"EXIF {name}", "png", png(chunk(b"eXIf", exif))


def _webps() -> Iterator[Place]:
    for name, profile in list(profiles())[::3]:
        yield f"profile: {name}", "webp", riff((b"ICCP", profile))
    animated = bytearray(riff(animated=True))
    at = animated.index(b"ANIM")
    animated[at + 4 : at + 8] = struct.pack("<I", 6 + len(RAW) + len(RAW) % 2)
    animated[at + 14 : at + 14] = RAW + bytes(len(RAW) % 2)
    animated[4:8] = struct.pack("<I", len(animated) - 8)
    yield "long ANIM", "webp", bytes(animated)


def _tiffs() -> Iterator[Place]:
    yield "bytes behind the last", "tiff", tiff({}) + RAW
    yield "preview in a sub-directory", "tiff", _tiff_with_sub_directory()
    for name, profile in list(profiles())[::3]:
        yield f"profile: {name}", "tiff", tiff({34675: profile})
    yield (
        "segment of a strip",
        "tiff",
        _tiff_of_jpegs(jpeg((0xE1, b"Exif\0\0" + block([(0x010E, 2, len(RAW), RAW)])))),
    )
    yield "comment of a strip", "tiff", _tiff_of_jpegs(jpeg(comment=RAW))
    yield "behind a strip", "tiff", _tiff_of_jpegs(jpeg(behind=RAW))


def _tiff_with_sub_directory() -> bytes:
    small = picture((8, 8)).tobytes()[: -len(RAW)] + RAW
    page = [
        (256, 3, 1, b"\0\x08"),
        (257, 3, 1, b"\0\x08"),
        (258, 3, 3, b"\0\x08" * 3),
        (259, 3, 1, b"\0\1"),
        (262, 3, 1, b"\0\2"),
        (277, 3, 1, b"\0\3"),
        (278, 3, 1, b"\0\x08"),
        _long(279, 192),
    ]
    pixels = picture((8, 8)).tobytes()
    head = 8 + 2 + 12 * (len(page) + 2) + 4 + 6
    data = block([*page, _long(273, head), _long(330, head + 192)], behind=pixels)
    below = head + 192
    sub = block([*page, _long(273, 0)])[8:]
    size = len(sub)
    sub = sub.replace(
        struct.pack(">HHII", 273, 4, 1, 0), struct.pack(">HHII", 273, 4, 1, below + size)
    )
    sub = sub.replace(
        struct.pack(">HHII", 258, 3, 3, 8 + size - 6),
        struct.pack(">HHII", 258, 3, 3, below + size - 6),
    )
    return data + sub + small


def _tiff_of_jpegs(strip: bytes) -> bytes:
    page = [
        (256, 3, 1, b"\0\x60"), (257, 3, 1, b"\0\x40"), (258, 3, 3, b"\0\x08" * 3),
        (259, 3, 1, b"\0\x07"), (262, 3, 1, b"\0\6"), (277, 3, 1, b"\0\3"), (278, 3, 1, b"\0\x40"),
        _long(279, len(strip)), (530, 3, 2, b"\0\2\0\2"),
    ]  # fmt: skip
    head = 8 + 2 + 12 * (len(page) + 1) + 4 + 6
    return block([*page, _long(273, head)], behind=strip)


def _gifs() -> Iterator[Place]:
    yield (
        "behind how often it plays",
        "gif",
        gif(b"\x21\xff\x0bNETSCAPE2.0\3\1\0\0" + sub_blocks(RAW)),
    )
    yield (
        "long count of plays",
        "gif",
        gif(b"\x21\xff\x0bNETSCAPE2.0" + sub_blocks(b"\1\0\0" + RAW)),
    )
    yield "behind a graphic control", "gif", gif(b"\x21\xf9\4\0\0\0\0" + sub_blocks(RAW))
    yield "profile", "gif", gif(b"\x21\xff\x0bICCRGBG1012" + sub_blocks(icc(mmod=RAW * 5)))
    magic = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    filled = b"\x01" + magic[1:100] + RAW + magic[100 + len(RAW) :]
    yield "magic trailer of XMP", "gif", gif(b"\x21\xff\x0bXMP DataXMP" + xmp() + filled)


def _heifs() -> Iterator[Place]:
    for name, profile in list(profiles())[::4]:
        stream = io.BytesIO()
        picture().save(stream, "AVIF", icc_profile=profile)
        yield f"profile: {name}", "avif", stream.getvalue()
        image = pillow_heif.from_pillow(picture())
        image.info["icc_profile"] = profile
        stream = io.BytesIO()
        image.save(stream)
        yield f"profile: {name}", "heic", stream.getvalue()


def hidden() -> list[Place]:
    pillow_heif.register_heif_opener()
    return [*_jpegs(), *_pngs(), *_webps(), *_tiffs(), *_gifs(), *_heifs()]


def profile_of(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image.info.get("icc_profile") or b""


def in_srgb(data: bytes) -> bytes:
    """A picture's pixels in sRGB by its profile; empty where it has none that can be opened."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile_of(data)))
        with Image.open(io.BytesIO(data)) as image:
            done = ImageCms.profileToProfile(
                image.convert("RGB"), source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
    except (OSError, ImageCms.PyCMSError):
        return b""
    return done.tobytes() if done else b""
