"""Acts on the files that somebody has selected in a listing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from blueprints.http.act_form import parse_act, parse_act_wishes
from blueprints.http.arguments import path_of_ours
from blueprints.http.change_answer import answer
from blueprints.http.context import me, site
from blueprints.http.selection import parse_selection
from services.changes import MOST_FILES, begin, work_a_while

bp = Blueprint("select", __name__)


def act(act: str) -> Any:
    """One of `services.acts`; what isn't done in a moment, a job goes on with."""
    name = parse_act(act)
    selection = parse_selection(request.form, MOST_FILES, name)
    wishes = parse_act_wishes(name, request.form)
    change = begin(me(), name, wishes, selection.rows, selection.missing)
    back = path_of_ours(request.form.get("from", "")) or url_for("mine.index")
    return answer(work_a_while(site(), change), back)
