"""Films with a mark in every place where a container can hold a position, a serial number, an
owner's name or a picture. Made by ffmpeg.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.cleaning.stills import MARK, RAW, Place, box, jpeg, xmp
from tests.conftest import sample

SUBTITLES = [
    "[latitude: 52.5200] [longitude: 13.4050]",
    "GPS(13.4050,52.5200,19) BAROMETER:91.2",
    "F/2.8, SS 200, GPS (13.4, 52.5, 10)",
    "Serial 123",
    "$GPRMC,A",
    "52,520008 13,404954",
    "N 52°31'12",
    "N:52.520 W:13.405",
    "S/N 12345",
    "HOME(E: 13)",
    "2024-03-01 12:30:10",
    "1581F4BN",
]
QUICKTIME_KEYS = [
    "location.ISO6709",
    "location.name",
    "serial",
    "camera.identifier",
    "content.identifier",
    "direction.facing",
    "owner",
    "unheard-of",
]
TAGS = ["LOCATION", "SERIAL_NUMBER", "OWNER", "UNHEARD_OF", "GPS"]


def ffmpeg(folder: Path, name: str, *words: str) -> bytes:
    path = folder / name
    subprocess.run(
        ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *words, str(path)],
        check=True,
        timeout=60,
    )
    return path.read_bytes()


def inserted(film: bytes, more: bytes, *path: bytes) -> bytes:
    """A film with ``more`` at the end of the box at ``path``; its ``moov`` stands behind its
    media.
    """
    at, end, ends = 0, len(film), []
    for name in path:
        while film[at + 4 : at + 8] != name:
            at += int.from_bytes(film[at : at + 4])
            assert at < end, name
        end = at + int.from_bytes(film[at : at + 4])
        ends.append(at)
        at += {b"stsd": 16, b"meta": 12, b"dref": 16}.get(
            name, 86 if name in (b"avc1", b"hvc1") else 44 if name == b"mp4a" else 8
        )
    whole = bytearray(film[:end] + more + film[end:])
    for start in ends:
        whole[start : start + 4] = (int.from_bytes(whole[start : start + 4]) + len(more)).to_bytes(
            4
        )
    return bytes(whole)


def films(folder: Path) -> list[Place]:
    return [*_made(folder), *_put_together()] if shutil.which("ffmpeg") else list(_put_together())


def _made(folder: Path) -> Iterator[Place]:
    clip, webm = str(sample("clip.mp4")), str(sample("clip.webm"))
    cover = folder / "cover.jpg"
    cover.write_bytes(jpeg(comment=RAW))
    yield from _coded(folder, clip, cover)
    yield from _elements(ffmpeg(folder, "plain.mkv", "-i", clip, "-c", "copy", "-t", "1"))
    for key in ("title", "language"):
        yield (
            f"{key} of a track",
            "mkv",
            ffmpeg(
                folder,
                f"track-{key}.mkv",
                "-i",
                clip,
                "-c",
                "copy",
                "-metadata:s:v:0",
                f"{key}={MARK}",
                "-t",
                "1",
            ),
        )
    flac = ("-c:v", "copy", "-c:a", "flac", "-t", "1", "-metadata:s:a:0", f"owner={MARK}")
    yield "FLAC", "mkv", ffmpeg(folder, "flac.mkv", "-i", clip, *flac)
    for number, text in enumerate(SUBTITLES):
        srt = folder / f"{number}.srt"
        srt.write_text(f"1\n00:00:00,000 --> 00:00:00,500\n{text} {MARK}\n")
        both = ("-i", str(srt), "-map", "0", "-map", "1", "-c", "copy")
        yield (
            f"subtitles {text}",
            "mp4",
            ffmpeg(folder, f"{number}.mp4", "-i", clip, *both, "-c:s", "mov_text"),
        )
        yield (
            f"subtitles {text}",
            "mov",
            ffmpeg(folder, f"{number}.mov", "-i", clip, *both, "-c:s", "mov_text"),
        )
        yield (
            f"subtitles {text}",
            "mkv",
            ffmpeg(folder, f"{number}.mkv", "-i", clip, *both, "-c:s", "srt"),
        )
        yield (
            f"subtitles {text}",
            "webm",
            ffmpeg(folder, f"{number}.webm", "-i", webm, *both, "-c:s", "webvtt"),
        )
    plain = folder / "plain.srt"
    plain.write_text(f"1\n00:00:00,000 --> 00:00:00,500\n{MARK}\n")
    for kind in (b"tmcd", b"hint", b"clcp", b"soun", b"vide"):
        cue = folder / "0.mp4"
        yield (
            f"subtitles in a track {kind.decode()}",
            "mp4",
            cue.read_bytes().replace(b"sbtl", kind),
        )
    timed = ffmpeg(
        folder,
        "timed.mp4",
        "-i",
        clip,
        "-i",
        str(plain),
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
        "-c:s",
        "mov_text",
    )
    for kind, codec in (
        (b"meta", b"gpmd"),
        (b"meta", b"mebx"),
        (b"camm", b"camm"),
        (b"data", b"rtmd"),
        (b"acme", b"acme"),
        (b"tmcd", b"tmcd"),
        (b"hint", b"rtp "),
        (b"clcp", b"c608"),
        (b"soun", b"gpmd"),
        (b"subt", b"stpp"),
    ):
        yield (
            f"data track {kind.decode()} {codec.decode()}",
            "mp4",
            timed.replace(b"sbtl", kind).replace(b"tx3g", codec),
        )
    yield (
        "cover",
        "mp4",
        ffmpeg(
            folder,
            "cover.mp4",
            "-i",
            clip,
            "-i",
            str(cover),
            "-map",
            "0",
            "-map",
            "1",
            "-c",
            "copy",
            "-disposition:v:1",
            "attached_pic",
        ),
    )
    for number, key in enumerate(QUICKTIME_KEYS):
        words = (
            "-i",
            clip,
            "-c",
            "copy",
            "-movflags",
            "use_metadata_tags",
            "-metadata",
            f"com.apple.quicktime.{key}={MARK}",
        )
        yield f"key {key}", "mov", ffmpeg(folder, f"key{number}.mov", *words)
        yield f"key {key}", "mp4", ffmpeg(folder, f"key{number}.mp4", *words)
    for tag in TAGS:
        yield (
            f"tag {tag}",
            "mkv",
            ffmpeg(folder, f"{tag}.mkv", "-i", clip, "-c", "copy", "-metadata", f"{tag}={MARK}"),
        )
        yield (
            f"tag {tag} of a track",
            "mkv",
            ffmpeg(
                folder, f"{tag}-v.mkv", "-i", clip, "-c", "copy", "-metadata:s:v:0", f"{tag}={MARK}"
            ),
        )
        yield (
            f"tag {tag}",
            "webm",
            ffmpeg(folder, f"{tag}.webm", "-i", webm, "-c", "copy", "-metadata", f"{tag}={MARK}"),
        )
    for name, data in (("cover.jpg", cover.read_bytes()), ("track.gpx", RAW)):
        (folder / name).write_bytes(data)
        yield (
            f"attachment {name}",
            "mkv",
            ffmpeg(
                folder,
                f"{name}.mkv",
                "-i",
                clip,
                "-c",
                "copy",
                "-attach",
                str(folder / name),
                "-metadata:s:t",
                "mimetype=application/octet-stream",
            ),
        )
    yield (
        "handler name",
        "mp4",
        ffmpeg(
            folder,
            "handler.mp4",
            "-i",
            clip,
            "-c",
            "copy",
            "-metadata:s:v:0",
            f"handler_name={MARK}",
        ),
    )


def _coded(folder: Path, clip: str, cover: Path) -> Iterator[Place]:
    """In frames of pictures, and between them."""
    for format in ("mp4", "mov", "mkv"):
        said = f"h264_metadata=sei_user_data=086f3693b7b34f2c965321492feee5b8+{MARK}"
        yield (
            "H.264 message",
            format,
            ffmpeg(folder, f"sei.{format}", "-i", clip, "-c", "copy", "-bsf:v", said, "-t", "1"),
        )
        yield (
            "JPEG frames",
            format,
            ffmpeg(
                folder,
                f"frames.{format}",
                "-loop",
                "1",
                "-i",
                str(cover),
                "-c",
                "copy",
                "-frames:v",
                "3",
            ),
        )
        own = ffmpeg(
            folder,
            f"hevc.{format}",
            "-i",
            clip,
            "-c:v",
            "libx265",
            "-preset",
            "ultrafast",
            "-frames:v",
            "5",
            "-x265-params",
            "log-level=none",
        )
        yield "H.265 message in settings", format, own.replace(b"x265 (bu", RAW)
        own = ffmpeg(
            folder,
            f"hevc2.{format}",
            "-i",
            clip,
            "-c:v",
            "libx265",
            "-preset",
            "ultrafast",
            "-frames:v",
            "5",
            "-x265-params",
            "log-level=none:repeat-headers=1",
        )
        yield "H.265 message", format, own.replace(b"x265 (bu", RAW)
    pieces = ffmpeg(
        folder,
        "pieces.mp4",
        "-i",
        clip,
        "-c",
        "copy",
        "-movflags",
        "frag_keyframe+empty_moov+default_base_moof",
        "-t",
        "2",
        "-bsf:v",
        f"h264_metadata=sei_user_data=086f3693b7b34f2c965321492feee5b8+{MARK}",
    )
    yield "H.264 message in pieces", "mp4", pieces
    yield (
        "media data behind pieces",
        "mp4",
        sample("clip.mp4").read_bytes() + box(b"mdat", b"freeGPS " + RAW),
    )


MEDIA = (b"moov", b"trak", b"mdia")
ENTRY = (*MEDIA, b"minf", b"stbl", b"stsd", b"avc1")
# Where bytes of anybody's own may stand, by the path to the box around them. Without a name, they
# stand behind the fields of the last.
OWN_BOXES: list[tuple[bytes, tuple[bytes, ...]]] = [
    *((name, (b"moov", b"trak")) for name in (b"load", b"matt", b"txas", b"clip", b"acme")),
    *((name, (b"moov",)) for name in (b"rmra", b"iods", b"ctab", b"pnot")),
    *((name, (*MEDIA, b"minf")) for name in (b"hint", b"acme")),
    *(
        (name, (*MEDIA, b"minf", b"stbl"))
        for name in (
            b"sgpd",
            b"sbgp",
            b"subs",
            b"padb",
            b"saiz",
            b"saio",
            b"senc",
            b"sdtp",
            b"acme",
        )
    ),
    *(
        (name, ENTRY)
        for name in (
            b"acme",
            b"uuid",
            b"free",
            b"pasp",
            b"colr",
            b"btrt",
            b"sv3d",
            b"svhd",
            b"clap",
            b"esds",
            b"st3d",
        )
    ),
    (b"auth", (b"moov", b"udta")),
    (b"name", (b"moov", b"udta")),
    (b"hnti", (b"moov", b"udta")),
    (b"chpl", (b"moov", b"udta")),
    (b"elng", MEDIA),
    *(
        (b"", (b"moov", *path))
        for path in (
            (b"mvhd",),
            (b"trak", b"tkhd"),
            (b"trak", b"mdia", b"mdhd"),
            (b"trak", b"edts", b"elst"),
        )
    ),
    *((b"", (*MEDIA, b"minf", name)) for name in (b"vmhd",)),
    (b"", (*ENTRY, b"avcC")),
    *(
        (b"", (*MEDIA, b"minf", b"stbl", name))
        for name in (b"stts", b"stss", b"stsc", b"stsz", b"stco")
    ),
]
# behind the fields of which it stands
NUMBERS = {b"pasp", b"btrt", b"clap", b"esds", b"clef", b"trex", b"gmin"}
OWN_NESTED = [
    (b"tapt", b"clef"),
    (b"tapt", b"acme"),
    (b"tref", b"hint"),
    (b"tref", b"acme"),
    (b"mvex", b"acme"),
    (b"mvex", b"trex"),
    (b"gmhd", b"text"),
    (b"gmhd", b"gmin"),
]


def _boxes(phone: bytes) -> Iterator[Place]:
    def filled(name: bytes) -> bytes:
        return bytes(600) + RAW if name in NUMBERS else RAW.ljust(600, b" ")

    own = RAW.ljust(600, b" ")
    for name, path in OWN_BOXES:
        more = box(name, filled(name)) if name else RAW
        yield f"{name.decode()} in {path[-1].decode()}", "mov", inserted(phone, more, *path)
    for parent, name in OWN_NESTED:
        yield (
            f"{name.decode()} in {parent.decode()}",
            "mov",
            inserted(
                phone,
                box(parent, box(name, filled(name))),
                b"moov",
                *{b"mvex": (), b"gmhd": (*MEDIA[1:], b"minf")}.get(parent, (b"trak",)),
            ),
        )
    dref = phone.index(b"dref")
    yield (
        "address of the media",
        "mov",
        inserted(phone, RAW, *MEDIA, b"minf", b"dinf", b"dref", phone[dref + 16 : dref + 20]),
    )
    compressor = phone.index(b"avc1", phone.index(b"stsd")) + 4 + 42
    yield (
        "compressor",
        "mov",
        phone[:compressor] + bytes([len(RAW)]) + RAW.ljust(31, b"\0") + phone[compressor + 32 :],
    )
    for name in (b"styp", b"sidx", b"pdin", b"ssix", b"prft", b"mfra"):
        yield (
            f"{name.decode()}",
            "mov",
            phone
            + box(
                name,
                bytes(24) + own
                if name == b"sidx"
                else own
                if name != b"mfra"
                else box(b"acme", own),
            ),
        )
    handler = box(b"hdlr", bytes(8) + b"mdta" + bytes(12) + RAW)
    yield "handler of metadata", "mov", inserted(phone, box(b"meta", bytes(4) + handler), b"moov")
    yield "handler of metadata of the file", "mov", phone + box(b"meta", bytes(4) + handler)


def element(name: str, data: bytes) -> bytes:
    """Of Matroska, by the hexadecimal digits of its name."""
    return bytes.fromhex(name) + (1 << 56 | len(data)).to_bytes(8) + data


def _elements(mkv: bytes) -> Iterator[Place]:
    """At the end of a film's segment, and behind it."""

    def simple(*more: bytes) -> bytes:
        return element("1254c367", element("7373", element("67c8", b"".join(more))))

    text, name = element("4487", RAW), element("45a3", b"TITLE")
    chapter = element(
        "1043a770",
        element("45b9", element("b6", element("80", element("85", b"52.5200 13.4050 " + RAW)))),
    )
    inside = {
        "second name of a tag": simple(name, element("45a3", RAW), element("4487", b"a")),
        "second text of a tag": simple(element("45a3", b"OWNER"), text, text),
        "own name of a tag": simple(element("45a3", RAW), element("4487", b"a")),
        "own name like one that is known": simple(element("45a3", b"date_" + RAW), text),
        "unknown element in a tag": simple(name, element("53c7", RAW)),
        "binary in a tag": simple(element("4485", RAW)),
        "language of a tag": simple(name, element("447a", RAW)),
        "empty space in a tag": element("1254c367", element("7373", element("ec", RAW))),
        "empty space between tags": element("1254c367", element("ec", RAW)),
        "unknown element between tags": element("1254c367", element("53c7", RAW)),
        "empty space": element("ec", RAW),
        "unknown element": element("53c7", RAW),
        "chapter": chapter,
        "unknown element in a cluster": element(
            "1f43b675", element("e7", b"\1") + element("53c7", RAW)
        ),
        "empty space in a cluster": element("1f43b675", element("e7", b"\1") + element("ec", RAW)),
        "encrypted block": element("1f43b675", element("e7", b"\1") + element("af", RAW)),
        "state of a codec": element(
            "1f43b675", element("e7", b"\1") + element("a0", element("a4", RAW))
        ),
        "tags behind a cluster of unknown size": bytes.fromhex("1f43b675ff")
        + element("e7", b"\1")
        + simple(element("45a3", b"OWNER"), text),
        "empty space in a cluster of unknown size": bytes.fromhex("1f43b675ff")
        + element("e7", b"\1")
        + element("ec", RAW),
        "name of an attachment": element(
            "1941a469", element("61a7", element("466e", RAW) + element("465c", b"a"))
        ),
        **{
            f"{what} of a track": element(
                "1654ae6b", element("ae", element("d7", b"\x09") + element("83", b"\x11") + part)
            )
            for what, part in {
                "configuration": element("41e4", element("41ed", RAW)),
                "FourCC": element("e0", element("2eb524", RAW)),
                "projection": element("e0", element("7670", element("7672", RAW))),
                "long number": element("55ee", RAW * 2),
                "long size": element("e0", element("b0", RAW * 2)),
            }.items()
        },
        "long date": element("1549a966", element("4461", RAW * 2)),
        "long id of an element": element("114d9b74", element("4dbb", element("53ab", RAW))),
        **{
            f"addition {id} to a block": element(
                "1f43b675",
                element("e7", b"\1")
                + element(
                    "a0",
                    element(
                        "75a1", element("a6", element("ee", bytes([id])) + element("a5", more))
                    ),
                ),
            )
            for id, more in ((1, RAW), (4, b"\xb5\0\x3d" + RAW), (100, RAW))
        },
        "title of a segment's file": element("1549a966", element("7384", RAW)),
        "program": element("1549a966", element("4d80", RAW)),
        "id of a segment": element("1549a966", element("73a4", RAW)),
        "index": element("1c53bb6b", element("bb", element("ec", RAW))),
    }
    segment = mkv.index(b"\x18\x53\x80\x67") + 4
    for what, more in inside.items():
        length = int.from_bytes(mkv[segment + 1 : segment + 8]) + len(more)
        yield (
            what,
            "mkv",
            mkv[:segment] + (1 << 56 | length).to_bytes(8) + mkv[segment + 8 :] + more,
        )
        if what != "title of a segment's file":
            yield (
                f"{what}, recorded live",
                "mkv",
                mkv[:segment] + b"\x01" + b"\xff" * 7 + mkv[segment + 8 :] + more,
            )
    yield "empty space behind all", "mkv", mkv + element("ec", RAW)
    yield "unknown element behind all", "mkv", mkv + element("53c7", RAW)


