"""How a picture was taken, as the served file says it; never where."""

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
    told: dict[str, str] = json.loads(upload.exifdata) if upload.exifdata else {}
    rows = [("Camera", upload.camera)] if upload.camera else []
    for label, names in CAMERA_PANEL:
        value = next((told[name] for name in names if told.get(name)), "")
        if value:
            before, after = UNITS.get(label, ("", ""))
            rows.append(
                (label, before + (value if label == "Exposure" else _decimal(value)) + after)
            )
    return rows


def _decimal(value: str) -> str:
    """EXIF's fractions for people: ``11/5`` → ``2.2``."""
    found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", value)
    return f"{int(found[1]) / int(found[2]):.3g}" if found and int(found[2]) else value
