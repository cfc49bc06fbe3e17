"""Where an upload's files are: written down in the journal before they move, settled by what the
rows say.

One rule settles everything that a crash, a power cut or a fault leaves: a file in the journal goes
to the root that its upload's row names, and goes away where no row has it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping, Sequence

from media.storage import PRIVATE, PUBLIC, ROOTS
from models import Journal, Upload, begin_write, db
from services.errors import Busy
from services.site import Site

log = logging.getLogger("keepsake")

_BATCH = 200  # paths in one statement
_WAIT_SECONDS = 3.0  # for who publishes a preview, or moves the files of the same upload: moments
_LOOK_SECONDS = 0.02


def reserve(site: Site, paths: Sequence[str], upload: Upload) -> bool:
    """Write down that these files will move, and commit. False where one of them is on its way
    already, or belongs to another upload, or where ``upload`` has been deleted. A new upload's row
    must not be in the session yet.
    """
    with site.writing:
        begin_write()
        if upload.id:
            free = Upload.exists(upload.public_id) and Journal.add(paths, site.running.id)
        else:
            free = _add_new(site, paths, upload)
        if not free:
            db.session.rollback()
            return False
        try:
            db.session.commit()
        except BaseException:  # they may be written down all the same
            site.unsettled.update(paths)
            raise
    return True


def reserve_all(site: Site, upload: Upload) -> list[str]:
    """`reserve` all files of an upload and reload it, now that no other process may change it: also
    a preview that it got since it was read. Waits for whoever is at them. Empty where the upload
    has been deleted. Raises Busy.
    """
    until, row, written = time.monotonic() + _WAIT_SECONDS, upload.id, list[str]()
    try:
        while missing := [path for path in upload.places if path not in written]:
            if reserve(site, missing, upload):
                written += missing
            elif time.monotonic() < until:
                time.sleep(_LOOK_SECONDS)
            else:
                raise Busy()
            if not Upload.reload(row):
                return []
    except BaseException:
        give_up(site, written)
        raise
    return written


def reserve_many(site: Site, row_ids: Sequence[int]) -> dict[int, list[str]]:
    """`reserve_all` of many uploads in one commit: the paths that were written down, by row id. One
    that somebody else is still at after a while is left out, as is one that was deleted. Who waits
    holds nothing meanwhile, so that no two wait for each other.
    """
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        is_last = time.monotonic() > until
        written = _reserve_free(site, row_ids, some_are_enough=is_last)
        if written is not None:
            return written
        time.sleep(_LOOK_SECONDS)


def _reserve_free(
    site: Site, row_ids: Sequence[int], *, some_are_enough: bool
) -> dict[int, list[str]] | None:
    """All of these, or those that nobody is at; None where that isn't enough."""
    with site.writing:
        begin_write()
        places = {upload.id: list(upload.places) for upload in Upload.load(row_ids)}
        taken = Journal.taken([path for paths in places.values() for path in paths])
        if taken and not some_are_enough:
            db.session.rollback()
            return None
        free = {row: paths for row, paths in places.items() if taken.isdisjoint(paths)}
        paths = [path for some in free.values() for path in some]
        Journal.write(paths, site.running.id)
        try:
            db.session.commit()
        except BaseException:  # they may be written down all the same
            site.unsettled.update(paths)
            raise
    return free


def _add_new(site: Site, paths: Sequence[str], upload: Upload) -> bool:
    """Two uploads may have one name and no file in common: only then the paths are compared."""
    new = (paths, site.running.id, upload.public_id)
    if Journal.add(*new, on=Upload.none_named_as(paths)):
        return True
    return not Upload.homes(paths) and Journal.add(*new)


def move(site: Site, upload: Upload, root: str, written: Collection[str]) -> None:
    """Move the files of an upload, all of which must be written down, and say so in its row, which
    the caller commits. Raises StorageMissing.
    """
    if not set(upload.files).issubset(written):
        raise ValueError(f"not written down: {upload.files}")
    site.storage.check_writable()
    if upload.root != root:
        site.storage.move(upload.files, upload.root, root)
        upload.root = root


def move_many(
    site: Site, uploads: Sequence[Upload], written: Mapping[int, Collection[str]]
) -> None:
    """`move`, each to where it belongs: together, so that a folder is synced once for all of its
    files. ``written`` has the paths by row ids.
    """
    moves: dict[tuple[str, str], list[Upload]] = {}
    for upload in uploads:
        if not set(upload.files).issubset(written[upload.id]):
            raise ValueError(f"not written down: {upload.files}")
        if upload.root != upload.belongs_in:
            moves.setdefault((upload.root, upload.belongs_in), []).append(upload)
    site.storage.check_writable()
    for (source, target), some in moves.items():
        site.storage.move([path for upload in some for path in upload.files], source, target)
        for upload in some:
            upload.root = target


def hide_files(site: Site, uploads: Sequence[Upload]) -> None:
    """Move files that are written down to the private root before their rows say so."""
    site.storage.check_writable()
    paths = [path for upload in uploads if upload.root == PUBLIC for path in upload.files]
    if paths:
        site.storage.move(paths, PUBLIC, PRIVATE)


def show_again(site: Site, uploads: Sequence[Upload]) -> None:
    """Of `hide_files`: back with those whose rows stay as they were after all."""
    paths = [path for upload in uploads if upload.root == PUBLIC for path in upload.files]
    if paths:
        site.storage.move(paths, PRIVATE, PUBLIC)


def settle(site: Site, paths: Collection[str]) -> None:
    """Move each file to its root or delete it, strike it out of the journal, and commit. Raises
    what the first file that can't be settled raised, when all others are.
    """
    ordered, faults = sorted(paths), list[Exception]()
    for at in range(0, len(ordered), _BATCH):
        batch = ordered[at : at + _BATCH]
        try:
            _settle_batch(site, batch)
        except Exception as error:
            db.session.rollback()
            faults += _settle_one_by_one(site, batch) if len(batch) > 1 else [error]
    if faults:
        raise faults[0]


def _settle_one_by_one(site: Site, paths: Sequence[str]) -> list[Exception]:
    faults = []
    for path in paths:
        try:
            _settle_batch(site, [path])
        except Exception as error:
            db.session.rollback()
            faults.append(error)
    return faults


def _settle_batch(site: Site, paths: Sequence[str]) -> None:
    homes = Upload.homes(paths)
    site.storage.delete([path for path in paths if not homes.get(path)])
    for home, other in (ROOTS, ROOTS[::-1]):
        site.storage.withdraw(other, [path for path in paths if homes.get(path) == home])
    with site.writing:
        Journal.strike(paths)
        db.session.commit()
    site.unsettled.difference_update(paths)


def give_up(site: Site, paths: Collection[str]) -> None:
    """After a failure: put all as the rows say."""
    db.session.rollback()
    settle_or_give_up(site, paths)


def settle_or_give_up(site: Site, paths: Collection[str]) -> None:
    """`settle`; where that fails, upkeep goes on trying, and the next start."""
    site.unsettled.update(paths)
    try:
        settle(site, paths)
    except Exception:  # of who gives up, the first failure is the one to report
        log.exception("Some of %s files stay where they are until the storage is back", len(paths))


def settle_the_dead(site: Site) -> int:
    """Settle what processes left that are gone, and what we had to give up. Call it while
    exclusive; how many files it was.
    """
    left = Journal.left_by_others_than({site.running.id, *site.running.others()})
    left = [*left, *site.unsettled]
    settle(site, left)
    return len(left)
