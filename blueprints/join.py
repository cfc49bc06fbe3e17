"""/join: an account by an invitation, then a phone that uploads to it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from blueprints.http import words
from blueprints.http.account_form import AccountForm, show_fault
from blueprints.http.askers import agent
from blueprints.http.context import person, site
from blueprints.http.log_in import log_in
from blueprints.http.secret_links import SECRET_PAGE, link_ended
from models import Invitation
from models.account_faults import AccountFault
from services.invitations import accept
from services.reset import LinkEnded

bp = Blueprint("join", __name__)


def show(invitation: Invitation) -> Any:
    return _page(AccountForm(), invitation)


def join(invitation: Invitation) -> Any:
    form = AccountForm()
    if not form.validate_on_submit():
        return _page(form, invitation, 400)
    try:
        user = accept(site().settings, invitation, form.name.data, form.password.data)
    except AccountFault as fault:
        show_fault(fault, form.name, form.password)
        return _page(form, invitation, 400)
    except LinkEnded:
        return link_ended()
    log_in(user, [])
    flash(str(words.ACCOUNT_READY))
    return redirect(url_for("join.phone"), 303)


def phone() -> Any:
    """One tap makes a key and shows its configuration; the phone that asks comes first."""
    phones = ["iphone", "android"]
    if "Android" in agent():
        phones.reverse()
    return render_template("auth/phone.html", phones=phones)


def _page(form: AccountForm, invitation: Invitation, status: int = 200) -> Any:
    answer = render_template("auth/join.html", form=form, invitation=invitation, other=person())
    return answer, status, SECRET_PAGE
