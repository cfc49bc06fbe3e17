from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from media.errors import Unreadable
from media.pixels.derive import Derivatives, derive, resize, to_png
from media.probe import probe
from tests.conftest import sample
from tests.media.make import pixel

ALL = ("jpg", "png", "gif", "webp", "avif", "bmp")


def made(path: Path) -> Derivatives:
    facts = probe(path, max_megapixels=128, allowed=ALL)
    return derive(path, facts, facts.format)


def copied(name: str, tmp_path: Path) -> Path:
    path = tmp_path / name
    path.write_bytes(sample(name).read_bytes())
    return path


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures' values, 0 to 255."""
    stat = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB")))
    return sum(stat.mean) / 3


@pytest.mark.parametrize(("name", "medium"), [
    ("plain.jpg", (750, 562)), ("cmyk.jpg", (750, 562)), ("screenshot.png", (750, 422)),
    ("still.webp", (750, 422)), ("still.avif", (750, 422)), ("iphone-gps-8mp.jpg", (750, 562)),
    ("orientation-6.jpg", None), ("alpha.png", None), ("pixel.png", None), ("animated.gif", None),
    ("animated.webp", None), ("animated.png", None),
])  # fmt: skip
def test_sizes(name: str, medium: tuple[int, int] | None, tmp_path: Path) -> None:
    derivatives = made(copied(name, tmp_path))
    with Image.open(derivatives.thumb.path) as thumb:
        assert thumb.size == (320, 320)
        assert thumb.format == {"jpg": "JPEG"}.get(
            name.rpartition(".")[2], name.rpartition(".")[2].upper()
        )
        assert getattr(thumb, "n_frames", 1) == 1
        assert not thumb.getexif() and "icc_profile" not in thumb.info
    assert (derivatives.medium and (derivatives.medium.width, derivatives.medium.height)) == medium
    if derivatives.medium:
        with Image.open(derivatives.medium.path) as image:
            assert image.size == medium


def test_all_orientations_look_the_same(tmp_path: Path) -> None:
    thumbs = [
        Image.open(made(copied(f"orientation-{n}.jpg", tmp_path)).thumb.path) for n in (1, 3, 6, 8)
    ]
    for other in thumbs[1:]:
        # different cameras' JPEG and profile; upside down it is over 40
        assert difference(thumbs[0], other) < 12


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_is_made_upright(orientation: int, tmp_path: Path) -> None:
    upright = Image.new("RGB", (900, 600), "white")
    upright.paste("red", (0, 0, 450, 300))
    upright.paste("blue", (450, 300, 900, 600))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.jpg"
    stored.save(path, "JPEG", exif=exif, quality=95)
    derivatives = made(path)
    assert derivatives.medium
    with Image.open(derivatives.medium.path) as medium:
        assert medium.size == (750, 500)
        assert difference(medium, upright.resize((750, 500))) < 3


