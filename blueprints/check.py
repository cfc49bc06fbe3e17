"""/admin/check: what people and programs outside get of this site."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from blueprints.http import check_words, preview_words
from blueprints.http.check_form import CheckForm
from blueprints.http.checking import checked, public_base
from blueprints.http.context import addresses, site
from models import Upload

bp = Blueprint("check", __name__)


def show() -> Any:
    return _page(CheckForm())


def run() -> Any:
    """Takes some seconds, in threads that nobody else waits for."""
    form = CheckForm()
    if not form.validate_on_submit():
        return _page(form, 400)
    if not site().checks.begin():
        return _page(form, 503, is_busy=True)
    try:
        report = checked(form)
    finally:
        site().checks.end()
    return _page(form, report=report)


def _page(form: CheckForm, status: int = 200, **values: Any) -> Any:
    report = values.get("report")
    page = render_template(
        "admin/check.html",
        form=form,
        base=public_base(),
        words=check_words,
        problem=preview_words.problem,
        preview_file=_file_shown(report.upload) if report else "",
        **values,
    )
    return page, status


def _file_shown(upload: Upload | None) -> str:
    """The file that the tags of its page name, at this page's own address."""
    if upload is None:
        return ""
    kept = "md" if upload.medium_size else "fr" if upload.frame_size else ""
    return addresses().shown(upload, upload.derivative(kept) if kept else upload.filename)
