"""How much is new for a member, and how much waits for those who look after the site, in one
statement: the header of every page shows it.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from models.accounts import count_of_waiting
from models.base import db
from models.notice_list import count_of_unseen
from models.report import Report
from models.upload import Upload
from models.visitor import Visitor


class Waiting(NamedTuple):
    """``news`` are notifications that this member hasn't seen; all else is for moderators."""

    news: int = 0
    people: int = 0
    uploads: int = 0
    reports: int = 0


def what_waits(visitor: Visitor) -> Waiting:
    counts = [count_of_unseen(visitor)]
    if visitor.user_id and visitor.is_moderator:
        uploads, reports = Upload.count_of_waiting(visitor.user_id), Report.count(visitor.user_id)
        counts += [count_of_waiting(), uploads, reports]
    query = select(*(count.scalar_subquery() for count in counts))
    with db.session.no_autoflush:
        return Waiting(*db.session.execute(query).one())
