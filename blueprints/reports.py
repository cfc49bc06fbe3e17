"""Reports of uploads: the form of whoever may open one, and what moderators do with them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from blueprints.http import review_words
from blueprints.http.album_page import within
from blueprints.http.arguments import parse_hiding, parse_row
from blueprints.http.context import (
    addresses,
    keyed_hash,
    me,
    network_address,
    person,
    site,
    time_zone,
)
from blueprints.http.log_in import too_many
from blueprints.http.report_form import ReportForm
from models import Album, Limit, Report, Upload
from models.report import PAGE_OF_REPORTS
from services.accounts import count_try
from services.reports import dismiss, hide, send_report

bp = Blueprint("reports", __name__)

PER_HOUR = (Limit(20, timedelta(hours=1)),)  # of an account or, of guests, a network


def form(upload: Upload) -> str:
    return _form(upload, ReportForm(), addresses().viewer_path(upload))


def send(upload: Upload) -> Any:
    return _send(upload, addresses().viewer_path(upload))


def form_in_album(album: Album, upload: Upload) -> str:
    """Also of what only the album opens to this visitor."""
    return _form(upload, ReportForm(), within(album).viewer_path(upload))


def send_in_album(album: Album, upload: Upload) -> Any:
    return _send(upload, within(album).viewer_path(upload))


def _send(upload: Upload, page: str) -> Any:
    """``page``: where it is seen."""
    form, user = ReportForm(), person()
    if not form.validate():
        return _form(upload, form, page), 400
    who = user.id if user else network_address()
    limits = {keyed_hash(f"report from {who}"): PER_HOUR}
    if count_try(limits) is None:
        return too_many(limits, form.text, partial(_form, upload, form, page))
    sender = keyed_hash(f"report by {who}")
    send_report(upload, user, sender, form.reason.data, (form.text.data or "").strip())
    flash(str(review_words.REPORTED))
    return redirect(page, 303)


def _form(upload: Upload, form: ReportForm, page: str) -> str:
    return render_template("viewer/report.html", upload=upload, form=form, page=page)


def index() -> str:
    after = parse_row(request.args.get("after", "")) or 0
    reports = Report.page(me().id, after, PAGE_OF_REPORTS + 1)
    page = reports[:PAGE_OF_REPORTS]
    return render_template(
        "admin/reports.html",
        reports=page,
        next=page[-1].id if len(reports) > PAGE_OF_REPORTS else 0,
        reasons=review_words.REASONS,
        addresses=addresses(),
        zone=time_zone(),
    )


def answer() -> Any:
    is_hidden = parse_hiding(request.form.get("answer", ""))
    report = Report.find(parse_row(request.form.get("report", "")) or 0, me().id)
    said = review_words.NO_LONGER_REPORTED
    if report and is_hidden and hide(site(), report.upload, me()):
        said = review_words.HIDDEN
    elif report and not is_hidden and dismiss(report, me()):
        said = review_words.DISMISSED
    flash(str(said))
    return redirect(url_for("reports.index"), 303)
