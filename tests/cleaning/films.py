"""Films with a mark in every place where a container can hold a position, a serial number, an owner's name or a picture. Made by ffmpeg."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.cleaning.stills import MARK, RAW, Place, box, jpeg, xmp
from tests.conftest import sample

SUBTITLES = ["[latitude: 52.5200] [longitude: 13.4050]", "GPS(13.4050,52.5200,19) BAROMETER:91.2", "F/2.8, SS 200, GPS (13.4, 52.5, 10)", "Serial 123"]
QUICKTIME_KEYS = ["location.ISO6709", "location.name", "serial", "camera.identifier", "content.identifier", "direction.facing", "owner", "unheard-of"]
TAGS = ["LOCATION", "SERIAL_NUMBER", "OWNER", "UNHEARD_OF", "GPS"]


def ffmpeg(folder: Path, name: str, *words: str) -> bytes:
    path = folder / name
    subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *words, str(path)], check=True, timeout=60)
    return path.read_bytes()


def films(folder: Path) -> list[Place]:
    return [*_made(folder), *_put_together()] if shutil.which("ffmpeg") else list(_put_together())


def _made(folder: Path) -> Iterator[Place]:
    clip, webm = str(sample("clip.mp4")), str(sample("clip.webm"))
    cover = folder / "cover.jpg"
    cover.write_bytes(jpeg(comment=RAW))
    for number, text in enumerate(SUBTITLES):
        srt = folder / f"{number}.srt"
        srt.write_text(f"1\n00:00:00,000 --> 00:00:00,500\n{text} {MARK}\n")
        both = ("-i", str(srt), "-map", "0", "-map", "1", "-c", "copy")
        yield f"subtitles {text}", "mp4", ffmpeg(folder, f"{number}.mp4", "-i", clip, *both, "-c:s", "mov_text")
        yield f"subtitles {text}", "mov", ffmpeg(folder, f"{number}.mov", "-i", clip, *both, "-c:s", "mov_text")
        yield f"subtitles {text}", "mkv", ffmpeg(folder, f"{number}.mkv", "-i", clip, *both, "-c:s", "srt")
        yield f"subtitles {text}", "webm", ffmpeg(folder, f"{number}.webm", "-i", webm, *both, "-c:s", "webvtt")
    plain = folder / "plain.srt"
    plain.write_text(f"1\n00:00:00,000 --> 00:00:00,500\n{MARK}\n")
    timed = ffmpeg(folder, "timed.mp4", "-i", clip, "-i", str(plain), "-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text")
    for kind, codec in ((b"meta", b"gpmd"), (b"meta", b"mebx"), (b"camm", b"camm"), (b"data", b"rtmd"), (b"acme", b"acme")):
        yield f"data track {kind.decode()} {codec.decode()}", "mp4", timed.replace(b"sbtl", kind).replace(b"tx3g", codec)
    yield "cover", "mp4", ffmpeg(folder, "cover.mp4", "-i", clip, "-i", str(cover), "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic")
    for number, key in enumerate(QUICKTIME_KEYS):
        words = ("-i", clip, "-c", "copy", "-movflags", "use_metadata_tags", "-metadata", f"com.apple.quicktime.{key}={MARK}")
        yield f"key {key}", "mov", ffmpeg(folder, f"key{number}.mov", *words)
        yield f"key {key}", "mp4", ffmpeg(folder, f"key{number}.mp4", *words)
    for tag in TAGS:
        yield f"tag {tag}", "mkv", ffmpeg(folder, f"{tag}.mkv", "-i", clip, "-c", "copy", "-metadata", f"{tag}={MARK}")
        yield f"tag {tag} of a track", "mkv", ffmpeg(folder, f"{tag}-v.mkv", "-i", clip, "-c", "copy", "-metadata:s:v:0", f"{tag}={MARK}")
        yield f"tag {tag}", "webm", ffmpeg(folder, f"{tag}.webm", "-i", webm, "-c", "copy", "-metadata", f"{tag}={MARK}")
    for name, data in (("cover.jpg", cover.read_bytes()), ("track.gpx", RAW)):
        (folder / name).write_bytes(data)
        yield f"attachment {name}", "mkv", ffmpeg(folder, f"{name}.mkv", "-i", clip, "-c", "copy", "-attach", str(folder / name), "-metadata:s:t",
                                                   "mimetype=application/octet-stream")
    yield "handler name", "mp4", ffmpeg(folder, "handler.mp4", "-i", clip, "-c", "copy", "-metadata:s:v:0", f"handler_name={MARK}")


def _put_together() -> Iterator[Place]:
    clip = sample("clip.mp4").read_bytes()
    uuid = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    packet = xmp(f"<exif:GPSLatitude>{MARK}</exif:GPSLatitude>")
    for name, more in (("XMP box", box(b"uuid", uuid + packet)), ("unknown uuid box", box(b"uuid", bytes(16) + RAW)), ("free space", box(b"free", packet)),
                       ("skipped space", box(b"skip", RAW)), ("wide space", box(b"wide", RAW)), ("unknown box", box(b"acme", RAW)),
                       ("top-level metadata", box(b"meta", bytes(4) + box(b"hdlr", bytes(8) + b"mdta" + bytes(13)) + box(b"xml ", RAW))),
                       ("message", box(b"emsg", bytes(4) + RAW))):
        yield name, "mp4", clip + more