def test_a_truncated_jpeg_is_refused_although_only_a_thumb_is_made(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        made(copied("truncated.jpg", tmp_path))


def test_transparency_stays(tmp_path: Path) -> None:
    derivatives = made(copied("alpha.png", tmp_path))
    with Image.open(derivatives.thumb.path) as thumb, Image.open(sample("alpha.png")) as original:
        assert thumb.mode == "RGBA"
        assert (
            thumb.getchannel("A").getextrema()
            == original.convert("RGBA").getchannel("A").getextrema()
        )


@pytest.mark.parametrize("mode", ["LA", "L", "1", "P", "I;16", "RGBA"])
def test_every_png_mode_keeps_its_look(mode: str, tmp_path: Path) -> None:
    grey = Image.linear_gradient("L").resize((1000, 800))
    if mode == "I;16":
        image = grey.convert("I").point(lambda value: value * 257).convert("I;16")
    elif mode in ("LA", "RGBA"):
        image = grey.convert(mode)
        image.putalpha(grey.transpose(Image.Transpose.ROTATE_90).resize(grey.size))
    else:
        image = grey.convert(mode)
    path = tmp_path / "grey.png"
    image.save(path)
    derivatives = made(path)
    assert derivatives.medium
    with Image.open(derivatives.medium.path) as medium:
        expected = grey.resize((750, 600), Image.Resampling.LANCZOS)
        shown = medium.convert("RGBA").convert("RGB")
        if mode == "1":  # dithered: right on the average of an area
            shown, expected = (
                shown.resize((15, 12), Image.Resampling.BOX),
                expected.resize((15, 12), Image.Resampling.BOX),
            )
        assert difference(shown, expected.convert("RGB")) < (6 if mode == "1" else 3)
        assert ("A" in medium.getbands()) == (mode in ("LA", "RGBA"))


def test_a_transparent_palette_keeps_its_hole(tmp_path: Path) -> None:
    image = Image.new("P", (900, 600), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(0, (0, 0, 450, 600))
    path = tmp_path / "hole.png"
    image.save(path, transparency=0)
    derivatives = made(path)
    assert derivatives.medium
    with Image.open(derivatives.medium.path) as medium:
        assert medium.mode == "RGBA"
        assert pixel(medium, (10, 10))[3] == 0
        assert medium.getpixel((700, 100)) == (0, 0, 255, 255)


def test_a_wide_gamut_picture_is_converted(tmp_path: Path) -> None:
    """A profile whose red and green are swapped shows at once whether it was honoured."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"tmpZ").replace(b"gXYZ", b"rXYZ").replace(b"tmpZ", b"gXYZ")
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be")).replace(
        b"sRGB", b"Swap"
    )
    path = tmp_path / "swapped.png"
    Image.new("RGB", (900, 600), (255, 0, 0)).save(path, icc_profile=swapped)
    derivatives = made(path)
    with Image.open(derivatives.thumb.path) as thumb:
        assert "icc_profile" not in thumb.info
        red, green, _ = pixel(thumb.convert("RGB"), (5, 5))
        assert green > 200 > 60 > red


def test_a_profile_for_other_channels_is_ignored(tmp_path: Path) -> None:
    with Image.open(sample("screenshot.png")) as original:  # RGB with a profile for grey
        assert original.info.get("icc_profile")
        expected = original.convert("RGB").resize((750, 422), Image.Resampling.LANCZOS)
    derivatives = made(copied("screenshot.png", tmp_path))
    assert derivatives.medium
    with Image.open(derivatives.medium.path) as medium:
        assert difference(medium, expected) < 1.5


def test_the_fast_path_looks_like_the_slow_one(tmp_path: Path) -> None:
    derivatives = made(copied("iphone-gps-8mp.jpg", tmp_path))
    assert derivatives.medium
    with (
        Image.open(sample("iphone-gps-8mp.jpg")) as original,
        Image.open(derivatives.medium.path) as medium,
    ):
        slow = original.convert("RGB").resize(medium.size, Image.Resampling.LANCZOS)
        assert difference(medium, slow) < 3


def test_an_extreme_panorama_has_a_sharp_thumb(tmp_path: Path) -> None:
    path = tmp_path / "wide.jpg"
    Image.effect_noise((8000, 400), 90).convert("RGB").save(path, quality=95)
    derivatives = made(path)
    assert derivatives.medium and (derivatives.medium.width, derivatives.medium.height) == (750, 38)
    with Image.open(derivatives.thumb.path) as thumb:
        # enlarged from 38 rows it would be a blur
        assert ImageStat.Stat(thumb.convert("L")).stddev[0] > 40


def test_bmp_becomes_png_pixel_for_pixel(tmp_path: Path) -> None:
    path = copied("still.bmp", tmp_path)
    png = to_png(path, probe(path, max_megapixels=128, allowed=ALL))
    with Image.open(png) as made_png, Image.open(path) as original:
        assert made_png.format == "PNG"
        assert made_png.convert("RGB").tobytes() == original.convert("RGB").tobytes()


def test_resize_keeps_profile_and_camera_and_is_upright(tmp_path: Path) -> None:
    path = copied("orientation-6.jpg", tmp_path)
    resized, size = resize(path, probe(path, max_megapixels=128, allowed=ALL), 300)
    with Image.open(resized) as image, Image.open(path) as original:
        assert image.size == size == (300, 225)
        assert image.format == "JPEG"
        assert image.getexif().get(0x0112, 1) == 1
        assert image.info["icc_profile"] == original.info["icc_profile"]
        upright = Image.open(sample("orientation-1.jpg")).resize(size)
        # it keeps a profile that the other has not; upside down it is over 40
        assert difference(image, upright) < 20


@pytest.mark.parametrize("extension", ["gif", "png", "webp"])
def test_no_ring_round_a_small_transparent_picture(extension: str, tmp_path: Path) -> None:
    """Enlarged or shrunk: outside of its edge there is nothing, inside it nothing but its
    colour.
    """
    for size in (32, 600):
        left, right, spread = size // 4, size - size // 4 - 1, 320 / size
        # transparent pixels have a colour, too, and it must not show
        image = Image.new("RGBA", (size, size), (0, 0, 255, 0))
        image.paste((255, 0, 0, 255), (left, left, right + 1, right + 1))
        path = tmp_path / f"{size}.{extension}"
        options: dict[str, Any] = {"lossless": True, "exact": True} if extension == "webp" else {}
        image.save(path, **options)
        with Image.open(made(path).thumb.path) as thumb:
            pixels = thumb.convert("RGBA")
        margin = max(2.0, 2 * spread)  # of the filter's width, in pixels of the thumb
        near, far = left * spread, (right + 1) * spread
        for x in range(320):
            red, _, blue, alpha = pixel(pixels, (x, 160))
            if x < near - margin or x >= far + margin:
                assert alpha == 0, (size, x)
            elif near + margin < x < far - margin:
                assert alpha >= 250 and red >= 250 and blue <= 5, (size, x)
            if extension == "gif":
                assert alpha in (0, 255)
            elif alpha and extension == "png":
                assert red >= 250 and blue <= 5, (size, x)
        if extension == "gif":  # half covered is the edge
            assert (
                abs(sum(pixel(pixels, (x, 160))[3] == 255 for x in range(320)) - (far - near)) <= 2
            )
