"""What is to be copied, and the copies of it, beside the site: nothing of the site is touched.

They lie in ``restore/`` in the data folder, under the paths that they will have. One that is there
already, from a restore that was stopped, is taken if it has the right bytes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from media import sums as lists
from media.storage import PRIVATE, PUBLIC, ROOTS, health
from media.storage.disk import FILE_MODE
from media.storage.durable import fsync, make_folder
from media.storage.mark import MARKER
from models import database_copy
from services.data_folder import DATABASE
from services.restore.checked import Checked, Unreadable, opened, pieces, size_at, size_of, sum_here
from services.restore.errors import CannotRestore
from services.restore.progress import Progress

FOLDER = "restore"
CONFIG, CONFIG_OF_COPY = "config.toml", "config-of-copy.toml"
# What must stay free, as MIN_FREE_MB has it by default: the database needs space to start.
MARGIN = 200_000_000


@dataclass(frozen=True)
class Plan:
    """``new`` files of the copy the site hasn't, or has with other bytes, with ``size`` bytes in
    all. ``kept``: so many are there already.
    """

    checked: Checked
    data: Path
    new: int
    size: int
    kept: int

    def paths(self) -> Iterator[str]:
        """Of what is new."""
        return (path for path, _ in self.checked.sums.new())


def compare(checked: Checked, data: Path, progress: Progress) -> Plan:
    """Raises CannotRestore where there is no room for what is new."""
    folder, sums = checked.copy.path, checked.sums
    sums.note_alike(
        path for path, _ in sums.items()
        if path != DATABASE and _may_be_alike(data / path, folder / path)
    )  # fmt: skip
    number = sum(1 for _ in sums.alike())
    progress.begin("Comparing", number, size_of(data, (path for path, _ in sums.alike())))
    sums.keep(
        path for path, digits in sums.alike()
        if digits and sum_here(data / path, progress) == digits
    )  # fmt: skip
    progress.end()
    new = (path for path, _ in sums.new())
    kept = sums.count_of_kept()
    plan = Plan(checked, data, len(sums) - kept, size_of(folder, new), kept)
    there = size_of(data / FOLDER, plan.paths())  # of a restore that was stopped
    _check_room(data, plan.size - there)
    return plan


def _may_be_alike(here: Path, there: Path) -> bool:
    size = size_at(here)
    return size is not None and size == size_at(there)


def _check_room(data: Path, size: int) -> None:
    folder = data
    while not folder.exists():
        folder = folder.parent
    free = health.space(folder).bytes
    if free < size + MARGIN:
        raise CannotRestore(
            f"The disk of {data} has {free // 1_000_000} MB free, and "
            f"{(size + MARGIN) // 1_000_000} MB are needed. Make room, or set KEEPSAKE_DATA to a "
            "folder on a larger disk."
        )


def stage(plan: Plan, progress: Progress) -> list[str]:
    """Copy what is new. Returns the paths of what isn't there or has other bytes than the list
    says, which is left out. Raises OSError.
    """
    staging = plan.data / FOLDER
    make_folder(staging)
    staging.chmod(0o700)
    _drop_others(plan, staging)
    progress.begin("Copying", plan.new, plan.size)
    wrong = [
        path for path in plan.paths()
        if not _copied(plan, path, staging / _place(plan.data, path), progress)
    ]  # fmt: skip
    progress.end()
    return wrong


def finish(plan: Plan) -> None:
    """The copies are whole and on the disk when it returns, with the list of all that the site will
    have.
    """
    staging = plan.data / FOLDER
    database_copy.end_what_lets_in(staging / DATABASE)
    _mark(plan)
    with (staging / lists.LIST).open("w", encoding="utf-8", newline="\n") as file:
        lists.write(file, ((path, sum) for path, sum in plan.checked.sums.items() if sum))
    os.sync()  # of all at once; what follows tells whether it worked
    for folder, _, names in os.walk(staging, topdown=False):
        for name in names:
            fsync(Path(folder, name))
        fsync(Path(folder))
    fsync(plan.data)


def drop(data: Path) -> None:
    shutil.rmtree(data / FOLDER, ignore_errors=True)


def _copied(plan: Plan, path: str, target: Path, progress: Progress) -> bool:
    digits = plan.checked.sums.sum(path)
    if target.exists():
        if digits and sum_here(target, progress) == digits:
            return True
        target.unlink()
    make_folder(target.parent)
    try:
        found = copy(plan.checked.copy.path, path, target, progress)
    except Unreadable:
        found = ""
    progress.done()
    if not digits or found != digits:
        target.unlink(missing_ok=True)
        return False
    return True


def copy(folder: Path, path: str, target: Path, progress: Progress) -> str:
    """Returns its SHA-256, of what was read. Never a hard link: the backup must not change with the
    site. Raises Unreadable, and OSError where it can't be written.
    """
    digest, mode = hashlib.sha256(), mode_of(path)
    with opened(folder, path) as file:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as made:
            for piece in pieces(file, progress):
                digest.update(piece)
                made.write(piece)
            os.fchmod(made.fileno(), mode)
        modified = os.fstat(file.fileno()).st_mtime_ns
    os.utime(target, ns=(modified, modified))  # browsers and the next backup go by it
    return digest.hexdigest()


def mode_of(path: str) -> int:
    """A backup that was far away comes back with any."""
    if path.endswith(f"/{MARKER}"):
        return FILE_MODE[PUBLIC]
    return FILE_MODE[PUBLIC if path.startswith(f"{PUBLIC}/") else PRIVATE]


def _place(data: Path, path: str) -> str:
    """Where a file of the copy comes to lie. What says how this machine is reached stays."""
    return CONFIG_OF_COPY if path == CONFIG and (data / CONFIG).exists() else path


def _mark(plan: Plan) -> None:
    """The roots are of the site that the database is of, also where a copy lost its marks."""
    for root in ROOTS:
        mark = f"{root}/{MARKER}"
        staged, site_id = plan.data / FOLDER / mark, plan.checked.facts.site_id
        there = staged if staged.exists() else plan.data / mark
        if site_id and (not there.exists() or there.read_text() != site_id):
            make_folder(staged.parent)
            staged.write_text(site_id)
            staged.chmod(mode_of(mark))


def _drop_others(plan: Plan, staging: Path) -> None:
    """What a restore of another copy has left."""
    for folder, _, names in os.walk(staging):
        for path in (Path(folder, name) for name in names):
            place = path.relative_to(staging).as_posix()
            named = CONFIG if place == CONFIG_OF_COPY else place
            if _place(plan.data, named) != place or not plan.checked.sums.is_new(named):
                path.unlink()
