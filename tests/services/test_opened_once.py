"""A file is opened once, parsed once to be read and once to prove that it is clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import exifread
import pytest
from PIL import Image

from media.pixels import decode
from tests.conftest import Person


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    counted: Counter[str] = Counter()
    for module, name in ((Image, "open"), (exifread, "process_file")):
        real = getattr(module, name)

        def counting(*args: Any, real: Any = real, name: str = name, **kwargs: Any) -> Any:
            counted[name] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, counting)
    yield counted


@pytest.mark.parametrize(
    ("name", "opened", "parsed"),
    [
        ("gps-nikon.jpg", 1, 2),  # read, and proved once it is blanked
        ("iphone-gps-8mp.jpg", 1, 2),
        ("canon-40d.jpg", 1, 2),
        ("xmp-title.jpg", 1, 2),
        ("orientation-6.jpg", 1, 2),
        ("plain.jpg", 1, 1),  # nothing to read: the proof alone
        ("cmyk.jpg", 1, 1),
        ("alpha.png", 1, 1),
        ("screenshot.png", 1, 1),
        ("still.webp", 1, 1),
        ("animated.webp", 1, 1),
    ],
)
def test_how_often(name: str, opened: int, parsed: int, ann: Person, calls: Counter[str]) -> None:
    assert ann.upload(name).status_code == 200
    assert (calls["open"], calls["process_file"]) == (opened, parsed)


def test_a_jpeg_is_never_decoded_in_full(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    real = decode.pixels

    def pixels(image: Image.Image, path: Path) -> Image.Image:
        loaded = real(image, path)
        sizes.append(loaded.size)
        return loaded

    monkeypatch.setattr(decode, "pixels", pixels)
    ann.uploaded("iphone-gps-8mp.jpg")
    assert sizes == [(816, 612)]  # of 3264 × 2448
