"""What becomes of share links to what is deleted or merged."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, update

from models.base import db
from models.share_link import ShareLink
from models.tag import Tag
from models.tag_tally import TagTally


def end_links_to_tag(tag: Tag) -> None:
    """At once, as a tag that is being deleted takes a while; they go with its row. `Album.close`
    ends those to an album.
    """
    found = update(ShareLink).where(ShareLink.tag_id == tag.id)
    db.session.execute(found.values(is_revoked=True))


def merge_links(gone: Tag, into: Tag) -> None:
    """Links follow to the tag that stays. Somebody who has files with both would show more by a
    link than they meant to: theirs are revoked. Asked before ``gone`` is retired.
    """
    is_to_one = ShareLink.tag_id.in_([gone.id, into.id])
    widened = update(ShareLink).where(is_to_one, ~ShareLink.is_revoked, _has(gone), _has(into))
    db.session.execute(widened.values(is_revoked=True, is_revoked_by_merge=True))
    following = update(ShareLink).where(ShareLink.tag_id == gone.id)
    db.session.execute(following.values(tag_id=into.id))


def _has(tag: Tag) -> ColumnElement[bool]:
    """A condition: the link's owner has files with this tag."""
    return exists().where(
        TagTally.user_id == ShareLink.user_id, TagTally.key == tag.key, TagTally.uploads > 0
    )
