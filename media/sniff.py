"""The format of a file by its first bytes, never by its name."""

from __future__ import annotations

from pathlib import Path

from media.errors import UnavailableFormat, Unreadable

HEAD = 512  # bytes that tell every format apart; a transport stream only by its third packet
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_OTHER_BRANDS = {b"crx ", b"jxl ", b"jp2 ", b"M4A ", b"M4B "}
# from before files began with their type
_EARLY_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
# Real pictures and films that this version doesn't support: reported as such, not as broken files.
_OTHERS = (
    b"8BPS",
    b"\0\0\1\0",
    b"II+\0",
    b"MM\0+",
    b"\0\0\0\x0cJXL ",
    b"\xff\x0a",
    b"\0\0\0\x0cjP  ",
    b"qoif",
    b"\x76\x2f\x31\x01",
    b"DDS ",
    b"%PDF-",
    b"FLV\1",
    b"OggS",
    b"icns",
    b"\0\0\1\xba",
    b"\x30\x26\xb2\x75",
    b"\0\0\1\xb3",
    b"gimp xcf",
    b"#?RADIANCE",
    # Camera raw: Fujifilm, Olympus, Panasonic, Minolta, Sigma, Canon before 2004
    b"FUJIFILMCCD-RAW",
    b"IIRO",
    b"IIRS",
    b"MMOR",
    b"IIU\0",
    b"\0MRM",
    b"FOVb",
    b"II\x1a\0\0\0HEAP",
)
# bytes; the reserved fields before it may have any value
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}
# where the first 0x47 stands, and how long a packet is (ISO/IEC 13818-1; AVCHD)
_TRANSPORT_STREAMS = ((0, 188), (4, 192))


def format_of(path: Path) -> str:
    """As `sniff`."""
    with path.open("rb") as file:
        return sniff(file.read(HEAD))


def sniff(head: bytes) -> str:
    """The format that the first bytes of a file declare, by its usual extension. Raises
    UnavailableFormat, Unreadable.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    # Canon's raw pictures are TIFF by their first bytes
    if head.startswith((b"II*\0", b"MM\0*")) and head[8:10] != b"CR":
        return "tiff"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if b"webm" in head[:64] else "mkv"
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    if head[4:8] in _EARLY_QUICKTIME:
        return "mov"
    if head.startswith((*_OTHERS, b"II*\0", b"RIFF")) or any(
        head[at : at + 3 * size : size] == b"GGG" for at, size in _TRANSPORT_STREAMS
    ):
        raise UnavailableFormat()
    raise Unreadable()


def _sniff_brands(head: bytes) -> str:
    """By the major and compatible brands of an ISO media file (ISO/IEC 14496-12, 4.3), as far as
    ``head`` reaches.
    """
    major = head[8:12]
    end = min(int.from_bytes(head[:4]), len(head))
    brands = {major} | {head[at : at + 4] for at in range(16, end - 3, 4)}
    if brands & _AVIF_BRANDS:
        return "avif"
    if brands & _HEIC_BRANDS:
        return "heic"
    if major in _OTHER_BRANDS:
        raise UnavailableFormat()
    if major == b"qt  ":
        return "mov"
    if major.startswith(b"M4V"):
        return "m4v"
    return "3gp" if major.startswith((b"3gp", b"3g2")) else "mp4"
