"""A person's tags: given, renamed and taken away on their own uploads alone. What others have with
a tag of that name stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from models import Job, Tag, Upload, User, Visitor, begin_write, db
from models.limits import MAX_TAGS
from models.upload.search_query import with_tag

AT_ONCE = 100  # uploads that are indexed anew in one transaction: some 25 ms
SECONDS = 4.0  # that somebody waits for it; a job does the rest


class TooManyTags(Exception):
    """An upload has as many as it may."""


def give_tag(user: User, name: str, public_ids: Sequence[str]) -> bool:
    """To all of these uploads; False where one isn't there, or isn't theirs. Raises TooManyTags.
    In both cases nothing has changed.
    """
    begin_write()
    uploads = Upload.some_own(public_ids, user.id)
    if len(uploads) < len(public_ids):
        db.session.rollback()
        return False
    (tag,) = Tag.named([name])
    for upload in uploads:
        if tag not in upload.tags and len(upload.tags) >= MAX_TAGS:
            db.session.rollback()
            raise TooManyTags()
        tag.give_to(upload.id)
    db.session.commit()
    db.session.expire_all()
    return True


def retag(
    user: User, key: str, name: str | None, condition: Callable[[], None] | None = None
) -> bool:
    """Their uploads with one tag have another one from now on, None: none in its place. False where
    a job does the rest. ``condition`` is asked in the transaction that begins it.
    """
    ends = time.monotonic() + SECONDS
    while is_rest := retag_some(user, key, name, condition):
        condition = None
        if time.monotonic() > ends:
            Job.add("own_tags", {"user": user.id, "key": key, "name": name})
            db.session.commit()
            break
    return not is_rest


def retag_some(
    user: User, key: str, name: str | None, condition: Callable[[], None] | None = None
) -> bool:
    """Whether any may be left."""
    begin_write()
    if condition:
        condition()
    tag = Tag.find(key)
    found = Upload.page(Visitor(user), query=with_tag(key), only_own=True, limit=AT_ONCE)
    if tag is None:  # a moderator has just renamed it, merged or deleted it
        db.session.rollback()
        return False
    if found:
        into = Tag.named([name])[0] if name else None
        for upload in found:
            tag.take_from(upload.id)
            if into:
                into.give_to(upload.id)
    db.session.commit()
    db.session.expire_all()
    return len(found) == AT_ONCE
