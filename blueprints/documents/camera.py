"""Camera details in the served file; never the location."""

from __future__ import annotations

import json
import re

from models import Upload

# What the camera panel shows, in this order: the label, and ExifRead's names for it.
CAMERA_PANEL = [
    ("Lens", ("LensModel",)),
    ("Exposure", ("ExposureTime",)),
    ("Aperture", ("FNumber",)),
    ("ISO", ("ISOSpeedRatings", "PhotographicSensitivity")),
    ("Focal length", ("FocalLength",)),
]
UNITS = {"Exposure": ("", " s"), "Aperture": ("f/", ""), "Focal length": ("", " mm")}


def panel(upload: Upload) -> list[tuple[str, str]]:
    """(label, value) each, for people."""
    tags: dict[str, str] = json.loads(upload.exifdata) if upload.exifdata else {}
    rows = [("Camera", upload.camera)] if upload.camera else []
    for label, names in CAMERA_PANEL:
        value = next((tags[name] for name in names if tags.get(name)), "")
        if value:
            before, after = UNITS.get(label, ("", ""))
            rows.append(
                (label, before + (value if label == "Exposure" else _decimal(value)) + after)
            )
    return rows


def _decimal(value: str) -> str:
    """EXIF's fractions for people: ``11/5`` → ``2.2``."""
    fraction = re.fullmatch(r"(\d{1,9})/(\d{1,9})", value)
    return f"{int(fraction[1]) / int(fraction[2]):.3g}" if fraction and int(fraction[2]) else value
