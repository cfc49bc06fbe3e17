"""What a video is, and one frame of it, as told by a worker process that may crash without harm."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media.errors import TooManyMegapixels, Unreadable
from media.formats import FORMATS

# What all common browsers play: MP4 and its kin with H.264 or AV1, WebM with VP8, VP9 or AV1; 8
# bits, 4:2:0.
_PLAYABLE_VIDEO = {
    "mov": {"h264", "av1", "libdav1d", "libaom-av1", "vp9", "libvpx-vp9"},
    "matroska": {"vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "libaom-av1"},
}
_PLAYABLE_AUDIO = {"aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis", "flac"}
_PLAYABLE_PIXELS = {"yuv420p", "yuvj420p", ""}

# Tracks of positions that cameras and drones record beside the picture; tags of places.
TELLING_TRACK = re.compile(r"gpmd|gopro met|camm|\bgps\b|location|djmd|mett", re.IGNORECASE)
TELLING_TAG = re.compile(r"location|gps|xyz|latitude|longitude|geo", re.IGNORECASE)

_ROOT = Path(__file__).parents[2]
_MAX_FRAME_BYTES = 600_000_000  # a PNG of the largest frame that `max_megapixels` lets through


@dataclass(frozen=True)
class Limits:
    """Of one look: wall-clock and CPU ``seconds``, ``memory_mb`` of address space,
    ``max_megapixels`` of a frame.

    ``start_seconds`` are for the process itself to come up on a slow machine; ``worker`` is the
    program that looks.
    """

    seconds: int = 60
    memory_mb: int = 2000
    max_megapixels: int = 128
    start_seconds: int = 10
    worker: tuple[str, ...] = (sys.executable, "-m", "media.pixels.video_worker")


@dataclass(frozen=True)
class Inspection:
    """``width`` and ``height`` are as displayed; ``duration`` is in seconds; ``tags`` are the
    file's tags.
    """

    width: int
    height: int
    duration: float
    is_playable: bool
    tags: dict[str, str] = field(default_factory=dict)
    places: tuple[str, ...] = ()


def inspect(path: Path, format: str, frame: Path, limits: Limits) -> Inspection:
    """Look into ``path`` and write the picture at a quarter of its duration, upright, to ``frame``
    as PNG.

    Raises Unreadable for a file without a video stream, or that is broken, encrypted or costs more
    than the limits; TooManyMegapixels before a frame is decoded.
    """
    answer = _ask(path, format, limits, str(frame))
    if answer.get("error") == "too large":
        raise TooManyMegapixels(limits.max_megapixels)
    if "width" not in answer:
        raise Unreadable()
    playable = (
        format != "mkv"
        and answer["codec"] in _PLAYABLE_VIDEO[FORMATS[format].demuxer]
        and answer["pixel_format"] in _PLAYABLE_PIXELS
        and set(answer["audio"]) <= _PLAYABLE_AUDIO
    )
    return Inspection(
        answer["width"],
        answer["height"],
        float(answer["duration"]),
        playable,
        answer["tags"],
        _places(answer),
    )


def places(path: Path, format: str, limits: Limits) -> tuple[str, ...]:
    """What FFmpeg finds in the file that tells a position: names of tags and of tracks. Raises
    Unreadable.
    """
    return _places(_ask(path, format, limits, ""))


def _places(answer: dict[str, Any]) -> tuple[str, ...]:
    tags = [
        name
        for name, value in answer["tags"].items()
        if TELLING_TAG.search(name) and value.strip(" \0")
    ]
    return (*tags, *(track for track in answer["data"] if TELLING_TRACK.search(track)))


def _ask(path: Path, format: str, limits: Limits, frame: str) -> dict[str, Any]:
    task = {
        "path": str(path),
        "demuxer": FORMATS[format].demuxer,
        "frame": frame,
        "seconds": limits.seconds,
        "memory_mb": limits.memory_mb,
        "max_pixels": limits.max_megapixels * 1_000_000,
        "max_frame_bytes": _MAX_FRAME_BYTES,
    }
    environ = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(_ROOT),
        "MALLOC_ARENA_MAX": "2",
    }
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours
            limits.worker,
            input=json.dumps(task),
            capture_output=True,
            text=True,
            timeout=limits.seconds + limits.start_seconds,
            env=environ,
            cwd=_ROOT,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise Unreadable() from error
    return answer
