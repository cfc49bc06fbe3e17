"""A copy of all that must be kept, made while the site runs: the database first, then the files of
its rows as they were then.

What is removed meanwhile is held back (`Storage.hold`), so that the copy is the site at one moment.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from config import FLASK
from media.errors import is_full
from models.base import end_transaction
from services.backup import known, thin
from services.backup.adopt import adopt
from services.backup.checks import BackupFull, DamagedDatabase
from services.backup.files import DAMAGED, MISSING, REPLACED
from services.backup.folder import BackupFolder, Copy, NotABackup, as_named
from services.backup.forgotten import give_up
from services.backup.lock import BackupRuns, locked
from services.backup.making import Making
from services.backup.writer import writer_of
from services.site import Site

MOST_TOLD = 1000  # faults of a kind; a lost disk has one for each file


@dataclass
class Backup:
    """A copy that is whole. ``files`` are those of uploads; ``missing`` the ids of uploads that
    lost files before, ``damaged`` those of uploads whose files aren't what their rows say,
    ``replaced`` the files that the copy before had damaged. ``links``: whether its disk has hard
    links. ``is_on_same_disk`` as the data folder: one accident takes both.
    """

    copy: Copy
    files: int = 0
    bytes: int = 0
    new_bytes: int = 0
    links: bool = True
    is_on_same_disk: bool = False
    missing: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wishes:
    """``begin_anew``: a folder that had copies may be empty. ``drop`` what is being made in another
    folder. ``all_again``: read all that is linked. ``take_over`` what another data folder made.
    """

    begin_anew: bool = False
    drop: bool = False
    all_again: bool = False
    take_over: bool = False


def back_up(site: Site, target: Path, wishes: Wishes = Wishes()) -> Backup:
    """Make a copy in ``target``, or end the one that is being made there. Raises NotABackup,
    BackupRuns, BackupFull, NotKept; StorageMissing when the files' disk is not there.
    """
    while True:
        if done := back_up_some(site, target, lambda: False, wishes):
            thin.clear(BackupFolder(as_named(target)), lambda: False)
            return done


def back_up_some(
    site: Site, target: Path, is_over: Callable[[], bool], wishes: Wishes = Wishes()
) -> Backup | None:
    """The same in turns: None where ``is_over`` said so before the copy was whole. What was thinned
    is still to be cleared.
    """
    site.storage.check(site.id)
    _check_place(site, target)
    folder = BackupFolder(as_named(target))
    _check_mounted(folder, wishes.begin_anew)
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(site.config.data, folder.path):
        folder.copies()  # raises NotABackup before anything is touched
        adopt(folder, site.id)
        folder.claim(site.id)
        folder.take(writer_of(site.config.data), over=wishes.take_over)
        making = _making(site, folder, wishes.drop)
        making.all_again = wishes.all_again
        with ExitStack() as opened:
            opened.callback(making.so_far.close)
            zone = site.settings.zone
            end_transaction()  # a read that lasts as long would keep the log of the database
            if not _gone_on(making, is_over):
                return None
            done = _done(making)
            disks = {path.stat().st_dev for path in (site.config.data, folder.path)}
            done.is_on_same_disk = len(disks) == 1
            # one time without may be a disk that was mounted in another way
            had_links = known.known_folder(folder.path).links
            thin.thin(folder, zone, done.links or had_links)
            known.write_down(site, folder, done)
            making.end()
    return done


def _gone_on(making: Making, is_over: Callable[[], bool]) -> bool:
    try:
        return making.go_on(is_over)
    except DamagedDatabase:
        give_up(making.site, making.folder)  # if it is the copy alone, the next run begins anew
        raise
    except OSError as error:
        if not is_full(error):
            raise
        raise BackupFull(
            f"The disk of {making.folder.path} is full. The copies there are whole. Make room, and "
            "the next backup goes on."
        ) from error


def _making(site: Site, folder: BackupFolder, drop: bool) -> Making:
    unfinished = Making.unfinished(site)
    if unfinished and unfinished.folder == folder and unfinished.can_go_on:
        return unfinished
    if unfinished:
        unfinished.so_far.close()
        is_elsewhere = unfinished.folder != folder and not unfinished.is_old
        if is_elsewhere and unfinished.can_go_on and not drop:
            raise BackupRuns(
                f"A copy is being made in {unfinished.folder.path}, and one is made at a time. "
                "Wait until it is done; --drop drops it."
            )
        give_up(site, unfinished.folder)
    return Making.begin(site, folder)


def _done(making: Making) -> Backup:
    about = making.so_far.about
    kinds = {kind: making.so_far.faults(kind, MOST_TOLD) for kind in (MISSING, DAMAGED, REPLACED)}
    pairs = {kind: [one.partition(" ")[::2] for one in kinds[kind]] for kind in kinds}
    return Backup(
        Copy(making.folder.path / making.name, making.at),
        int(about["files"]),
        int(about["bytes"]),
        int(about["new_bytes"]),
        bool(about["links"]),
        missing={public_id for public_id, _ in pairs[MISSING]},
        damaged={public_id for public_id, _ in pairs[DAMAGED]},
        replaced={name for _, name in pairs[REPLACED]},
        faults=[f"{kind}: {name}" for kind, some in pairs.items() for _, name in some],
    )


def _check_place(site: Site, target: Path) -> None:
    ours, theirs = site.config.data.resolve(), target.resolve()
    if theirs.is_relative_to(ours) or ours.is_relative_to(theirs):
        raise NotABackup(f"{target} and the data folder {ours} lie in each other: name another one")


def _check_mounted(folder: BackupFolder, begin_anew: bool) -> None:
    """Where no disk is mounted, its folder is there and empty: a copy would fill another disk."""
    if begin_anew or folder.copies() or not known.copies_in(folder.path):
        return
    raise NotABackup(
        f"{folder.path} had copies, and now it has none. Connect its disk. If the copies are gone "
        f"for good, begin anew: {FLASK} backup --new {folder.path}"
    )
