"""A change that a form begins once, however often it is sent: a second click, a lost answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models import Change, User, db
from services.changes import begin


class _Begun(Exception):
    """The same form was faster."""


def begin_once(
    user: User,
    form_hash: str | None,
    act: str,
    wishes: Mapping[str, Any],
    row_ids: Sequence[int],
    missing: Sequence[str] = (),
) -> Change:
    """A new change, or the one that this form has begun. Commits and raises as `begin`."""

    def is_first() -> None:
        if Change.begun_by(user.id, form_hash):
            raise _Begun()

    try:
        wishes = {**wishes, "form_hash": form_hash}
        return begin(user, act, wishes, row_ids, missing, is_first)
    except _Begun:
        db.session.rollback()
        change = Change.begun_by(user.id, form_hash)
        assert change is not None
        return change
