"""What somebody changed within a day, how far it is, and the way back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for

from blueprints.http.arguments import path_of_ours
from blueprints.http.change_answer import MOST_NAMED, answer, document
from blueprints.http.change_rows import failures, rows
from blueprints.http.context import addresses, me, site, time_zone
from blueprints.http.errors import by_script
from blueprints.http.library_form import place_in, written
from models import Change
from models.change import NEWEST, PAGE_OF_CHANGES
from models.upload.library import Place
from services import changes

bp = Blueprint("changes", __name__)


def index() -> str:
    after = place_in(request.args.get("after", ""), NEWEST)
    found = Change.recent(me().id, after, PAGE_OF_CHANGES + 1)
    page = found[:PAGE_OF_CHANGES]
    return render_template(
        "changes/index.html",
        rows=rows(page, addresses()),
        next=written(Place(page[-1].at, page[-1].id)) if len(found) > len(page) else "",
        is_beginning=after is None,
        back=url_for("changes.index", after=written(after) if after else None),
        zone=time_zone(),
    )


def show(change: Change) -> Any:
    if by_script():
        return jsonify(document(change))
    failed = change.failures(MOST_NAMED) if change.failed else []
    return render_template(
        "changes/show.html",
        row=rows([change], addresses())[0],
        failures=failures(change, failed, addresses()),
        change=change,
        back=url_for("changes.show", public_id=change.public_id),
        zone=time_zone(),
    )


def undo(change: Change) -> Any:
    """A second time it only says what has come of it."""
    changes.undo(change)
    return _went_on(change)


def go_on(change: Change) -> Any:
    """What has failed too often, once somebody has mended what it was."""
    changes.go_on(change)
    return _went_on(change)


def _went_on(change: Change) -> Any:
    back = path_of_ours(request.form.get("from", "")) or url_for("changes.index")
    return answer(changes.work_a_while(site(), change), back)
