"""What scripts are told of a change, and the toast that others get."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, url_for

from blueprints.http import change_words
from blueprints.http.errors import by_script
from blueprints.http.toasts import toast
from models import Change, ChangeState, Upload

MOST_NAMED = 100  # failures of one answer: some screens of them; the page of the change has more


def undo_path(change: Change) -> str:
    """To which a POST undoes it; "" where it is undone, or too old."""
    return url_for("changes.undo", public_id=change.public_id) if change.can_be_undone else ""


def document(change: Change) -> dict[str, Any]:
    return {
        "change": change.public_id,
        "act": change.act,
        "total": change.total,
        "done": change.done,
        "failed": change.failed,
        "state": change.state,
        "said": change_words.said(change),
        "undo": undo_path(change),
        "failures": _failures(change),
    }


def _failures(change: Change) -> list[dict[str, str]]:
    """A file that was never theirs is called by the id that they gave."""
    items = change.failures(MOST_NAMED) if change.failed else []
    loaded = Upload.load([one.upload_id for one in items if one.upload_id]) if items else []
    ids = {one.id: one.public_id for one in loaded}
    own = {one.id: one for one in loaded if one.user_id == change.user_id}
    return [
        {
            "id": ids.get(one.upload_id or 0, one.name or ""),
            "name": one.name or "",
            "why": one.error or "",
            "text": change_words.reason(one.error or "", change, own.get(one.upload_id or 0)),
        }
        for one in items
    ]


def answer(change: Change, back: str) -> Any:
    """JSON, or the way back with a toast that undoes it."""
    if by_script():
        return jsonify(document(change))
    is_something = change.done or change.state == ChangeState.WORKING
    toast(change_words.said(change), undo_path(change) if is_something else "")
    return redirect(back, 303)