def _put_together() -> Iterator[Place]:
    clip, phone = sample("clip.mp4").read_bytes(), sample("phone-rotated-gps.mov").read_bytes()
    for name, film, format in (("clip", clip, "mp4"), ("phone", phone, "mov")):
        yield f"media data of no sample, {name}", format, film + box(b"mdat", b"freeGPS " + RAW)
        yield f"media data up to the end, {name}", format, film + b"\0\0\0\0mdatfreeGPS " + RAW
    mdat = phone.index(b"mdat")
    end = mdat - 4 + int.from_bytes(phone[mdat - 4 : mdat])
    longer = (end - mdat + 4 + 64).to_bytes(4) + phone[mdat:end] + RAW.ljust(64) + phone[end:]
    yield "media data behind the last sample", "mov", phone[: mdat - 4] + longer
    yield "place in the index", "mov", inserted(phone, box(b"gps ", bytes(8) + RAW), b"moov")
    yield from _boxes(phone)
    uuid = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    packet = xmp(f"<exif:GPSLatitude>{MARK}</exif:GPSLatitude>")
    for name, more in (
        ("XMP box", box(b"uuid", uuid + packet)),
        ("unknown uuid box", box(b"uuid", bytes(16) + RAW)),
        ("free space", box(b"free", packet)),
        ("skipped space", box(b"skip", RAW)),
        ("wide space", box(b"wide", RAW)),
        ("unknown box", box(b"acme", RAW)),
        (
            "top-level metadata",
            box(
                b"meta", bytes(4) + box(b"hdlr", bytes(8) + b"mdta" + bytes(13)) + box(b"xml ", RAW)
            ),
        ),
        ("message", box(b"emsg", bytes(4) + RAW)),
    ):
        yield name, "mp4", clip + more
