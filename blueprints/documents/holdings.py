"""What somebody has, of what a page of it shows: how much, and which choices of a filter would find
anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from models import Count
from models.upload.shelf import KINDS, VISIBILITIES, Filter


class Amount(NamedTuple):
    uploads: int
    bytes: int


class Holdings:
    """``counts`` are all that this member has; ``shown`` are those of the filter and the year."""

    def __init__(self, counts: Sequence[Count], wanted: Filter, year: int) -> None:
        self.counts, self.wanted, self.year = counts, wanted, year
        self.filtered = [count for count in counts if wanted.takes(count.shelf)]
        self.shown = [
            count for count in self.filtered if not year or count.month.startswith(f"{year:04}-")
        ]

    @property
    def shelves(self) -> list[int]:
        """Those that hold what is shown. A year is another in another time zone, so all of them."""
        return sorted({count.shelf for count in self.filtered})

    @cached_property
    def all(self) -> Amount:
        return _sum(self.counts)

    @cached_property
    def amount(self) -> Amount:
        return _sum(self.shown)

    @property
    def kinds(self) -> list[str]:
        found = {KINDS[count.shelf // 16] for count in self.counts} | {self.wanted.kind}
        return [kind for kind in KINDS if kind in found]

    @property
    def visibilities(self) -> list[str]:
        found = {VISIBILITIES[count.shelf // 4 % 4] for count in self.counts}
        return [one for one in VISIBILITIES if one in found or one == self.wanted.visibility]

    @property
    def years(self) -> list[int]:
        found = {int(count.month[:4]) for count in self.counts} | {self.year}
        return sorted(found - {0}, reverse=True)

    @property
    def has_expiring(self) -> bool:
        return self._differ(Filter(is_expiring=True))

    @property
    def has_albums(self) -> bool:
        return self._differ(Filter(is_in_no_album=True))

    @property
    def is_in_albums(self) -> bool:
        """Whether anything is."""
        return any(count.shelf % 2 for count in self.counts)

    def _differ(self, one: Filter) -> bool:
        """Whether this filter would take some of all and leave others."""
        return len({one.takes(count.shelf) for count in self.counts}) == 2

    @cached_property
    def months(self) -> list[tuple[str, int]]:
        """Of what is shown: the uploads of each month, the latest first."""
        sums: Counter[str] = Counter()
        for count in self.shown:
            sums[count.month] += count.uploads
        return sorted(sums.items(), reverse=True)


def _sum(counts: Sequence[Count]) -> Amount:
    return Amount(sum(count.uploads for count in counts), sum(count.bytes for count in counts))
