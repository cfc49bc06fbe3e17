"""Films and pictures that tests need and no sample has."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw


def film(
    path: Path,
    *,
    size: tuple[int, int] = (320, 180),
    frames: int = 25,
    rate: int = 25,
    codec: str = "libx264",
    rotation: int = 0,
    pixels: str = "yuv420p",
    sound: bool = False,
    times: list[int] | None = None,
    metadata: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """A film whose top left quarter is red and the rest blue, as it is displayed once turned by
    ``rotation``.
    """
    with av.open(path, "w", options=options or {}) as container:
        container.metadata.update(metadata or {})
        video: Any = container.add_stream(codec, rate=rate)
        stored = size if rotation % 180 == 0 else size[::-1]
        video.width, video.height, video.pix_fmt = *stored, pixels
        video.time_base = Fraction(1, rate)
        if rotation:
            video.set_display_rotation(rotation)
        audio: Any = container.add_stream("aac", rate=48_000) if sound else None
        picture = Image.new("RGB", size, "blue")
        ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill="red")
        frame = av.VideoFrame.from_image(picture.rotate(-rotation, expand=True))
        for n in range(frames):
            frame.pts = times[n] if times else n
            frame.time_base = Fraction(1, rate)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio:
            silence = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
            for plane in silence.planes:
                plane.update(bytes(plane.buffer_size))
            silence.sample_rate, silence.pts = 48_000, 0
            container.mux(audio.encode(silence))
            container.mux(audio.encode(None))
    return path


def pixel(picture: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    """The value of each band at a place of a picture with several bands."""
    value = picture.getpixel(at)
    assert isinstance(value, tuple)
    return value


def is_upright(picture: Image.Image) -> bool:
    """Whether the red quarter is at the top left."""
    width, height = picture.size
    corners = [
        pixel(picture.convert("RGB"), at)
        for at in (
            (width // 8, height // 8),
            (width * 7 // 8, height // 8),
            (width // 8, height * 7 // 8),
            (width * 7 // 8, height * 7 // 8),
        )
    ]
    return ["red" if r > 150 > b else "blue" for r, g, b in corners] == [
        "red",
        "blue",
        "blue",
        "blue",
    ]


def panorama(path: Path, size: tuple[int, int] = (1024, 512)) -> Path:
    """A 360° photo, as XMP says."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1]), fill="orange")
    picture.save(
        path,
        "JPEG",
        xmp=b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:GPano="http://ns.google.com/photos/1.0/panorama/">'
        b"<GPano:ProjectionType>equirectangular</GPano:ProjectionType></rdf:Description></"
        b"rdf:RDF></x:xmpmeta>",
    )
    return path
