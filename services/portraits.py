"""The picture of a person: decoded under the limits of uploads, and kept as a few pixels."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from media.formats import FORMATS
from media.intake.spool import Spool
from media.pixels import memory
from media.pixels.portrait import portrait
from media.probe import Facts, probe
from media.sniff import format_of
from models import User, begin_write, db
from models.portrait import Portrait
from services.site import Site

T = TypeVar("T")


def set_portrait(site: Site, user: User, source: Spool) -> None:
    """Raises any UploadError; then they have the picture that they had. The temp file is left to
    who made it.
    """
    site.check_ready()
    data = made_of(site, source, portrait)
    with site.writing:
        begin_write()
        Portrait.set(user, data)
        db.session.commit()


def remove_portrait(user: User) -> None:
    Portrait.clear(user)
    db.session.commit()


def made_of(site: Site, source: Spool, make: Callable[[Path, Facts], T]) -> T:
    """What ``make`` makes of a picture. Raises any UploadError."""
    path, settings = source.path, site.settings
    pictures = [name for name in settings.allowed_formats if FORMATS[name].kind == "image"]
    with site.turn(), contextlib.ExitStack() as opened:
        with site.memory(memory.look(format_of(path), source.size)):
            facts = probe(
                path, max_megapixels=settings.max_megapixels, allowed=pictures, stays_open=opened
            )
        with site.memory(memory.need(facts, source.size)):
            return make(path, facts)
