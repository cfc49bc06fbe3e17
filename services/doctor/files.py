"""The files of one upload: there, in their folder, of the right size, with the bytes that the row
says.

Of what is served the row has the MD5, of what was sent the SHA-256. What was sent is what is
served, with what was blanked put back; or a file of its own.
"""

from __future__ import annotations

import hashlib
import io
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from media.pixels.whole import is_whole
from media.privacy.patch import PatchedFile
from media.storage import ROOTS, State
from models import db
from models.filed import SENT, Filed, Part, filed, is_on_its_way, originals
from models.seen_sums import Sums
from services.doctor.finding import Damage, Finding
from services.doctor.reading import Halfway, Paced, Tick, sums_of
from services.site import Site

_LOOKS = 5  # at an upload that somebody works on
_WAIT_SECONDS = 0.1  # between two of them: a move takes moments


_DIGITS = 32  # of a SHA-256, to tell bits that changed by themselves


def examine(
    site: Site,
    upload: Filed,
    tick: Tick,
    *,
    reads: bool = True,
    sums: Sums | None = None,
    halfway: Halfway | None = None,
) -> list[Finding]:
    """What is wrong with its files: what two looks in a row have found, between which nobody had
    changed anything. An upload that is being moved, replaced or deleted has nothing to report, and
    is looked at in the next round. ``sums`` gets what is seen of derivatives. Raises Stopped,
    after which ``halfway`` knows where to go on, and what a storage raises.
    """
    halfway = halfway or Halfway()
    halfway.begin((site.config.data, upload.row))
    found = _found(site, upload, tick, reads, {} if sums is None else sums, halfway)
    halfway.end()
    return found


def _found(
    site: Site, upload: Filed, tick: Tick, reads: bool, sums: Sums, halfway: Halfway
) -> list[Finding]:
    before: list[Finding] | None = None
    current: Filed | None = upload
    for number in range(_LOOKS):
        if current is None:
            return []
        reader = _Reader(site, current, tick, sums, halfway, number) if reads else None
        found = list(_look(site, current, reader))
        if not found:
            return []
        now, is_moving = _now(current)
        if now == current and not is_moving and found == before:
            return found
        before = found if now == current and not is_moving else None
        current = now
        if is_moving:
            time.sleep(_WAIT_SECONDS)
    return []


def _now(upload: Filed) -> tuple[Filed | None, bool]:
    """Its row as it is, and whether somebody is at its files."""
    db.session.rollback()  # what was read so far shows the database of then
    try:
        return filed(upload.row), is_on_its_way(upload.paths)
    finally:
        db.session.rollback()


def _look(site: Site, upload: Filed, reader: _Reader | None) -> Iterator[Finding]:
    for part in upload.parts:
        states = {root: site.storage.state(root, part.path) for root in ROOTS}
        at, other = states[part.root], next(one for one in ROOTS if one != part.root)
        damaged = Damage.BROKEN if part.is_derivative else None
        if at is None and not _is_file(states[other]):
            yield _finding(upload, part, damaged or Damage.MISSING)
            if states[other]:
                yield _finding(upload, part, Damage.LINK, other)
            continue
        root = part.root if at else other
        if states[other]:
            yield _finding(upload, part, Damage.WRONG_FOLDER, other)
        yield from _of_names(site, upload, part, root, states)
        state = states[root]
        if not state or not _is_file(state):
            continue
        if state.size != part.size or (reader and not reader.is_good(part, root)):
            yield _finding(upload, part, damaged or Damage.CHANGED, root)


def _is_file(state: State | None) -> bool:
    return state is not None and state.kind == "file"


def _of_names(
    site: Site, upload: Filed, part: Part, root: str, states: dict[str, State | None]
) -> Iterable[Finding]:
    state = states[root]
    if state and (not _is_file(state) or state.names > 1):
        yield _finding(upload, part, Damage.LINK, root)
    if state and state.is_too_open and site.storage.keeps_private():
        yield _finding(upload, part, Damage.TOO_OPEN, root)


def _finding(upload: Filed, part: Part, damage: Damage, root: str = "") -> Finding:
    return Finding(damage, f"{root or part.root}/{part.path}", upload.public_id)


@dataclass
class _Reader:
    """Of one upload's files, at one look."""

    site: Site
    upload: Filed
    tick: Tick
    sums: Sums
    halfway: Halfway
    look: int

    def is_good(self, part: Part, root: str) -> bool:
        """Raises Stopped."""
        try:
            stored = self.site.storage.open(root, part.path)
            with Paced(stored.file, self.tick) as file:
                if part.is_derivative:
                    return self._is_as_seen(part, file.read(), stored.modified_ns)
                key = self.look, root, part.path, stored.modified_ns, stored.size
                return is_as_filed(
                    self.upload, part, file, lambda of, file: self.halfway.sums_of((of, key), file)
                )
        except OSError:  # the disk can't read it, or it is gone since: the next look tells
            return False

    def _is_as_seen(self, part: Part, data: bytes, modified_ns: int) -> bool:
        """No row has a hash of a derivative: it must be what it was at the first look, unless it
        was written since, and at a first look whole.
        """
        now = modified_ns, hashlib.sha256(data).hexdigest()[:_DIGITS]
        seen = self.upload.seen.get(part.what)
        is_good = (
            seen == now
            if seen and seen[0] == modified_ns
            else is_whole(io.BytesIO(data), part.path.rpartition(".")[2])
        )
        if is_good:
            self.sums[part.what] = now
        return is_good


def is_as_filed(
    upload: Filed,
    part: Part,
    file: Any,
    sums: Callable[[str, Any], tuple[str, str]] = lambda _of, file: sums_of(file),
) -> bool:
    """Whether a file has the bytes that the row says, be it ours or one of a backup. ``sums`` reads
    it as it is stored, or as it was sent. Raises OSError.
    """
    md5, sha256 = sums("stored", file)
    if part.what == SENT:
        return sha256 == upload.sha256
    if md5 != upload.md5:
        return False
    if not upload.is_original:  # of what was sent another file was made, and that is served
        return True
    blob = originals(upload.row) if upload.scrubbed_size else None
    db.session.rollback()
    if blob is None:
        return sha256 == upload.sha256
    try:
        return sums("sent", PatchedFile(file, blob))[1] == upload.sha256
    except (
        ValueError,
        OverflowError,
        struct.error,
        zlib.error,
    ):  # what was blanked is damaged itself
        return False
