"""What admins do with tags. Each is one transaction; triggers keep the index of words."""

from __future__ import annotations

from models import Tag, begin_write, db
from models.limits import MAX_TAG_DESCRIPTION
from services.errors import NoLongerThere


class TagExists(Exception):
    """Another tag has this name."""


def edit_tag(tag: Tag, name: str, description: str, *, merges: bool = False) -> Tag:
    """The tag that has the name now: with ``merges`` the one that had it, which gets all uploads of
    this one. Raises TagExists or NoLongerThere, with nothing changed.
    """
    begin_write()
    if not tag.is_there:
        db.session.rollback()
        raise NoLongerThere()
    other = Tag.find(name.casefold())
    if other is None or other.id == tag.id:
        tag.rename(name)
        tag.description = description[:MAX_TAG_DESCRIPTION]
        db.session.commit()
        return tag
    if not merges:
        db.session.rollback()
        raise TagExists()
    tag.move_uploads_to(other)
    tag.delete_row()
    if description and not other.description:
        other.description = description[:MAX_TAG_DESCRIPTION]
    db.session.commit()
    return other


def delete_tag(tag: Tag) -> None:
    tag.delete_row()
    db.session.commit()
