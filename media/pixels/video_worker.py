"""A look into one video, in a process of its own: ``python -m media.pixels.video_worker`` with a
JSON task on standard input.

Decoders of video are large and old, and what they are fed comes from strangers. Whatever happens
here, a crash, a hang, all memory gone, costs one upload. The answer is one JSON object on standard
output; see `media.video.Inspection`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any

# decoded on the way from a key frame to the one wanted: ten seconds at 60 a second
MAX_FRAMES = 600
_MICROSECONDS = 1_000_000
_MB = 1_000_000


def main() -> None:
    task = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (task["memory_mb"] * _MB,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (task["seconds"],) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (task["max_frame_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(inspect(task), sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # whatever a decoder's threads still do


def inspect(task: dict[str, Any]) -> dict[str, Any]:
    import av  # after the limits are set

    av.logging.set_level(av.logging.PANIC)
    # The demuxer is the one that the content asked for: a playlist must not make us open other
    # files.
    with av.open(
        task["path"], format=task["demuxer"], options={"protocol_whitelist": "file"}
    ) as container:
        answer: dict[str, Any] = {
            "tags": _tags(container),
            "data": [_track(stream) for stream in container.streams.data],
        }
        if not task["frame"]:
            return answer
        video = next(
            (
                s
                for s in container.streams.video
                if not s.disposition & av.stream.Disposition.attached_pic
            ),
            None,
        )
        if video is None:
            return {"error": "no video"}
        context = video.codec_context
        if context.width * context.height > task["max_pixels"]:
            return {"error": "too large"}
        # with threads by frame, FFmpeg may not end after a broken one
        video.thread_type, context.thread_count = "SLICE", 2
        duration = _duration(container, video)
        frame = _frame(container, video, duration / 4)
        if frame is None:
            return {"error": "no frame"}
        image = frame.to_image()
        ratio = video.sample_aspect_ratio
        if ratio and ratio > 0 and 0.1 < ratio < 10 and ratio != 1:  # as displayed, not as stored
            image = image.resize((max(1, round(image.width * ratio)), image.height))
        if frame.rotation % 360:
            image = image.rotate(frame.rotation, expand=True)
        image.save(task["frame"], "PNG", compress_level=1)
        return {
            **answer,
            "width": image.width,
            "height": image.height,
            "duration": duration,
            "codec": context.name,
            "pixel_format": context.pix_fmt or "",
            "audio": [stream.codec_context.name for stream in container.streams.audio],
        }


def _tags(container: Any) -> dict[str, str]:
    """All that the file says of itself in words, of the whole and of each stream."""
    tags = {}
    for metadata in (container.metadata, *(stream.metadata for stream in container.streams)):
        tags.update({str(name)[:200]: str(value)[:6000] for name, value in metadata.items()})
    return tags


def _track(stream: Any) -> str:
    """The names by which a track without picture or sound goes: its handler, its format."""
    tag = getattr(stream, "codec_tag", None) or getattr(stream.codec_context, "codec_tag", "")
    return f"{stream.metadata.get('handler_name', '')} {tag}".strip()


def _duration(container: Any, video: Any) -> float:
    """Seconds: as the file declares, else the time of the last packet."""
    if container.duration and container.duration > 0:
        return float(container.duration / _MICROSECONDS)
    if video.duration and video.time_base:
        return float(video.duration * video.time_base)
    last = 0.0
    for packet in container.demux(video):
        if packet.pts is not None:
            last = max(last, float((packet.pts + (packet.duration or 0)) * video.time_base))
    container.seek(0)
    return last


def _frame(container: Any, video: Any, seconds: float) -> Any:
    """The frame shown at ``seconds``; the first that can be decoded, where there is none."""
    if seconds > 0:
        try:
            container.seek(int(seconds * _MICROSECONDS))
        except OSError:
            container.seek(0)
    frame = _decode_to(container, video, seconds)
    if frame is None and seconds > 0:
        container.seek(0)
        frame = _decode_to(container, video, 0)
    return frame


def _decode_to(container: Any, video: Any, seconds: float) -> Any:
    last = None
    try:
        for count, frame in enumerate(container.decode(video)):
            if last is not None and frame.time is not None and frame.time > seconds:
                break
            last = frame
            if (frame.time is not None and frame.time >= seconds) or count >= MAX_FRAMES:
                break
    except (OSError, ValueError):  # a damaged stretch: what was decoded before it will do
        pass
    return last


if __name__ == "__main__":
    main()
