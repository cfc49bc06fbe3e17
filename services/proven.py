"""What the site knows of restores that were tried: the last one that succeeded, and why a later one
failed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models import SiteFact, begin_write, db, utcnow
from models.site_fact import LAST_DRILL, LAST_PROVEN
from services.backup.folder import CLOCK_STEP, time_of
from services.notices import tell_failed_drill
from services.site import Site

# A restore is tried each week; a day more, as the machine may be off when it is due.
STALE_AFTER = timedelta(days=8)
# The copy that is tried then may be of the day before.
STALE_COPY_AFTER = STALE_AFTER + timedelta(days=1)


class Why(StrEnum):
    """Why a restore failed. ``FOLDER``: no copy could be found; ``DATABASE``, ``FILE``: they are
    missing or damaged; ``OTHER``: it is a backup of another site; ``ROOM``: the data folder's disk
    is too full to try; ``DISK``: one of the disks failed.
    """

    FOLDER = "folder"
    DATABASE = "database"
    FILE = "file"
    OTHER = "other"
    ROOM = "room"
    DISK = "disk"


@dataclass(frozen=True)
class Proven:
    """``copy`` is the name of the copy that was restored, with so many ``files``, at ``at``."""

    at: datetime
    copy: str
    files: int

    @property
    def copied_at(self) -> datetime:
        """When that copy was begun: what came later is in none that is proven."""
        return time_of(self.copy) or self.at

    @property
    def is_stale(self) -> bool:
        return utcnow() - self.at > STALE_AFTER

    @property
    def is_old_copy(self) -> bool:
        return utcnow() - self.copied_at > STALE_COPY_AFTER


@dataclass(frozen=True)
class Failed:
    """``detail``: a path or what the system said, "" for nothing more."""

    at: datetime
    why: Why
    copy: str
    detail: str


def last_proven(fact: str) -> Proven | None:
    """None, too, where the clock was wrong: a time to come would be believed until it is there."""
    facts = _read(fact)
    found = Proven(**facts) if facts else None
    latest = utcnow() + CLOCK_STEP
    return found if found and max(found.at, found.copied_at) <= latest else None


def last_failed(fact: str) -> Failed | None:
    """None where the last one succeeded."""
    facts = _read(fact)
    return Failed(**(facts | {"why": Why(facts["why"])})) if facts else None


def write_proven(site: Site, copy: str, files: int) -> None:
    with site.writing:
        SiteFact.write(LAST_PROVEN, _text(Proven(utcnow(), copy, files)))
        SiteFact.write(LAST_DRILL, "")
        db.session.commit()


def write_failed(site: Site, why: Why, copy: str, detail: str) -> None:
    """Admins are told once, however often it fails until one succeeds."""
    with site.writing:
        begin_write()
        if not SiteFact.read(LAST_DRILL):
            tell_failed_drill()
        SiteFact.write(LAST_DRILL, _text(Failed(utcnow(), why, copy, detail)))
        db.session.commit()


def _text(fact: Proven | Failed) -> str:
    return json.dumps(asdict(fact) | {"at": fact.at.isoformat()})


def _read(fact: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(fact) if fact else {}
    return facts | {"at": datetime.fromisoformat(facts["at"])} if facts else {}
