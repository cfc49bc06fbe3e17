"""What somebody has selected in a listing, without JavaScript: the form of an act on these files,
which is also what the scripts show in a dialog; and the codes of the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from blueprints.documents import embed_codes
from blueprints.http import select_words
from blueprints.http.context import addresses, me
from blueprints.http.error_page import page
from blueprints.http.errors import by_script
from blueprints.http.parameters import parse_flag
from blueprints.http.select_form import Chosen, parse_choice, parse_chosen_files, parse_kind
from blueprints.http.selection import parse_selection
from models import Upload
from services.change import new_delete_links
from services.changes import MOST_FILES

bp = Blueprint("selection", __name__)
MOST_CODES = 2000  # files of one answer: some hundred KB of text, more than anybody pastes
MOST_OF_A_PAGE = 200  # files of one form without JavaScript: more than a page of a listing has


def show() -> Any:
    """The form of an act, with what is selected; scripts, which know that, get the form alone."""
    choice = parse_choice(request.args.get("act", ""))
    selection = parse_chosen_files(request.args)
    count = 0
    if selection.is_all:
        act = select_words.CHOICES[choice].act
        count = len(parse_selection(request.args, MOST_FILES, act).rows)
    if by_script():
        return _drawn("select/_form.html", choice, selection, is_dialog=True, count=count)
    uploads = Upload.chosen(selection.ids[:MOST_OF_A_PAGE], me().id)
    selection = selection._replace(ids=[one.public_id for one in uploads])
    if selection.is_empty:
        return page(400, select_words.NOTHING_SELECTED)
    if choice == "share" and not selection.is_all:
        return redirect(url_for("share_links.form_for_new", uploads=",".join(selection.ids)))
    shown = {"uploads": uploads, "count": count or len(uploads), "addresses": addresses()}
    return _drawn("select/show.html", choice, selection, **shown)


def _drawn(template: str, choice: str, selection: Chosen, **more: Any) -> str:
    return render_template(
        template, choice=choice, selection=selection, album=selection.album, **more
    )


def codes() -> Any:
    """Links or embed codes of one kind, a line each; new delete links where they are asked for,
    which end the ones before.
    """
    kind = parse_kind(request.form.get("kind", ""))
    rows = parse_selection(request.form, MOST_CODES, "codes").rows
    uploads, where = Upload.load(rows), addresses()
    if not uploads:
        return page(400, select_words.NOTHING_SELECTED)
    text = "\n".join(kind.of(embed_codes.codes(one, where)) for one in uploads)
    wants_links = parse_flag(request.form.get("delete_links", ""), "answer")
    links = _delete_links(uploads) if wants_links else ""
    if by_script():
        return jsonify(text=text, delete_links=links, count=len(uploads))
    shown = render_template("select/codes.html", text=text, links=links, kind=kind, uploads=uploads)
    return shown, 200, {"Cache-Control": "no-store"}


def _delete_links(uploads: Sequence[Upload]) -> str:
    tokens = new_delete_links(uploads)
    return "\n".join(
        addresses().delete(one, token) for one, token in zip(uploads, tokens, strict=True)
    )
