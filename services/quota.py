"""Quotas: of each person, of all guests together, and of the site.

What counts is every byte kept for an upload (`models.space`). Only a new upload is refused: a
derivative that a job makes later counts.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from models import Space, Tally, User, begin_write, db
from models.upload.shelf import IN_BIN
from services.audit import Act, record
from services.errors import QuotaReached, SiteQuotaReached
from services.settings import Settings

log = logging.getLogger("keepsake")

MB = 1_000_000
SHORT_PERCENT = 90  # from here on people are told


@dataclass(frozen=True)
class Room:
    """Bytes. A quota of 0 is none."""

    used: int
    quota: int

    @property
    def left(self) -> int:
        return max(0, self.quota - self.used)

    @property
    def percent(self) -> int:
        """Rounded down; 100 only where nothing is left."""
        return min(100, self.used * 100 // self.quota) if self.quota else 0

    @property
    def is_short(self) -> bool:
        return self.percent >= SHORT_PERCENT

    def takes(self, more: int) -> bool:
        return not self.quota or self.used + more <= self.quota


@dataclass(frozen=True)
class Rooms:
    own: Room
    site: Room


def rooms(settings: Settings, user: User | None) -> Rooms:
    """As they are now: of this person (None: of guests), and of the site."""
    held = Space.of(user.id if user else None)
    quota = settings.quota_mb if held.quota_mb is None else held.quota_mb
    return Rooms(Room(held.own, quota * MB), Room(held.all, settings.site_quota_mb * MB))


def check_space(settings: Settings, user: User | None, more: int = 0) -> None:
    """Raises QuotaReached or SiteQuotaReached where ``more`` bytes don't fit. Call it with 0 after
    a row was written, as the one writer: then no other upload can come in between. Asks nothing
    where there is no quota.
    """
    if not (settings.quota_mb or settings.site_quota_mb or (user and user.quota_mb)):
        return
    now = rooms(settings, user)
    if not now.own.takes(more):
        binned = Tally.away(user.id, IN_BIN).bytes if user else 0
        raise QuotaReached(now.own.quota, is_guest=user is None, binned=binned)
    if not now.site.takes(more):
        raise SiteQuotaReached()


def set_quota(user: User, quota_mb: int | None, by: str) -> None:
    """0: none; None: as the site says. ``by`` is who does it, for the log, which has only what
    changes.
    """
    begin_write()
    if not user.refresh() or user.quota_mb == quota_mb:
        db.session.rollback()
        return
    record(Act.QUOTA, by, user.name, was=user.quota_mb, now=quota_mb)
    user.quota_mb = quota_mb
    db.session.commit()
    words = "as the site says" if quota_mb is None else f"{quota_mb} MB" if quota_mb else "none"
    log.warning("%s set the quota of %s: %s", by, user.name, words)
