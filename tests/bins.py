"""What is in somebody's bin."""

from __future__ import annotations

from collections.abc import Sequence

from models import Change, User
from services.changes import begin, work_a_while
from services.site import Site


def throw_away(site: Site, user: User, row_ids: Sequence[int]) -> Change:
    """Put these of theirs there."""
    return work_a_while(site, begin(user, "bin", {}, row_ids), 60)
