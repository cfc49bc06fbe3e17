"""How much waits for those who look after the site, in one statement, for every page of theirs."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from models.accounts import count_of_waiting
from models.base import db
from models.report import Report
from models.upload import Upload


class Waiting(NamedTuple):
    people: int = 0
    uploads: int = 0
    reports: int = 0


def what_waits(moderator_id: int) -> Waiting:
    uploads, reports = Upload.count_of_waiting(moderator_id), Report.count(moderator_id)
    counts = (count_of_waiting(), uploads, reports)
    query = select(*(count.scalar_subquery() for count in counts))
    with db.session.no_autoflush:
        return Waiting(*db.session.execute(query).one())
