"""The files that were sent by a share link, with who sent them: for its owner, and for the browser
that sent them. The newest first; a row id says where a page ends.

A file that its owner gave to somebody else is none of theirs any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from models.base import db, utcnow
from models.contribution import WAITS, Contribution
from models.share_link import ShareLink
from models.upload import Upload

PAGE_OF_SENT = 40  # what one request approves or refuses at most, as of moderators


class SentFile(NamedTuple):
    how: Contribution
    upload: Upload

    @property
    def row(self) -> int:
        """Where a page ends."""
        return self.upload.id

    @property
    def is_shown(self) -> bool:
        """Whether it is under the link."""
        waits = self.how.is_waiting or not self.upload.is_approved
        return not waits and not self.upload.leftovers


def sent_from(
    link: ShareLink, browser: str, after: int | None = None, limit: int = PAGE_OF_SENT
) -> list[SentFile]:
    """What this browser sent, waiting or not."""
    return _page(_all(link).where(Contribution.browser == browser), after, limit)


def find_sent(link: ShareLink, browser: str, upload_id: int) -> SentFile | None:
    """The file with this row id, if this browser sent it."""
    is_one = Contribution.browser == browser, Upload.id == upload_id
    row = db.session.execute(_all(link).where(*is_one)).first()
    return SentFile(*row) if row else None


def shown_to_owner(
    link: ShareLink, after: int | None = None, limit: int = PAGE_OF_SENT
) -> list[SentFile]:
    """What doesn't wait for the link's owner."""
    return _page(_all(link).where(~Contribution.is_waiting), after, limit)


def waiting_for_owner(
    link: ShareLink, after: int | None = None, limit: int = PAGE_OF_SENT
) -> list[SentFile]:
    return _page(_all(link).where(WAITS), after, limit)


def count_of_waiting(link: ShareLink) -> int:
    rows = _all(link).where(WAITS)
    return db.session.scalar(rows.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def counts_of_waiting(links: Sequence[ShareLink]) -> dict[int, int]:
    """By the row ids of links, of those by which something was sent: how many files wait."""
    ids = [link.id for link in links if link.added_files]
    if not ids:
        return {}
    of_link = ShareLink.id
    rows = select(of_link, func.count()).select_from(Contribution)
    rows = rows.join(Upload, Upload.id == Contribution.upload_id)
    rows = rows.join(ShareLink, of_link == Contribution.link_id).where(of_link.in_(ids), WAITS)
    rows = rows.where(Upload.user_id == ShareLink.user_id, Upload.alive()).group_by(of_link)
    return {row[0]: row[1] for row in db.session.execute(rows)}


def those_waiting(link: ShareLink, public_ids: Sequence[str]) -> list[SentFile]:
    """Of these, those that wait for the link's owner, in their order."""
    rows = _all(link).where(Contribution.is_waiting, Upload.public_id.in_(public_ids))
    found = {row[1].public_id: SentFile(*row) for row in db.session.execute(rows)}
    return [found[one] for one in dict.fromkeys(public_ids) if one in found]


def has_sent_bytes(link: ShareLink, browser: str, md5: str, within: timedelta) -> bool:
    """Whether this browser recently sent these bytes and they are still here. Nobody is told what
    others have, nor what the link's owner has.
    """
    since: datetime = utcnow() - within
    rows = _all(link).where(
        Contribution.browser == browser, Upload.source_md5 == md5, Upload.received_at > since
    )
    return db.session.execute(rows.limit(1)).first() is not None


def _page(rows: Select[Any], after: int | None, limit: int) -> list[SentFile]:
    if after is not None:
        rows = rows.where(Contribution.upload_id < after)
    rows = rows.order_by(Contribution.upload_id.desc()).limit(limit)
    return [SentFile(*row) for row in db.session.execute(rows)]


def _all(link: ShareLink) -> Select[Any]:
    rows: Any = select(Contribution, Upload).join(Upload, Upload.id == Contribution.upload_id)
    is_owners = Upload.user_id == link.user_id
    found: Select[Any] = rows.where(Contribution.link_id == link.id, is_owners, Upload.alive())
    return found
