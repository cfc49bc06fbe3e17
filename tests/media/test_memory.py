"""The table of what decoders take, against what they really take: the peak of a process that does
nothing else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image

from media.pixels import memory
from tests.conftest import ROOT, lacks, sample

SOAK = os.environ.get("SOAK") == "1"
WIDTH, HEIGHT = 2400, 1600
SPARE = 24_000_000  # what the process takes besides: libraries, their tables, the derivatives

PEAK = """
import sys
from pathlib import Path
import pillow_heif
from PIL import Image
from media.formats import FORMATS
from media.pixels import memory
from media.pixels.derive import derive, derive_preview as make, resize, to_png
from media.probe import probe

def peak():
    lines = open("/proc/self/status")
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

path, width = Path(sys.argv[1]), int(sys.argv[2])
memory.keep_little()
Image.init()
open("/proc/self/clear_refs", "w").write("5")
before = peak()
facts = probe(path, max_megapixels=128, allowed=FORMATS)
need = memory.need(facts, path.stat().st_size, width or None)
if facts.format == "bmp":
    to_png(path, facts)
elif width:
    resize(path, facts, width)
else:
    derive(path, facts, "jpeg")
print(need, peak() - before)
"""


def photo(mode: str) -> Image.Image:
    with Image.open(sample("iphone-gps-8mp.jpg")) as source:
        image = source.convert("RGB").resize((WIDTH, HEIGHT))
    if mode == "I;16":
        return Image.new("I;16", image.size, 3000)
    if mode in ("RGBA", "LA"):
        image = image.convert(mode)
        image.putalpha(image.convert("L"))
    return image.quantize(64) if mode == "P" else image.convert(mode)


CASES: dict[str, tuple[str, dict[str, Any], int]] = {
    "baseline.jpg": ("RGB", {"quality": 90}, 0),
    "progressive.jpg": ("CMYK", {"quality": 90, "progressive": True, "subsampling": 0}, 0),
    "resized.jpg": ("RGB", {"quality": 90, "progressive": True, "subsampling": 0}, WIDTH - 10),
    "alpha.png": ("RGBA", {"compress_level": 1}, 0),
    "deep.png": ("I;16", {}, 0),
    "resized.png": ("RGBA", {"compress_level": 1}, WIDTH - 10),
    "palette.gif": ("P", {"transparency": 0}, 0),
    "resized.gif": ("P", {"transparency": 0}, WIDTH - 10),
    "lossy.webp": ("RGBA", {"method": 0, "quality": 70}, 0),
    "lossless.webp": ("RGBA", {"method": 0, "lossless": True}, 0),
    "resized.webp": ("RGBA", {"method": 0, "quality": 70}, WIDTH - 10),
    "alpha.avif": ("RGBA", {"speed": 10, "subsampling": "4:4:4"}, 0),
    "resized.avif": ("RGB", {"speed": 10}, WIDTH - 10),
    "iphone.heic": ("RGB", {}, 0),
    "alpha.heic": ("RGBA", {"quality": 50}, 0),
    "plain.bmp": ("RGB", {}, 0),
    "packed.tiff": ("RGBA", {"compression": "tiff_lzw"}, 0),
    "float.tiff": ("F", {}, 0),
}


LONG = {
    "deep.png", "resized.png", "palette.gif", "resized.gif", "lossless.webp", "resized.webp",
    "resized.avif", "alpha.heic", "float.tiff",
}  # with SOAK=1  # fmt: skip


@pytest.mark.parametrize("name", [name for name in CASES if SOAK or name not in LONG])
def test_a_picture_takes_no_more_than_the_table_says(name: str, tmp_path: Path) -> None:
    if not Path("/proc/self/clear_refs").exists():
        lacks("/proc")
    pillow_heif.register_heif_opener()
    mode, options, width = CASES[name]
    if name == "iphone.heic":
        shutil.copy(sample(name), tmp_path)
    else:
        photo(mode).save(tmp_path / name, **options)
    check(tmp_path / name, width)


@pytest.mark.parametrize("size", [(900, 16_000), (24_000, 600), (24_000, 1300)])
def test_long_photos_are_reduced_little(size: tuple[int, int], tmp_path: Path) -> None:
    """A JPEG is decoded nearly as it is where its thumb, medium or tile needs its shorter side."""
    if not Path("/proc/self/clear_refs").exists():
        lacks("/proc")
    with Image.open(sample("plain.jpg")) as photo:
        photo.resize(size).save(tmp_path / "long.jpg")
    check(tmp_path / "long.jpg")


@pytest.mark.parametrize(
    ("mode", "size", "format"),
    [
        ("RGBA", (40_000, 481), "png"),
        ("P", (60_000, 481), "png"),
        ("RGBA", (245, 80_000), "png"),
        ("RGBA", (800, 30_000), "png"),  # its medium is nearly as large
        ("RGBA", (800, 16_000), "webp"),
    ],
)
def test_of_long_pictures_the_parts_are_cut_out_first(
    mode: str, size: tuple[int, int], format: str, tmp_path: Path
) -> None:
    if not Path("/proc/self/clear_refs").exists():
        lacks("/proc")
    path = tmp_path / f"long.{format}"
    options: dict[str, Any] = {"method": 0} if format == "webp" else {"compress_level": 1}
    photo(mode).resize(size, Image.Resampling.NEAREST).save(path, **options)
    check(path)


@pytest.mark.parametrize("name", ["progressive.jpg", "alpha.png", "lossy.webp", "iphone.heic"])
def test_a_preview_takes_no_more_than_it_asks_for(name: str, tmp_path: Path) -> None:
    if not Path("/proc/self/clear_refs").exists():
        lacks("/proc")
    mode, options, _ = CASES[name]
    if name == "iphone.heic":
        shutil.copy(sample(name), tmp_path)
    else:
        photo(mode).resize((4800, 3200)).save(tmp_path / name, **options)
    script = PEAK.replace("memory.need(", "memory.need_of_preview(").replace(", width or None", "")
    check(
        tmp_path / name, script=script.replace('derive(path, facts, "jpeg")', "make(path, facts)")
    )


def check(path: Path, width: int = 0, script: str = PEAK) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), str(width)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    need, peak = map(int, done.stdout.split())
    # neither too little, nor so much that nothing fits
    assert peak <= need + SPARE and need - memory.FIXED <= 6 * peak
