"""Camera details in the served file; never the location."""

from __future__ import annotations

import json
import re

from models import Upload

# What the camera panel shows, in this order: a word for it, and ExifRead's names for it.
CAMERA_PANEL = [
    ("lens", ("LensModel",)),
    ("exposure", ("ExposureTime",)),
    ("aperture", ("FNumber",)),
    ("iso", ("ISOSpeedRatings", "PhotographicSensitivity")),
    ("focal length", ("FocalLength",)),
]
UNITS = {"exposure": ("", " s"), "aperture": ("f/", ""), "focal length": ("", " mm")}


def panel(upload: Upload) -> list[tuple[str, str]]:
    """A word of CAMERA_PANEL, or ``camera``, and the value: of each that is known."""
    tags: dict[str, str] = json.loads(upload.exifdata) if upload.exifdata else {}
    rows = [("camera", upload.camera)] if upload.camera else []
    for word, names in CAMERA_PANEL:
        value = next((tags[name] for name in names if tags.get(name)), "")
        if value:
            before, after = UNITS.get(word, ("", ""))
            rows.append((word, before + (value if word == "exposure" else _decimal(value)) + after))
    return rows


def _decimal(value: str) -> str:
    """EXIF's fractions for people: ``11/5`` → ``2.2``."""
    fraction = re.fullmatch(r"(\d{1,9})/(\d{1,9})", value)
    return f"{int(fraction[1]) / int(fraction[2]):.3g}" if fraction and int(fraction[2]) else value
