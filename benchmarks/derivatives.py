"""How fast thumb, medium, tile and preview are made, against the obvious way: decode in full, then
shrink. Ratios of one run.

    .venv/bin/python -m benchmarks.derivatives
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps

from media.intake.spool import md5_of
from media.pixels.derive import derive, derive_preview
from media.probe import probe

SAMPLES = Path(__file__).parent.parent / "tests" / "samples"


def best(work: Callable[[], object], rounds: int = 7) -> float:
    """Milliseconds of CPU of the fastest round."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times) * 1000


def twelve_megapixels(folder: Path) -> Path:
    path = folder / "twelve.jpg"
    with Image.open(SAMPLES / "iphone-gps-8mp.jpg") as photo:
        photo.resize((4000, 3000)).save(path, quality=92)
    return path


def the_obvious_way(path: Path) -> None:
    with Image.open(path) as image:
        whole = ImageOps.exif_transpose(image).convert("RGB")
        whole.resize((750, round(750 * whole.height / whole.width)), Image.Resampling.LANCZOS).save(
            path.with_suffix(".md.jpg"), quality=88
        )
        whole.resize((round(480 * whole.width / whole.height), 480), Image.Resampling.LANCZOS).save(
            path.with_suffix(".tl.jpg"), quality=82
        )
        ImageOps.fit(whole, (320, 320), Image.Resampling.LANCZOS).save(
            path.with_suffix(".th.jpg"), quality=82
        )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = twelve_megapixels(folder)
        facts = probe(path, max_megapixels=128, allowed=("jpg",))
        rows = {
            "MD5 of the file": best(lambda: md5_of(path)),
            "probe (structure, metadata)": best(
                lambda: probe(path, max_megapixels=128, allowed=("jpg",))
            ),
            "all derivatives": best(lambda: derive(path, facts, "jpg")),
            "the preview, which a job makes": best(lambda: derive_preview(path, facts)),
            "all derivatives, the obvious way": best(lambda: the_obvious_way(path)),
        }
    ours = rows["all derivatives"]
    print(f"12 MP JPEG, {path.name}")
    for what, milliseconds in rows.items():
        print(f"  {what:36} {milliseconds:7.1f} ms   {milliseconds / ours:5.2f} of ours")


if __name__ == "__main__":
    main()
