"""What holds for a member's uploads that don't say it themselves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from blueprints.http import words
from blueprints.http.context import me
from blueprints.http.defaults_form import DefaultsForm
from services.defaults import set_defaults

bp = Blueprint("defaults", __name__)


def show() -> str:
    return _page(DefaultsForm(me()))


def save() -> Any:
    form = DefaultsForm(me())
    if not form.validate_on_submit():
        return _page(form), 400
    set_defaults(me(), form.wishes)
    flash(f"{words.SAVED} {form.warning(me())}".strip())
    return redirect(url_for("defaults.show"), 303)


def _page(form: DefaultsForm) -> str:
    return render_template("settings/uploads.html", form=form)
