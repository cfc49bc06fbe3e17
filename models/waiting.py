"""How much is new for a member, how much waits for those who look after the site, and what is known
of its backup, in one statement: the header of every page shows it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from models.accounts import count_of_waiting
from models.base import db
from models.flow import Flow, begin_of
from models.known_damage import KnownDamage
from models.notice_list import count_of_unseen
from models.report import Report
from models.site_fact import LAST_BACKUP, LAST_DRILL, LAST_PROVEN, SiteFact
from models.space import EVERYBODY, Space
from models.upload import Upload
from models.visitor import Visitor

BACKUP = (LAST_PROVEN, LAST_DRILL, LAST_BACKUP)


class Waiting(NamedTuple):
    """``news`` are notifications that this member hasn't seen; people, uploads and reports are for
    moderators. For admins alone: ``since`` when there are files, and how many ``bytes`` are kept;
    ``proven`` and ``drilled`` as `services.proven` wrote them, ``backed_up`` as
    `services.backup.known` did. ``damaged`` are files that are lost until they are repaired.
    """

    news: int = 0
    people: int = 0
    uploads: int = 0
    reports: int = 0
    quarter: int | None = None
    bytes: int = 0
    proven: str | None = None
    drilled: str | None = None
    backed_up: str | None = None
    damaged: int = 0

    @property
    def since(self) -> datetime | None:
        return None if self.quarter is None else begin_of(self.quarter)


def what_waits(visitor: Visitor) -> Waiting:
    counts: list[Select[Any]] = [count_of_unseen(visitor)]
    if visitor.user_id and visitor.is_moderator:
        uploads, reports = Upload.count_of_waiting(visitor.user_id), Report.count(visitor.user_id)
        counts += [count_of_waiting(), uploads, reports]
    if visitor.is_admin:
        counts += [
            select(func.min(Flow.quarter)),
            select(Space.bytes).where(Space.holder == EVERYBODY),
            *(select(SiteFact.value).where(SiteFact.name == one) for one in BACKUP),
            KnownDamage.count_of_lost(),
        ]
    query = select(*(count.scalar_subquery() for count in counts))
    with db.session.no_autoflush:
        return Waiting(*db.session.execute(query).one())
