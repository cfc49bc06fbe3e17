"""What lies in the folders of the site and belongs to no upload."""

from __future__ import annotations

import time
from collections.abc import Iterator

from media.storage import PRIVATE
from models import Journal, Upload, db
from services.doctor.finding import Damage, Finding
from services.jobs import limits
from services.site import Site

NO_MODES = "Its disk has one mode for all files. Mount it so that only Keepsake may read it."


def walk(site: Site, after: str = "") -> Iterator[tuple[str, list[Finding]]]:
    """Folder by folder, from behind ``after``. Raises what a storage raises."""
    for folder in site.storage.folders(after):
        yield folder, list(_in(site, folder))


def roots(site: Site) -> Iterator[Finding]:
    """Beside the folders of files."""
    for path in site.storage.strangers():
        yield Finding(Damage.NOT_OURS, path)
    if not site.storage.keeps_private():
        yield Finding(Damage.TOO_OPEN, PRIVATE, fault=NO_MODES)
    if site.storage.temp.has_leftovers(limits.GRACE_SECONDS):
        yield Finding(Damage.LEFTOVER, site.storage.temp.path.name)


def _in(site: Site, folder: str) -> Iterator[Finding]:
    # before the files: what is published meanwhile is too young to be without a row
    rows = {path.lower() for path in Upload.files_in(folder)}
    db.session.rollback()
    for root, path, state in site.storage.entries(folder):
        if path.lower() in rows:
            continue
        if state.kind != "file":
            yield Finding(Damage.NOT_OURS, f"{root}/{path}")
        elif _is_old(site, root, path) and not _has_row_now(path):
            yield Finding(Damage.WITHOUT_ROW, f"{root}/{path}")


def _is_old(site: Site, root: str, path: str) -> bool:
    return site.storage.last_touched(root, path) < time.time() - limits.GRACE_SECONDS


def _has_row_now(path: str) -> bool:
    """Or is on its way to one."""
    try:
        return bool(Upload.homes([path]) or Journal.taken([path]))
    finally:
        db.session.rollback()
