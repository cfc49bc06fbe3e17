"""What somebody changed, how far it is, and the way back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for

from blueprints.http.arguments import path_of_ours
from blueprints.http.change_answer import answer, document
from blueprints.http.context import site
from blueprints.http.errors import by_script
from models import Change
from services.changes import undo as begin_undo
from services.changes import work_a_while

bp = Blueprint("changes", __name__)


def show(change: Change) -> Any:
    if by_script():
        return jsonify(document(change))
    return redirect(url_for("mine.index"), 303)


def undo(change: Change) -> Any:
    """A second time it only says what has come of it."""
    begin_undo(change)
    back = path_of_ours(request.form.get("from", "")) or url_for("mine.index")
    return answer(work_a_while(site(), change), back)
