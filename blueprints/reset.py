"""A new password by a one-time link, for who has forgotten theirs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from blueprints.http import words
from blueprints.http.account_form import NewPasswordForm, show_fault
from blueprints.http.context import site
from blueprints.http.other_ways import warn_of_other_ways
from blueprints.http.secret_links import SECRET_PAGE, link_ended
from models import OneTimeLink
from models.account_faults import BadPassword
from services.reset import LinkEnded, reset_password

bp = Blueprint("reset", __name__)


def show(link: OneTimeLink) -> Any:
    return _page(NewPasswordForm(link.user.name), link)


def save(link: OneTimeLink) -> Any:
    """Logs in nobody: the log-in page may ask for more than a password."""
    form = NewPasswordForm(link.user.name)
    if not form.validate_on_submit():
        return _page(form, link, 400)
    user = link.user  # the link goes
    try:
        reset_password(site().settings, link, form.password.data)
    except BadPassword as fault:
        show_fault(fault, None, form.password)
        return _page(form, link, 400)
    except LinkEnded:
        return link_ended()
    flash(str(words.PASSWORD_RESET))
    warn_of_other_ways(user)
    return redirect(url_for("auth.login"), 303)


def _page(form: NewPasswordForm, link: OneTimeLink, status: int = 200) -> Any:
    return render_template("auth/reset.html", form=form, user=link.user), status, SECRET_PAGE
