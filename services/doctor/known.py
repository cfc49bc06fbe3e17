"""What the doctor knows of the site in the background: rounds, damage, and what was seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from models import KnownDamage, SeenSums, SiteFact, begin_write, db, utcnow
from models.seen_sums import Sums
from models.site_fact import DOCTOR
from services.doctor.finding import Finding
from services.doctor.round import SoFar
from services.site import Site

FORGOTTEN_AFTER = timedelta(days=365)  # what was repaired: a disk that fails again is seen by it
_AT_ONCE = 100  # uploads whose sums are written together


class Notes:
    """What a turn has seen, written down in short transactions."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._sums: dict[int, Sums] = {}

    def keep(self, row: int, sums: Sums) -> None:
        self._sums[row] = sums
        if len(self._sums) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if self._sums:
            with self._site.writing:
                begin_write()
                SeenSums.write(self._sums)
                db.session.commit()
        self._sums = {}


def round_so_far() -> SoFar | None:
    """None before the first."""
    try:
        return SoFar.of_json(json.loads(SiteFact.read(DOCTOR) or "{}"))
    except (ValueError, TypeError, KeyError):
        return None  # of another version


def begun_at(so_far: SoFar) -> datetime:
    return datetime.fromisoformat(so_far.begun_at).astimezone(UTC)


def write_down(site: Site, so_far: SoFar) -> None:
    """What was found since the last time, and how far the round is."""
    found, so_far.findings = so_far.findings, []
    with site.writing:
        begin_write()
        so_far.more_findings += KnownDamage.note([_row(one) for one in found])
        if so_far.is_done:
            if not so_far.more_findings:  # else what is seen still may not be known to be
                KnownDamage.end_unseen(begun_at(so_far))
            KnownDamage.forget(utcnow() - FORGOTTEN_AFTER)
        SiteFact.write(DOCTOR, json.dumps(so_far.as_json()))
        db.session.commit()


def note(site: Site, found: Sequence[Finding], looked_at: Sequence[int], since: datetime) -> None:
    """Of uploads, by row ids, that were looked at again: what isn't found any more has ended."""
    with site.writing:
        begin_write()
        KnownDamage.note([_row(one) for one in found])
        KnownDamage.end_of(looked_at, since)
        db.session.commit()


def _row(one: Finding) -> dict[str, object]:
    return {**asdict(one), "damage": one.damage.value}
