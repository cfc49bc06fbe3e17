"""The picture that rows of listings show: which files have one, of what size, and how it looks."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from media.formats import FORMATS
from media.pixels import reduced, tile, works
from media.pixels.derive import Derivative, derive, derive_tile
from media.probe import Facts, probe
from tests.conftest import sample
from tests.media.make import pixel
from tests.media.test_derive import difference


def facts_of(path: Path) -> Facts:
    return probe(path, max_megapixels=128, allowed=FORMATS)


def tile_of(path: Path) -> Derivative | None:
    return derive(path, facts_of(path), "x").tile


def copied(name: str, tmp_path: Path) -> Path:
    path = tmp_path / name
    path.write_bytes(sample(name).read_bytes())
    return path


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (4000, 3000, (640, 480)),
        (3000, 4000, (360, 480)),
        (600, 450, (600, 450)),  # never enlarged
        (1, 1, (1, 1)),
        (12000, 2000, (1440, 480)),  # a panorama: the middle of it
        (8000, 400, (1200, 400)),
        (65535, 1, (3, 1)),
        (1080, 10000, (240, 480)),  # a tall screenshot: the top of it
        (100, 2000, (100, 200)),
        (1, 65535, (1, 2)),
    ],
)
def test_sizes(width: int, height: int, size: tuple[int, int]) -> None:
    assert tile.size(width, height) == size


@pytest.mark.parametrize(
    ("name", "size", "format"),
    [
        ("iphone-gps-8mp.jpg", (640, 480), "JPEG"),
        ("orientation-6.jpg", (600, 450), "JPEG"),  # heavy for its size
        ("cmyk.jpg", (640, 480), "JPEG"),
        ("screenshot.png", (853, 480), "PNG"),
        ("still.avif", (853, 480), "AVIF"),  # some browsers refuse the file itself
        ("iphone.heic", (372, 480), "JPEG"),
        ("animated.gif", (320, 240), "GIF"),
        ("animated.png", (300, 200), "PNG"),
        ("animated.webp", (300, 200), "WEBP"),
        ("clip.mp4", (496, 360), "JPEG"),
        ("phone-rotated-gps.mov", (348, 480), "JPEG"),
        ("still.webp", None, ""),  # light enough to be shown itself
        ("alpha.png", None, ""),
        ("pixel.png", None, ""),
        ("gps-nikon.jpg", None, ""),  # of 640 × 480, and its tile would be little lighter
    ],
)
def test_what_has_one(name: str, size: tuple[int, int] | None, format: str, tmp_path: Path) -> None:
    path = copied(name, tmp_path)
    facts = facts_of(path)
    derivatives = derive(path, facts, "x")
    made = derivatives.tile
    assert (made and (made.width, made.height)) == size
    if made:
        with Image.open(made.path) as image:
            assert (image.format, image.size) == (format, size)
            assert getattr(image, "n_frames", 1) == 1
            assert not image.getexif() and "icc_profile" not in image.info
    known = {path, facts.frame, *(part.path for part in derivatives.made)}
    assert set(tmp_path.iterdir()) <= known  # one that wasn't worth it is gone


def test_transparency_stays(tmp_path: Path) -> None:
    with Image.open(sample("alpha.png")) as original:
        image = original.convert("RGBA").resize((1800, 1200))
    image.save(tmp_path / "alpha.png", compress_level=0)
    made = tile_of(tmp_path / "alpha.png")
    assert made
    with Image.open(made.path) as shown:
        assert (shown.mode, shown.size) == ("RGBA", (720, 480))
        assert shown.getchannel("A").getextrema() == image.getchannel("A").getextrema()


def test_a_screenshot_of_few_colours_stays_light(tmp_path: Path) -> None:
    with Image.open(sample("screenshot.png")) as original:
        image = original.convert("RGB")
    image.quantize(64).save(tmp_path / "few.png")
    image.save(tmp_path / "many.png")
    few, many = tile_of(tmp_path / "few.png"), tile_of(tmp_path / "many.png")
    assert few and many and few.size < many.size / 2
    with Image.open(few.path) as one, Image.open(many.path) as other:
        assert one.mode == "P" and difference(one, other) < 6


def test_a_gif_keeps_its_look(tmp_path: Path) -> None:
    with Image.open(sample("plain.jpg")) as original:
        photo = original.convert("RGB")
    photo.quantize(256).save(tmp_path / "photo.gif")
    made = tile_of(tmp_path / "photo.gif")
    assert made
    with Image.open(made.path) as shown:
        assert shown.format == "GIF" and difference(shown, photo.resize(shown.size)) < 6


def test_a_palette_keeps_its_hole(tmp_path: Path) -> None:
    image = Image.new("P", (3000, 2000), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(0, (0, 0, 1500, 2000))
    image.save(tmp_path / "hole.png", transparency=0, compress_level=0)
    made = tile_of(tmp_path / "hole.png")
    assert made
    with Image.open(made.path) as shown:
        pixels = shown.convert("RGBA")
        assert pixel(pixels, (10, 10))[3] == 0
        assert pixel(pixels, (700, 100))[:3] == (0, 0, 255) and pixel(pixels, (700, 100))[3] >= 250


@functools.lru_cache(maxsize=1)
def of_the_longest(size: tuple[int, int]) -> tuple[Image.Image, Image.Image, Image.Image]:
    """A picture as it is displayed; its tile; its square."""
    width, height = size
    with Image.open(sample("plain.jpg")) as photo:
        displayed = photo.convert("RGB").resize(size)
    part = min(width, 3 * height), min(height, 2 * width)
    left = (width - part[0]) // 2
    shown = displayed.crop((left, 0, left + part[0], part[1]))
    expected = shown.resize(tile.size(*size), Image.Resampling.LANCZOS)
    return displayed, expected, ImageOps.fit(displayed, (320, 320))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(20_000, 1100), (500, 20_000)])
def test_what_is_cut_out_of_the_longest(
    size: tuple[int, int], orientation: int, tmp_path: Path
) -> None:
    """Before it is scaled: the same part, however it is stored, of a JPEG at a half, too."""
    displayed, expected, square = of_the_longest(size)
    exif = Image.Exif()
    exif[0x0112] = orientation
    back = works.TRANSPOSE.get({6: 8, 8: 6}.get(orientation, orientation))
    path = tmp_path / "long.jpg"
    (displayed if back is None else displayed.transpose(back)).save(path, quality=95, exif=exif)
    facts = facts_of(path)
    assert reduced.is_apart(facts)
    made = derive(path, facts, "x")
    alone = derive_tile(path, facts, "x", facts, path.stat().st_size)
    assert made.tile and alone and (made.medium is None) == (size[0] < 750)
    with Image.open(made.tile.path) as one, Image.open(alone.path) as other:
        assert one.size == other.size == expected.size
        assert difference(one, expected) < 4 > difference(other, expected)
    with Image.open(made.thumb.path) as thumb:
        assert difference(thumb, square) < 4


@pytest.mark.parametrize("size", [(6000, 1000), (500, 4000)])
def test_of_the_extremes_a_part(size: tuple[int, int], tmp_path: Path) -> None:
    """Of a panorama the middle third of its width, of a tall picture its top."""
    width, height = size
    image = Image.effect_noise(size, 90).convert("RGB")
    box = (width // 3, 0, 2 * width // 3, height) if width > height else (0, 0, width, height // 6)
    image.paste((0, 0, 255), box)
    path = tmp_path / "long.png"
    image.save(path, compress_level=1)
    made = tile_of(path)
    assert made and (made.width, made.height) == ((1440, 480) if width > height else (240, 480))
    with Image.open(made.path) as shown:
        near = (720, 240) if width > height else (120, 20)
        assert pixel(shown.convert("RGB"), near) == (0, 0, 255)
        red = shown.convert("RGB").getchannel("R")
        assert red.histogram()[0] / (shown.width * shown.height) == pytest.approx(2 / 3, abs=0.02)
