"""New files of an upload: a name that nobody has, and their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from media.intake import filename
from media.storage import PRIVATE
from models import Upload
from services.place import reserve
from services.site import Site

RANDOM_NAME = 32  # characters, as of a file that came without a name


def reserve_free(
    site: Site, row: Callable[[str], Upload], name: str, sent_as: str
) -> tuple[Upload, list[str]]:
    """The ``row`` of the first name that is free, from this one on, and its files."""
    while True:
        upload = row(name)
        files = list(upload.places)
        if not site.storage.holds_any(files) and reserve(site, files, upload):
            return upload, files
        name = _another_name(upload, sent_as)


def put(site: Site, upload: Upload, root: str, made: Sequence[Path], sent: Path) -> None:
    """Move finished temp files to where the journal says, and what was sent beside them."""
    if upload.sent_file:
        site.storage.publish(PRIVATE, [(sent, upload.sent_file)])
    site.storage.publish(root, list(zip(made, upload.files, strict=True)))


def _another_name(upload: Upload, sent_as: str) -> str:
    """The contract's name if the holder is public; otherwise a random one, which doesn't reveal
    that the name is taken.
    """
    if Upload.is_name_public(upload.folder, upload.name):
        return filename.another_name(filename.stored_name(sent_as))
    return filename.random_text(RANDOM_NAME)
