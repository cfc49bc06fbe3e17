"""What moderators do with tags. Each holds at once for whoever looks for the tag; what many uploads
have to be told is done in turns by jobs (`services.jobs.tags`), as it takes minutes for all.
"""

from __future__ import annotations

from models import Job, Tag, begin_write, db
from models.folding import folded
from models.limits import MAX_TAG_DESCRIPTION
from models.link_ends import end_links_to_tag, merge_links
from services.audit import Act, record
from services.errors import NoLongerThere

AT_ONCE = 200  # uploads that are indexed anew in one transaction: some 50 ms


class TagExists(Exception):
    """Another tag has this name."""


def edit_tag(
    tag: Tag,
    name: str,
    description: str,
    *,
    merges: bool = False,
    is_known: bool = True,
    by: str = "",
) -> Tag:
    """The tag that has the name now: with ``merges`` the one that had it, which gets all uploads of
    this one. Where the person doesn't know that another one has the name, this one gets it, and
    what that one had. ``by``, here and below, is who does it, for the audit log. Raises TagExists
    or NoLongerThere, with nothing changed.
    """
    description = description[:MAX_TAG_DESCRIPTION]
    begin_write()
    if not tag.is_there:
        db.session.rollback()
        raise NoLongerThere()
    other, was, was_about = Tag.find(name.casefold()), tag.name, tag.description
    gone = None
    if other and other.id != tag.id:
        if is_known and not merges:
            db.session.rollback()
            raise TagExists()
        tag, gone = (other, tag) if is_known else (tag, other)
        merge_links(gone, tag)
        gone.retire(tag)
    if gone and is_known:
        tag.description = tag.description or description
    else:
        _rename(tag, name)
        tag.description = description
    row = gone and gone.id
    is_changed = row or (was, was_about) != (tag.name, tag.description)
    if by and is_changed:  # of a tag that only others' private files have, not a word
        record(Act.MERGE_TAGS if row and is_known else Act.EDIT_TAG, by, was, now=tag.name)
    db.session.commit()
    if row:
        move_some(row)
    return tag


def delete_tag(tag: Tag, by: str = "") -> None:
    row = tag.id
    begin_write()
    if not tag.is_there:
        db.session.rollback()
        return
    if by:
        record(Act.DELETE_TAG, by, tag.name)
    end_links_to_tag(tag)
    tag.retire()
    db.session.commit()
    move_some(row)


def _rename(tag: Tag, name: str) -> None:
    is_same = folded(tag.name) == folded(name)
    tag.rename(name)
    if not is_same and (after := Tag.index_some(tag.id, 0, AT_ONCE)):
        Job.add("tag_names", {"tag": tag.id, "after": after})


def index_some(row: int, after: int) -> int | None:
    """Go on with a tag that got another name: what to go on after, None where that was all."""
    begin_write()
    rest = Tag.index_some(row, after, AT_ONCE)
    db.session.commit()
    return rest


def move_some(row: int) -> bool:
    """Go on with a tag that is retired; its row goes last. Whether it has uploads left."""
    begin_write()
    retired = Tag.retired()
    into = retired.get(row)
    while into in retired:
        into = retired[into]
    is_rest = row in retired and Tag.move_some(row, into, AT_ONCE) == AT_ONCE
    if row in retired and not is_rest and row not in retired.values():
        Tag.delete_row(row)
    db.session.commit()
    return is_rest
