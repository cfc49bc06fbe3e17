"""The files that show a still: medium, preview, and the file itself. A browser takes the one that
is sharp enough where it is shown.
"""

from __future__ import annotations

from typing import NamedTuple

from media.pixels import preview
from models import Upload

# bytes: such a file is loaded by who zooms, and by others where nothing stands for it
HEAVY = 1_000_000


class Source(NamedTuple):
    name: str  # of the file
    width: int


class View(NamedTuple):
    """How the viewer shows an upload: as ``image`` or ``video``, the file ``name``. ``is_heavy``:
    its largest source is for who zooms.
    """

    kind: str
    name: str
    sources: list[Source]
    is_heavy: bool


def sources(upload: Upload, *, opens_file: bool = True) -> list[Source]:
    """What a page chooses from, the narrowest first; none of what moves. ``opens_file``: whoever
    looks gets the file itself (`Addresses.opens_file`).
    """
    found = _stills(upload, opens_file=opens_file)
    is_heavy = opens_file and _is_heavy(upload)
    return found[:-1] if len(found) > 1 and is_heavy else found


def view(upload: Upload, *, opens_file: bool = True) -> View:
    if upload.is_video:
        name = upload.filename if upload.is_playable else upload.derivative("fr")
        return View("video" if upload.is_playable else "image", name, [], False)
    found = _stills(upload, opens_file=opens_file)
    is_whole = not found or (upload.is_playable and opens_file)
    name = upload.filename if is_whole else found[-1].name
    return View("image", name, found, opens_file and _is_heavy(upload))


def _stills(upload: Upload, *, opens_file: bool) -> list[Source]:
    if upload.is_video or upload.is_animated:
        return []
    found = []
    if upload.medium_size:
        found.append(Source(upload.derivative("md"), upload.medium_width))
    if upload.preview_size:
        width, _ = preview.size(upload.width, upload.height)
        found.append(Source(upload.derivative("pv"), width))
    if upload.is_playable and opens_file:
        found.append(Source(upload.filename, upload.width))
    return found


def _is_heavy(upload: Upload) -> bool:
    return upload.is_playable and upload.size > HEAVY
