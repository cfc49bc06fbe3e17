"""The preview of large stills: which files have one, of what size, and how it looks."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from media.pixels import decode, preview
from media.pixels.derive import Derivative, derive_preview
from tests.conftest import ROOT, sample
from tests.media.make import pixel
from tests.media.test_derive import difference
from tests.media.test_tile import copied, facts_of


def preview_of(path: Path) -> Derivative | None:
    return derive_preview(path, facts_of(path))


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (4000, 3000, (1600, 1200)),
        (3000, 4000, (1200, 1600)),
        (2400, 1800, (1200, 900)),  # a half, so that a JPEG isn't decoded in full
        (12000, 2000, (1600, 267)),
    ],
)
def test_sizes(width: int, height: int, size: tuple[int, int]) -> None:
    assert preview.size(width, height) == size


@pytest.mark.parametrize(
    ("changed", "is_needed"),
    [
        ({}, True),
        ({"width": 2399}, False),
        ({"file_bytes": 799_999}, False),
        ({"file_bytes": 1, "is_playable": False}, True),  # a HEIC is not shown otherwise
        ({"is_animated": True}, False),
        ({"kind": "video"}, False),
        ({"width": 1800, "height": 2400}, True),
        ({"width": 2160, "height": 3840}, True),  # 9:16
        ({"width": 2159, "height": 3840}, False),
        ({"width": 1440, "height": 9000}, False),  # a long screenshot
    ],
)
def test_which_have_one(changed: dict[str, Any], is_needed: bool) -> None:
    given = {
        "kind": "image",
        "is_animated": False,
        "is_playable": True,
        "width": 2400,
        "height": 1800,
        "file_bytes": 800_000,
        **changed,
    }
    file_bytes = given.pop("file_bytes")
    assert preview.is_needed(SimpleNamespace(**given), file_bytes) == is_needed


def test_the_migration_knows_the_same_numbers() -> None:
    text = (ROOT / "migrations" / "versions" / "0021_preview.py").read_text()
    numbers = [preview.LEAST, preview.LONGEST, preview.PART, preview.NARROWEST, preview.HEAVY_BYTES]
    condition = text.partition("IS_NEEDED = (")[2].partition(")\n\n")[0]
    assert [int(number) for number in re.findall(r"\d+", condition)] == numbers


def test_a_photo_is_never_decoded_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    really = decode.pixels

    def pixels(image: Image.Image, path: Path) -> Image.Image:
        loaded = really(image, path)
        decoded.append(loaded.size)
        return loaded

    monkeypatch.setattr(decode, "pixels", pixels)
    with Image.open(sample("iphone-gps-8mp.jpg")) as photo:
        for size in ((2401, 1801), (3264, 2448), (4000, 3000), (8000, 6000)):
            photo.resize(size).save(tmp_path / "a.jpg", quality=97)
            made = preview_of(tmp_path / "a.jpg")
            assert made and (made.width, made.height) == preview.size(*size)
    assert decoded == [(1201, 901), (1632, 1224), (2000, 1500), (2000, 1500)]


@pytest.mark.parametrize("name", ["iphone-gps-8mp.jpg", "iphone.heic"])
def test_it_looks_like_the_file_and_tells_nothing(name: str, tmp_path: Path) -> None:
    path = copied(name, tmp_path)
    made = preview_of(path)
    assert made and made.size < 400_000
    with Image.open(made.path) as shown:
        assert shown.format == "WEBP" and shown.size == (made.width, made.height)
        assert not shown.getexif() and "icc_profile" not in shown.info
    assert set(tmp_path.iterdir()) == {path, made.path}


def test_orientation_and_alpha(tmp_path: Path) -> None:
    with Image.open(sample("iphone-gps-8mp.jpg")) as source:
        photo = source.convert("RGB").resize((3200, 2400))
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    made = preview_of(tmp_path / "turned.jpg")
    assert made
    with Image.open(made.path) as shown:
        upright = photo.transpose(Image.Transpose.ROTATE_270).resize((1200, 1600))
        assert difference(shown, upright) < 4
    photo.putalpha(0)
    photo.save(tmp_path / "clear.png", compress_level=0)
    made = preview_of(tmp_path / "clear.png")
    assert made
    with Image.open(made.path) as shown:
        assert pixel(shown.convert("RGBA"), (9, 9))[3] == 0


def test_what_would_be_little_lighter_has_none(tmp_path: Path) -> None:
    noise = Image.effect_noise((2600, 1800), 90).convert("RGB")
    noise.save(tmp_path / "light.jpg", quality=12)
    assert preview_of(tmp_path / "light.jpg") is None
    assert list(tmp_path.iterdir()) == [tmp_path / "light.jpg"]
