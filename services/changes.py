"""One act on any number of files, done at once or by a job, and undone within a day.

Each batch is one transaction: its files are changed, what they were is written down, and its items
are no longer waiting; or nothing has happened. So whatever is killed goes on where it stopped.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from media.errors import UploadError
from models import (
    Change,
    ChangeItem,
    ChangeState,
    ItemState,
    Job,
    Journal,
    Upload,
    User,
    begin_write,
    db,
    utcnow,
)
from services.acts import ACTS, Act, Done, Failed, OneByOne, Why
from services.acts.act import is_in_bin, is_there
from services.errors import ManyChanges
from services.place import give_up, hide_files, move_many, reserve_many, show_again
from services.site import Site

log = logging.getLogger("keepsake")

CHANGE = "change"  # kind of job
SECONDS = 2.0  # that somebody waits; a job does the rest
MOST_FILES = 20_000  # of one change: two minutes' work, and some MB of what they were before
MOST_AT_ONCE = 10  # of one person's that are on their way: more only wait for each other
_HEAD_START = timedelta(seconds=SECONDS + 1)
# Of one transaction, at most: `_Pace` makes them smaller where the machine is slow.
BATCH = 500  # files
BATCH_OF_FILES = 50  # files that move: some hundred renames
HELD_SECONDS = 0.25  # that others wait to write, about
_TRIES = 3  # to get the files of an upload that somebody else is at, for seconds each time
_PAUSE_SECONDS = 0.05  # between two: SQLite lets nobody queue, who waits looks every 50 to 100 ms


def begin(
    user: User,
    act: str,
    wishes: Mapping[str, Any],
    row_ids: Sequence[int],
    missing: Sequence[str] = (),
    condition: Callable[[], None] = lambda: None,
) -> Change:
    """Write down what is to be done, with a job that does it should nobody else; commits. At most
    MOST_FILES, each once. ``missing``: names of what was chosen and isn't theirs, or not there,
    which fails. ``condition`` is asked when nobody else can change anything any more, and raises
    what keeps this from going on. Raises ManyChanges, with nothing written down.
    """
    begin_write()
    if Change.how_many_work(user.id) >= MOST_AT_ONCE:
        db.session.rollback()
        raise ManyChanges()
    condition()
    rows = list(dict.fromkeys(row_ids))[:MOST_FILES]
    change = write_down(user.id, act, wishes, rows, missing, _HEAD_START)
    db.session.commit()
    return change


def write_down(
    user_id: int,
    act: str,
    wishes: Mapping[str, Any],
    row_ids: Sequence[int],
    missing: Sequence[str] = (),
    head_start: timedelta = timedelta(),
) -> Change:
    """The same in the transaction of what it is a part of. Call `begin_write` first."""
    change = Change.create(user_id, act, wishes, row_ids, missing)
    _add_job(change, head_start)
    return change


def do(site: Site, user: User, act: str, wishes: Mapping[str, Any], row_id: int) -> Change:
    """To one file, now. Raises ManyChanges."""
    return work_a_while(site, begin(user, act, wishes, [row_id]))


def undo(change: Change) -> bool:
    """From now on its files get back what they had; commits. False where it is undone already, or
    too old.
    """
    begin_write()
    if not change.refresh() or not change.can_be_undone:
        db.session.rollback()
        return False
    Job.bring_forward(utcnow(), key=_key(change))  # one that was given up has an end now
    change.go_back()
    _add_job(change, _HEAD_START)
    db.session.commit()
    return True


def go_on(change: Change) -> None:
    """Let its job run now, also one that was given up; commits."""
    begin_write()
    if change.refresh() and change.is_working:
        _add_job(change)
        Job.bring_forward(utcnow(), key=_key(change))
    db.session.commit()


def given_up(changes: Sequence[Change]) -> set[str]:
    """The public ids of those whose job has failed too often."""
    keys = {_key(one): one.public_id for one in changes if one.is_working}
    jobs = Job.keyed_as(keys) if keys else []
    return {keys[job.key] for job in jobs if job.key and job.run_at is None}


def _key(change: Change) -> str:
    """Another one for the way back: the job of the way there may be about to end."""
    return f"{CHANGE}:{change.public_id}:{change.state}"


def _add_job(change: Change, head_start: timedelta = timedelta()) -> None:
    """Whoever began it works at it first: two would wait for each other."""
    start = utcnow() + head_start
    Job.add(CHANGE, {"change": change.public_id}, run_at=start, key=_key(change))


def work_a_while(site: Site, change: Change, seconds: float = SECONDS) -> Change:
    """Do as much of it as somebody waits for, and return it as it is now. What fails is left to its
    job: it is written down, and happens when it can.
    """
    ends = time.monotonic() + seconds
    try:
        work(site, change.public_id, lambda: time.monotonic() > ends)
    except (UploadError, OSError):
        log.exception("The change %s is left to its job", change.public_id)
        db.session.rollback()
    if change.refresh() and change.is_working:
        go_on(change)
    return change


def work(site: Site, public_id: str, is_over: Callable[[], bool]) -> bool:
    """Go on with a change, whichever way it goes. Whether nothing of it is left to do. Raises
    StorageMissing or StorageFull; what is done until then stays done.
    """
    site.storage.check(site.id)
    pace = _Pace()
    while (change := Change.find(public_id)) and change.is_working:
        if is_over():
            return False
        _next_batch(site, change, pace)
    return True


class _Pace:
    """How many files a transaction takes: so many that it holds others up for HELD_SECONDS."""

    def __init__(self) -> None:
        self.size, self._began = BATCH_OF_FILES, 0.0
        self._busy = Counter[int]()

    def has_waited(self, row: int) -> bool:
        """Whether somebody else has been at an upload each time, so that nothing more is tried."""
        self._busy[row] += 1
        return self._busy[row] >= _TRIES

    def begin(self) -> None:
        begin_write()
        self._began = time.monotonic()

    def end(self, files: int) -> None:
        """Of a transaction that has just ended, and which another one follows."""
        took = max(time.monotonic() - self._began, 0.001)
        self.size = max(1, min(BATCH, round(files * HELD_SECONDS / took)))
        time.sleep(min(_PAUSE_SECONDS, took))


def _next_batch(site: Site, change: Change, pace: _Pace) -> None:
    act, state = ACTS[change.act], change.state
    if isinstance(act, OneByOne):
        _next_one(site, change, act)
        return
    moves_files = act.moves_files(change)
    size = min(pace.size, BATCH_OF_FILES if moves_files else BATCH)
    asked = change.next_places(size)
    rows = [row for row in asked.values() if row]
    written = reserve_many(site, rows) if moves_files else dict[int, list[str]]()
    paths = [path for some in written.values() for path in some]
    try:
        hidden = _hide_first(site, change, act, written)
        pace.begin()
        if change.refresh() and change.state == state:  # and nobody has turned it round
            items = [item for item in change.next_items(size) if item.place in asked]
            uploads = {one.id: one for one in Upload.load(rows)}
            if items:
                _do(site, change, act, items, uploads, written, pace)
            if not change.next_places(1):
                change.state = _end_of(change)
            show_again(site, [one for one in uploads.values() if one.id in hidden])
            Journal.strike(paths)
            db.session.commit()
        else:
            give_up(site, paths)
    except BaseException:
        give_up(site, paths)
        raise
    if change.is_working:
        pace.end(len(asked))


def _hide_first(
    site: Site, change: Change, act: Act, written: Mapping[int, Sequence[str]]
) -> set[int]:
    """Move the files of what will be private before others have to wait for it: the row ids."""
    if change.state != ChangeState.WORKING or not act.hides(change):
        return set()
    uploads = [one for one in Upload.load(list(written)) if act.takes(change, one)]
    hide_files(site, uploads)
    return {upload.id for upload in uploads}


def _next_one(site: Site, change: Change, act: OneByOne) -> None:
    """Of an act that commits each file by itself."""
    public_id, state = change.public_id, change.state
    is_back = state == ChangeState.UNDOING
    item = next(iter(change.next_items(1)), None)
    place = item.place if item else -1

    def note(outcome: Done | Failed) -> None:
        """Unless somebody else did it meanwhile, or it goes the other way now."""
        begin_write()
        items = change.next_items(1) if change.refresh() and change.state == state else []
        if not items or items[0].place != place:
            raise _Overtaken()
        _note_outcome(change, items[0], outcome, {upload.id: upload} if upload else {})

    upload = Upload.by_row(item.upload_id) if item and item.upload_id else None
    fits = act.gives_back if is_back else act.takes
    try:
        if item is None:
            begin_write()
            if change.refresh() and change.state == state and not change.next_items(1):
                change.state = _end_of(change)
        elif upload is None or not fits(change, upload):
            note(Failed(Why.GONE))
        elif is_back:
            act.revert(site, change, upload, item, note)
        else:
            act.apply(site, change, upload, note)
        db.session.commit()
    except _Overtaken:
        db.session.rollback()
        log.info("The change %s was overtaken by another worker", public_id)


class _Overtaken(Exception):
    """Another worker did what this one was about to do."""


def _do(
    site: Site,
    change: Change,
    act: Act,
    items: Sequence[ChangeItem],
    uploads: Mapping[int, Upload],
    written: Mapping[int, Sequence[str]],
    pace: _Pace,
) -> None:
    """What somebody else is at, or what got a preview since it was written down, comes again."""
    is_back, moves_files = change.state == ChangeState.UNDOING, act.moves_files(change)
    fits = act.gives_back if is_back else act.takes
    pairs, outcomes = [], dict[int, Done | Failed]()
    for item in items:
        upload = uploads.get(item.upload_id or 0)
        if upload is None or not fits(change, upload):
            outcomes[item.upload_id or 0] = Failed(_why_not(change, upload, is_back=is_back))
        elif moves_files and not {*upload.files} <= {*written.get(upload.id, ())}:
            if pace.has_waited(upload.id):
                outcomes[upload.id] = Failed(Why.BUSY)
        else:
            pairs.append((upload, item))
    if is_back:
        outcomes |= act.revert(site, change, pairs)
    else:
        outcomes |= act.apply(site, change, [upload for upload, _ in pairs])
    if moves_files:
        move_many(site, [upload for upload, _ in pairs], written)
    for item in items:
        if outcome := outcomes.get(item.upload_id or 0):
            _note_outcome(change, item, outcome, uploads)


def _why_not(change: Change, upload: Upload | None, *, is_back: bool) -> Why:
    """What it isn't for, or can't be put back."""
    if upload is None or not (is_there(change, upload) or is_in_bin(change, upload)):
        return Why.GONE
    if is_in_bin(change, upload):
        return Why.IN_BIN
    return Why.CHANGED_SINCE if is_back else Why.GONE


def _end_of(change: Change) -> ChangeState:
    return ChangeState.UNDONE if change.state == ChangeState.UNDOING else ChangeState.DONE


def _note_outcome(
    change: Change, item: ChangeItem, outcome: Done | Failed, uploads: Mapping[int, Upload]
) -> None:
    is_back = change.state == ChangeState.UNDOING
    if isinstance(outcome, Failed):
        upload = uploads.get(item.upload_id or 0)
        if upload and (is_there(change, upload) or is_in_bin(change, upload)):
            item.name = upload.title or upload.filename
        item.state = ItemState.KEPT if is_back else ItemState.FAILED
        item.error = outcome.why
        change.failed += 1
        return
    change.done += 1
    item.state = ItemState.UNDONE if is_back else ItemState.DONE
    if not is_back:
        item.before, item.after = outcome.before, outcome.after
