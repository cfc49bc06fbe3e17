"""The camera as a tag, where the site wants that."""

from __future__ import annotations

from collections.abc import Sequence

from models.limits import MAX_TAG, MAX_TAGS
from models.tag import FORBIDDEN
from services.settings import Settings


def with_camera(settings: Settings, sent: Sequence[str], camera: str) -> list[str]:
    """The tags of a new upload: those that were sent, and its camera, if there is room."""
    name = " ".join(FORBIDDEN.sub(" ", camera).split())[:MAX_TAG].strip()
    is_new = name.casefold() not in {tag.casefold() for tag in sent}
    wants = settings.camera_tags and name and is_new and len(sent) < MAX_TAGS
    return [*sent, name] if wants else list(sent)
