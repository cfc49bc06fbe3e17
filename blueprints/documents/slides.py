"""A file as a slideshow shows it."""

from __future__ import annotations

from typing import Any

from blueprints.documents.sources import view
from blueprints.http.addresses import Addresses
from media.pixels import preview
from models import Upload

# A photo of this is a camera's best; a larger file is something else, and has a preview
HEAVY_BYTES = 12_000_000
# An animation is drawn as long as it is shown, mostly on an old tablet
HEAVY_ANIMATION_BYTES = 8_000_000


def slide(upload: Upload, name: str, where: Addresses) -> dict[str, Any]:
    """``name`` is what the list of files goes on behind; ``pictures`` are its
    sizes, the smallest first. A video is shown by its still picture: old browsers play none by
    themselves, and nobody is there to start it.
    """
    return {
        "id": name,
        "alt": upload.alt_text or upload.title or "",
        "title": upload.title or "",
        "pictures": [_picture(upload, name, *size, where) for name, size in _sizes(upload, where)],
    }


def _picture(
    upload: Upload, name: str, width: int, height: int, where: Addresses
) -> dict[str, Any]:
    """``type`` is what not every browser shows, which then takes another."""
    extension = name.rpartition(".")[2]
    return {
        "url": where.shown(upload, name),
        "width": width,
        "height": height,
        "type": extension if extension in ("webp", "avif") else "",
    }


def _sizes(upload: Upload, where: Addresses) -> list[tuple[str, tuple[int, int]]]:
    """Names of files with their pixels."""
    whole, medium = (upload.width, upload.height), (upload.medium_width, upload.medium_height)
    of_medium = [(upload.derivative("md"), medium)] if upload.medium_size else []
    opens_file = where.opens_file(upload)
    if upload.is_video:
        return [*of_medium, (upload.derivative("fr"), whole)]
    if upload.is_animated:
        is_light = upload.size <= HEAVY_ANIMATION_BYTES or not of_medium
        moves = upload.is_playable and opens_file and is_light
        return [(upload.filename, whole)] if moves else of_medium
    sizes = {
        upload.derivative("md"): medium,
        upload.derivative("pv"): preview.size(*whole),
        upload.filename: whole,
    }
    names = [one.name for one in view(upload, opens_file=opens_file).sources]
    if len(names) > 1 and names[-1] == upload.filename and upload.size > HEAVY_BYTES:
        names.pop()
    return [(name, sizes[name]) for name in names]
