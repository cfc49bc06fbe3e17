"""What moderators do with the site's categories. Triggers keep the index of words."""

from __future__ import annotations

from models import Category, begin_write, db
from models.limits import MAX_TAG_DESCRIPTION
from services.audit import Act, record
from services.errors import NoLongerThere


def create_category(name: str, description: str = "", by: str = "") -> Category:
    """``by``, here and below, is who does it, for the audit log. Raises CategoryFault, a
    ValueError with a sentence for the person.
    """
    begin_write()  # two of one name may be made at once
    category = Category.create(name, description[:MAX_TAG_DESCRIPTION])
    _record(Act.CREATE_CATEGORY, by, category.name)
    db.session.commit()
    return category


def edit_category(category: Category, name: str, description: str, by: str = "") -> None:
    """Raises CategoryFault or NoLongerThere, with nothing changed."""
    begin_write()
    if Category.still(category.id) is None:
        db.session.rollback()
        raise NoLongerThere()
    was = category.name, category.description
    category.rename(name)
    category.description = description[:MAX_TAG_DESCRIPTION]
    if was != (category.name, category.description):
        _record(Act.EDIT_CATEGORY, by, was[0], now=category.name)
    db.session.commit()


def delete_category(category: Category, by: str = "") -> None:
    _record(Act.DELETE_CATEGORY, by, category.name)
    category.delete_row()
    db.session.commit()


def _record(act: Act, by: str, name: str, **detail: str) -> None:
    if by:
        record(act, by, name, **detail)
