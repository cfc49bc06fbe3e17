"""Acts on the files that somebody has selected in a listing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from blueprints.http.act_form import parse_act, parse_act_wishes
from blueprints.http.arguments import path_of_ours
from blueprints.http.change_answer import answer
from blueprints.http.context import me, site
from blueprints.http.form_id import form_hash
from blueprints.http.selection import parse_selection
from models import Change
from services.begin_once import begin_once
from services.changes import MOST_FILES, work_a_while

bp = Blueprint("select", __name__)


def act(act: str) -> Any:
    """One of `services.acts`; what isn't done in a moment, a job goes on with. The same form again
    only hears what has come of it.
    """
    name, form = parse_act(act), form_hash()
    change = Change.begun_by(me().id, form) or _begun(name, form)
    back = path_of_ours(request.form.get("from", "")) or url_for("mine.index")
    return answer(work_a_while(site(), change), back)


def _begun(name: str, form: str | None) -> Change:
    selection = parse_selection(request.form, MOST_FILES, name)
    wishes = parse_act_wishes(name, request.form)
    return begin_once(me(), form, name, wishes, selection.rows, selection.missing)
