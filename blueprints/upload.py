"""The home page, which uploads."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from blueprints.context import addresses, person, site
from blueprints.receive import keep, received
from models import Upload

bp = Blueprint("upload", __name__)

RECENT = 24  # pictures shown below the form


def home() -> Any:
    user = person()
    recent = Upload.newest_of(user, RECENT) if user else []
    may_upload = bool(user) or site().settings.guest_uploads
    return render_template("upload/home.html", may_upload=may_upload, recent=recent, addresses=addresses(),
                           csrf_token_value=generate_csrf())


def receive() -> Any:
    """The form's target: the same pipeline as the API's, with a session and its CSRF token instead of a key."""
    user = person()
    if user is None and not site().settings.guest_uploads:
        return redirect(url_for("auth.login"))
    with received(request) as body:
        try:
            validate_csrf(body.fields.get("csrf_token"))
        except ValidationError:
            return render_template("error.html", status=400, title="This page was open too long",
                                   message="Nothing was uploaded.", advice="Go back, reload the page and try again."), 400
        kept, token = keep(body, body.fields, user, by_post=True)
    return render_template("upload/done.html", upload=kept, addresses=addresses(), token=token)
