"""What a file told beside its pixels, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models import Upload


def privacy_report(upload: Upload, labels: Callable[[str | None], list[str]]) -> dict[str, Any]:
    """As the upload page's script takes it. ``leftovers`` should be gone and isn't; ``owned`` says
    whether anybody but the site's admins can open it while it is private. ``labels`` puts one of
    the columns ``removed``, ``kept`` and ``leftovers`` into words.
    """
    return {
        "removed": labels(upload.removed),
        "kept": labels(upload.kept),
        "leftovers": labels(upload.leftovers),
        "visibility": upload.visibility,
        "owned": upload.user_id is not None,
        "damaged": upload.is_damaged,
    }
