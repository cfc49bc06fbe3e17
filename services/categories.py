"""What moderators do with the site's categories. Triggers keep the index of words."""

from __future__ import annotations

from models import Category, begin_write, db
from models.limits import MAX_TAG_DESCRIPTION
from services.errors import NoLongerThere


def create_category(name: str, description: str = "") -> Category:
    """Raises CategoryFault, a ValueError with a sentence for the person."""
    begin_write()  # two of one name may be made at once
    category = Category.create(name, description[:MAX_TAG_DESCRIPTION])
    db.session.commit()
    return category


def edit_category(category: Category, name: str, description: str) -> None:
    """Raises CategoryFault or NoLongerThere, with nothing changed."""
    begin_write()
    if Category.still(category.id) is None:
        db.session.rollback()
        raise NoLongerThere()
    category.rename(name)
    category.description = description[:MAX_TAG_DESCRIPTION]
    db.session.commit()


def delete_category(category: Category) -> None:
    category.delete_row()
    db.session.commit()
