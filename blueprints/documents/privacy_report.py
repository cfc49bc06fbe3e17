"""What a file told beside its pixels, and what became of it: in the words of pages."""

from __future__ import annotations

from typing import Any

from models import Upload

_LABELS = {"place": "location", "maker note": "maker notes"}  # others are said as they are stored


def labels(text: str | None) -> list[str]:
    """Of one of the columns ``removed``, ``kept`` and ``leftovers``."""
    return [_LABELS.get(word, word) for word in text.split(", ")] if text else []


def privacy_report(upload: Upload) -> dict[str, Any]:
    """As the upload page's script takes it. ``leftovers`` should be gone and isn't; ``owned`` says
    whether anybody but the site's admins can open it while it is private.
    """
    return {
        "removed": labels(upload.removed),
        "kept": labels(upload.kept),
        "leftovers": labels(upload.leftovers),
        "visibility": upload.visibility,
        "owned": upload.user_id is not None,
        "damaged": upload.is_damaged,
    }
