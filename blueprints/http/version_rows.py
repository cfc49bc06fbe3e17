"""What two versions of a file have, side by side."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from blueprints.documents import camera
from blueprints.documents.wire import duration_time, size_formatted
from blueprints.http import words
from blueprints.http.language import gettext as _
from blueprints.http.language import minute
from blueprints.http.privacy_words import labels
from models import Upload


class Row(NamedTuple):
    label: str
    before: str
    now: str
    is_date: bool

    @property
    def differs(self) -> bool:
        return self.before != self.now


def compared(version: Upload, upload: Upload, zone: tzinfo) -> list[Row]:
    """Whatever one of them has."""
    before, now = _facts(version, zone), _facts(upload, zone)
    names = list(dict.fromkeys([*now, *before]))
    rows = [
        Row(name, before.get(name, ""), now.get(name, ""), name == _("Taken")) for name in names
    ]
    return [row for row in rows if row.before or row.now]


def _facts(upload: Upload, zone: tzinfo) -> dict[str, str]:
    """By their labels; "" for what it hasn't."""
    taken = upload.taken_at.astimezone(zone) if upload.taken_at else None
    return {
        _("Type"): upload.extension.upper(),
        _("Pixels"): f"{upload.width} × {upload.height}",
        _("Size"): size_formatted(upload.size),
        _("Duration"): duration_time(upload.duration) if upload.is_video else "",
        _("File name"): upload.original_filename,
        _("Taken"): minute(taken) if taken else "",
        **{_(words.CAMERA[word]): value for word, value in camera.panel(upload)},
        _("Removed"): labels(upload.removed),
        _("Kept"): labels(upload.kept),
        _("Couldn't be removed"): labels(upload.leftovers),
    }
