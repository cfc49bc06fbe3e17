"""Pictures with a mark in every place where a format can hold a position, a serial number, an
owner's name or a thumbnail.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import pillow_heif
from PIL import Image
from PIL.ExifTags import IFD
from PIL.TiffImagePlugin import AppendingTiffWriter

from tests.conftest import sample

MARK = "ZqMarkQz"
RAW = MARK.encode()

Place = tuple[str, str, bytes]  # what it is called, the format, the file

_NAMESPACES = {
    "exif": "http://ns.adobe.com/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "dji": "http://www.dji.com/drone-dji/1.0/",
    "cell": "http://developer.sonyericsson.com/cell/1.0/",
    "dwc": "http://rs.tdwg.org/dwc/index.htm",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "ext": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "own": "http://nobody.example/ns/",
    "core": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "img": "http://ns.adobe.com/xap/1.0/g/img/",
    "mwg": "http://www.metadataworkinggroup.com/schemas/regions/",
}
XMP_NAMES = [
    "exif:GPSLatitude", "exif:GPSAreaInformation", "exif:MakerNote", "exif:ImageUniqueID",
    "aux:SerialNumber", "aux:OwnerName", "aux:LensSerialNumber", "exifEX:BodySerialNumber",
    "exifEX:CameraOwnerName", "exifEX:LensSerialNumber", "dji:GpsLongitude", "dji:AbsoluteAltitude",
    "dji:CameraSerialNumber", "cell:mcc", "cell:cgi", "dwc:verbatimCoordinates", "dwc:locality",
    "dwc:county", "dwc:footprintWKT", "photoshop:City", "photoshop:Country", "ext:LocationShown",
    "ext:LocationCreated", "core:Location", "core:CiAdrCity", "ext:Event", "ext:DigImageGUID",
    "aux:ImageNumber", "xmp:BaseURL", "photoshop:History", "dc:coverage", "img:image",
    "own:anything", "mwg:Name", "dc:title2", "dc:identifier", "photoshop:Instructions",
    "photoshop:TransmissionReference", "photoshop:Source",
]  # fmt: skip


def xmp(body: str = "", attributes: str = "") -> bytes:
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta '
        'xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f"{spaces} {attributes}>{body}"
        '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A '
        "tower</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
        f'<?xpacket end="w"?>'
    ).encode()


def xmp_places() -> Iterator[tuple[str, bytes]]:
    for name in XMP_NAMES:
        yield f"element {name}", xmp(f"<{name}>{MARK}</{name}>")
    for name in XMP_NAMES[::4]:
        yield f"attribute {name}", xmp("", f'{name}="{MARK}"')
        yield f"nested {name}", xmp(f"<{name}><rdf:Bag><rdf:li>{MARK}</rdf:li></rdf:Bag></{name}>")
    yield "text between properties", xmp(f"\n{MARK} &amp; more\n")
    yield (
        "text of an alternative",
        xmp(f"<dc:rights><rdf:Alt>{MARK}<rdf:li>mine</rdf:li></rdf:Alt></dc:rights>"),
    )
    yield "character data between properties", xmp(f"<![CDATA[{MARK}]]>")
    yield "what it is about", xmp().replace(b'rdf:about=""', b'rdf:about="uuid:' + RAW + b'"')
    yield "namespace", xmp("", f'xmlns:q="http://nobody.example/{MARK}"')
    yield (
        "default namespace",
        xmp(f'<dc:format xmlns="http://nobody.example/{MARK}">image/jpeg</dc:format>'),
    )
    yield "no namespace", xmp(f"<about>{MARK}</about>")
    yield "attribute without a namespace", xmp("", f'note="{MARK}"')
    yield "language", xmp().replace(b"x-default", b"x-" + RAW)
    yield "kind of content", xmp(f'<dc:format rdf:parseType="{MARK}">a</dc:format>')
    yield "resource", xmp(f'<dc:rights rdf:resource="{MARK}"/>')
    yield "toolkit", xmp().replace(b"<x:xmpmeta ", b'<x:xmpmeta x:xmptk="' + RAW + b'" ')
    yield "comment", xmp(f"<!-- {MARK} -->")
    yield "instruction", xmp(f"<?note {MARK}?>")
    yield "behind", xmp() + RAW
    yield "no XML", b"<x:xmpmeta>" + RAW + b"</x:nothing>"


def picture(size: tuple[int, int] = (96, 64)) -> Image.Image:
    return Image.effect_noise(size, 60).convert("RGB")


def exif(
    *,
    root: dict[int, object] | None = None,
    below: dict[int, object] | None = None,
    gps: bool = False,
) -> bytes:
    block = Image.Exif()
    block[0x0112] = 1
    for tag, value in (root or {}).items():
        block[tag] = value
    for tag, value in (below or {}).items():
        block.get_ifd(IFD.Exif)[tag] = value
    if gps:
        block.get_ifd(IFD.GPSInfo).update(
            {1: "N", 2: (52.0, 31.0, 12.0), 27: b"ASCII\0\0\0" + RAW, 28: b"ASCII\0\0\0" + RAW}
        )
    return block.tobytes()


def exif_places() -> Iterator[tuple[str, bytes]]:
    yield "GPS directory", exif(gps=True)
    for tag in (0xA420, 0xA430, 0xA431, 0xA435, 0xFDE8, 0xFDE9, 0xEA1C):
        yield f"tag {tag:#x}", exif(below={tag: MARK})
    for tag in (0x013C, 0xC62F, 0xC634, 0x02BC, 0x83BB, 0x8649, 0x8830 + 0x4000, 34737, 0x501B):
        yield f"tag {tag:#x} of the first directory", exif(root={tag: RAW})
    yield "maker note", exif(below={0x927C: b"Acme\0" + RAW * 4})
    yield "thumbnail", with_thumbnail()


def with_thumbnail() -> bytes:
    """A second directory with a JPEG whose comment has the mark."""
    small = jpeg(comment=RAW)
    head = (
        b"MM\0*"
        + struct.pack(">I", 8)
        + struct.pack(">H", 1)
        + struct.pack(">HHIHH", 0x0112, 3, 1, 1, 0)
    )
    second = len(head) + 4
    at = second + 2 + 2 * 12 + 4
    table = (
        struct.pack(">H", 2)
        + struct.pack(">HHII", 0x0201, 4, 1, at)
        + struct.pack(">HHII", 0x0202, 4, 1, len(small))
        + bytes(4)
    )
    return b"Exif\0\0" + head + struct.pack(">I", second) + table + small


def jpeg(*segments: tuple[int, bytes], comment: bytes = b"", behind: bytes = b"") -> bytes:
    """A JPEG with marker segments behind its start, and bytes behind its end."""
    stream = io.BytesIO()
    picture().save(stream, "JPEG", quality=80)
    data = stream.getvalue()
    parts = [*segments, *([(0xFE, comment)] if comment else [])]
    more = b"".join(
        b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
        for marker, body in parts
    )
    return data[:20] + more + data[20:] + behind  # behind SOI and JFIF


def resource(number: int, data: bytes) -> bytes:
    return (
        b"8BIM"
        + struct.pack(">H", number)
        + b"\0\0"
        + struct.pack(">I", len(data))
        + data
        + bytes(len(data) % 2)
    )


def iptc(record: int, dataset: int) -> bytes:
    return (
        b"\x1c\x02\x05"
        + struct.pack(">H", 7)
        + b"A tower"
        + bytes([0x1C, record, dataset])
        + struct.pack(">H", len(RAW))
        + RAW
    )


def box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + name + data


def film() -> bytes:
    """A film with a mark in its user data and in boxes of its own."""
    place = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(RAW), 0x15C7) + RAW))
    xmp_uuid = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    return (
        box(b"ftyp", b"mp42\0\0\0\0mp42")
        + box(b"moov", box(b"mvhd", bytes(100)) + place)
        + box(b"mdat", b"frames")
        + box(b"uuid", xmp_uuid + xmp(f"<exif:GPSLatitude>{MARK}</exif:GPSLatitude>"))
        + box(b"free", RAW)
    )


def jpegs() -> Iterator[Place]:
    for name, packet in xmp_places():
        yield f"XMP {name}", "jpg", jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet))
    for name, block in exif_places():
        yield f"EXIF {name}", "jpg", jpeg((0xE1, block))
    extended = xmp(f"<own:x>{MARK}</own:x>")
    header = (
        b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">II", len(extended), 0)
    )
    yield "extended XMP", "jpg", jpeg((0xE1, header + extended))
    for dataset in (26, 27, 90, 92, 95, 100, 101, 118, 200):
        yield (
            f"IPTC 2:{dataset}",
            "jpg",
            jpeg((0xED, b"Photoshop 3.0\0" + resource(0x0404, iptc(2, dataset)))),
        )
    yield "IPTC 3:10", "jpg", jpeg((0xED, b"Photoshop 3.0\0" + resource(0x0404, iptc(3, 10))))
    for number in (0x0409, 0x040C, 0x0424, 0x0BB7, 0x041E):
        yield (
            f"Photoshop {number:#x}",
            "jpg",
            jpeg((0xED, b"Photoshop 3.0\0" + resource(number, RAW))),
        )
    yield (
        "Photoshop EXIF",
        "jpg",
        jpeg(
            (0xED, b"Photoshop 3.0\0" + resource(0x0422, exif(gps=True).removeprefix(b"Exif\0\0")))
        ),
    )
    yield (
        "Photoshop broken off",
        "jpg",
        jpeg((0xED, b"Photoshop 3.0\0" + resource(0x03ED, b"12345678") + RAW)),
    )
    yield "JFIF thumbnail", "jpg", jpeg((0xE0, b"JFIF\0\1\1\0\0\1\0\1\3\1" + RAW + b"!"))
    yield "JFXX", "jpg", jpeg((0xE0, b"JFXX\0\x10" + jpeg(comment=RAW)))
    for marker in range(0xE1, 0xF0):
        yield f"unknown segment {marker:#x}", "jpg", jpeg((marker, b"Acme\0" + RAW))
    yield "Adobe with more", "jpg", jpeg((0xEE, b"Adobe\0d\0\0\0\0\0" + RAW))
    mpf = (
        b"MM\0*"
        + struct.pack(">I", 8)
        + struct.pack(">H", 1)
        + struct.pack(">HHII", 0xB003, 7, 33, 26)
        + bytes(4)
        + RAW.ljust(33, b"0")
    )
    yield "multi-picture ids", "jpg", jpeg((0xE2, b"MPF\0" + mpf))
    yield "comment", "jpg", jpeg(comment=RAW)
    yield "text behind the end", "jpg", jpeg(behind=RAW)
    yield "second picture", "jpg", jpeg(behind=jpeg((0xE1, exif(gps=True))))
    yield "film", "jpg", jpeg(behind=film())
    yield "behind the film", "jpg", jpeg(behind=film() + b"SEFH MCC_Data" + RAW + b"SEFT")
    yield "before the film", "jpg", jpeg(behind=b"MotionPhoto_Data" + RAW + film())


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks: bytes, behind: bytes = b"") -> bytes:
    stream = io.BytesIO()
    picture().save(stream, "PNG")
    data = stream.getvalue()
    return data[:33] + b"".join(chunks) + data[33:] + behind  # behind IHDR


def pngs() -> Iterator[Place]:
    for name, packet in list(xmp_places())[::5]:
        yield f"XMP {name}", "png", png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet))
    for name, block in list(exif_places())[::3]:
        yield f"EXIF {name}", "png", png(chunk(b"eXIf", block.removeprefix(b"Exif\0\0")))
    for keyword in (
        "Serial Number",
        "Source",
        "GPSLatitude",
        "Location",
        "Owner",
        "Camera",
        "exif:GPSLongitude",
        "Raw profile type iptc",
    ):
        yield f"text {keyword}", "png", png(chunk(b"tEXt", keyword.encode() + b"\0" + RAW))
        yield (
            f"compressed text {keyword}",
            "png",
            png(chunk(b"zTXt", keyword.encode() + b"\0\0" + zlib.compress(RAW))),
        )
    yield (
        "compressed XMP",
        "png",
        png(
            chunk(
                b"iTXt",
                b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp(f"<own:x>{MARK}</own:x>")),
            )
        ),
    )
    for tag in (b"gpSx", b"caBX", b"vpAg", b"zxIf", b"tXMP"):
        yield f"chunk {tag.decode()}", "png", png(chunk(tag, RAW))
    yield "behind the end", "png", png(behind=RAW)


def gif(*extensions: bytes, behind: bytes = b"") -> bytes:
    data = sample("animated.gif").read_bytes()
    flags = data[10]
    at = 13 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)
    return data[:at] + b"".join(extensions) + data[at:] + behind


def sub_blocks(data: bytes) -> bytes:
    return (
        b"".join(
            bytes([len(data[i : i + 255])]) + data[i : i + 255] for i in range(0, len(data), 255)
        )
        + b"\0"
    )


def gifs() -> Iterator[Place]:
    yield "comment", "gif", gif(b"\x21\xfe" + sub_blocks(RAW))
    yield "plain text", "gif", gif(b"\x21\x01" + sub_blocks(bytes(12))[:-1] + sub_blocks(RAW))
    for name in (b"MGKIPTC0000", b"MGK8BIM0000", b"ACMEGPS 1.0", b"MAGICKEXIF0"):
        yield (
            f"application {name.decode()}",
            "gif",
            gif(b"\x21\xff\x0b" + name + sub_blocks(RAW * 40)),
        )
    for length in (0, 1, 10, 12, 30):  # the name of a program has 11 bytes
        head = bytes([length]) + RAW.ljust(length, b"-") if length else b""
        yield (
            f"application of {length} bytes",
            "gif",
            gif(b"\x21\xff" + head[: 1 + length] + sub_blocks(RAW * 40)),
        )
    yield (
        "XMP in sub-blocks",
        "gif",
        gif(b"\x21\xff\x0bXMP DataXMP" + sub_blocks(xmp(f"<own:x>{MARK}</own:x>"))),
    )
    yield "little XMP in sub-blocks", "gif", gif(b"\x21\xff\x0bXMP DataXMP" + sub_blocks(RAW))
    magic = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    yield "XMP", "gif", gif(b"\x21\xff\x0bXMP DataXMP" + xmp(f"<own:x>{MARK}</own:x>") + magic)
    yield "behind the end", "gif", gif(behind=RAW)


def riff(*chunks: tuple[bytes, bytes], animated: bool = False, behind: bytes = b"") -> bytes:
    stream = io.BytesIO()
    if animated:
        picture().save(stream, "WEBP", save_all=True, append_images=[picture()], duration=50)
    else:
        # extended, so that more chunks may follow
        picture().save(stream, "WEBP", exif=exif(), lossless=True)
    data = bytearray(stream.getvalue())
    more = b"".join(
        name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2) for name, body in chunks
    )
    if animated:  # into the first frame
        at = data.index(b"ANMF")
        size = struct.unpack_from("<I", data, at + 4)[0]
        struct.pack_into("<I", data, at + 4, size + len(more))
        data[at + 8 + size : at + 8 + size] = more
    else:
        data += more
    struct.pack_into("<I", data, 4, len(data) - 8)
    return bytes(data) + behind


def webps() -> Iterator[Place]:
    for name, packet in list(xmp_places())[::7]:
        yield f"XMP {name}", "webp", riff((b"XMP ", packet))
    for name, block in list(exif_places())[::4]:
        yield f"EXIF {name}", "webp", riff((b"EXIF", block.removeprefix(b"Exif\0\0")))
    yield "unknown chunk", "webp", riff((b"ACME", RAW))
    yield "unknown chunk of a frame", "webp", riff((b"ACME", RAW), animated=True)
    yield "behind the end", "webp", riff(behind=RAW)


def tiff(*pages: dict[int, object]) -> bytes:
    """A TIFF of as many pages as there are sets of tags."""
    stream = io.BytesIO()
    with AppendingTiffWriter(stream, new=True) as writer:
        for tags in pages:
            picture().save(writer, "TIFF", tiffinfo=tags)
            writer.newFrame()
    return stream.getvalue()


def tiffs() -> Iterator[Place]:
    for tag in (34737, 700, 33723, 34377, 0x013C, 0xA431, 0xC62F, 42112, 65000, 65001):
        yield f"tag {tag}", "tiff", tiff({tag: RAW if tag in (700, 33723, 34377) else MARK})
    yield (
        "GPS directory",
        "tiff",
        tiff({0x8825: {1: "N", 2: (52.0, 31.0, 12.0), 27: b"ASCII\0\0\0" + RAW}}),
    )
    yield "second page", "tiff", tiff({}, {34737: MARK})
    yield "fortieth page", "tiff", tiff(*([{}] * 39), {0xA431: MARK})


def heifs() -> Iterator[Place]:
    stream = io.BytesIO()
    pillow_heif.from_pillow(picture()).save(
        stream, exif=exif(gps=True), xmp=xmp(f"<own:x>{MARK}</own:x>")
    )
    yield "EXIF and XMP", "heic", stream.getvalue()
    stream = io.BytesIO()
    pillow_heif.from_pillow(picture()).save(stream)
    small, real = stream.getvalue(), sample("iphone.heic").read_bytes()
    uuid = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    for name, whole, more in (
        ("film", real, box(b"mpvd", film())),
        ("XMP", small, box(b"uuid", uuid + xmp(f"<own:x>{MARK}</own:x>"))),
        ("unknown uuid", small, box(b"uuid", bytes(16) + RAW)),
        ("free space", small, box(b"free", RAW)),
        ("skipped space", small, box(b"skip", RAW)),
        ("unknown box", small, box(b"acme", RAW)),
    ):
        yield name, "heic", whole + more
    stream = io.BytesIO()
    picture().save(stream, "AVIF", exif=exif(gps=True), xmp=xmp(f"<own:x>{MARK}</own:x>"))
    yield "EXIF and XMP", "avif", stream.getvalue()
    yield "free space", "avif", sample("still.avif").read_bytes() + box(b"free", RAW)


def places() -> list[Place]:
    pillow_heif.register_heif_opener()
    return [*jpegs(), *pngs(), *gifs(), *webps(), *tiffs(), *heifs()]
