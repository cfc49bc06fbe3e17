"""What holds for a member's uploads that don't say it themselves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from blueprints.http import words
from blueprints.http.context import me
from blueprints.http.parameters import parse_visibility
from services.defaults import set_visibility

bp = Blueprint("defaults", __name__)


def show() -> str:
    return render_template("settings/uploads.html")


def save() -> Any:
    visibility = parse_visibility(request.form.get("visibility", ""), is_guest=False)
    if visibility:
        set_visibility(me(), visibility)
    flash(str(words.SAVED))
    return redirect(url_for("defaults.show"), 303)
