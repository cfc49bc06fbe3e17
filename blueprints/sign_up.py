"""/sign-up: an account that waits for approval, where SIGN_UP says so. Admins approve or refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from blueprints.http import account_words, words
from blueprints.http.account_form import AccountForm, show_fault
from blueprints.http.context import keyed_hash, me, network_address, person, site
from blueprints.http.error_page import page
from blueprints.http.log_in import too_many
from models import Limit, User
from models.account_faults import AccountFault
from services import sign_up as accounts
from services.accounts import count_try
from services.errors import NoLongerThere

bp = Blueprint("sign_up", __name__)

# A form that is filled in badly counts, too: it tells which names are taken.
PER_ADDRESS = (Limit(10, timedelta(hours=1)),)


def sign_up() -> Any:
    if not accounts.is_open(site().settings) or User.none_yet():
        return page(404, account_words.NO_SIGN_UP, offers_log_in=True)
    if person():
        return redirect(url_for("upload.home"))
    form = AccountForm()
    if not form.is_submitted():
        return _page(form)
    limits = {keyed_hash(f"sign-up from {network_address()}"): PER_ADDRESS}
    if count_try(limits) is None:
        return too_many(limits, form.name, partial(_page, form))
    if not form.validate():
        return _page(form), 400
    try:
        accounts.sign_up(site().settings, form.name.data, form.password.data)
    except AccountFault as fault:
        show_fault(fault, form.name, form.password)
        return _page(form), 400
    except accounts.TooManyWaiting:
        return page(503, account_words.TOO_MANY_WAITING)
    flash(str(words.SIGNED_UP))
    return redirect(url_for("auth.login"), 303)


def _page(form: AccountForm) -> str:
    return render_template("auth/sign_up.html", form=form)


def approve(account: User) -> Any:
    return _done(accounts.approve, account, account_words.approved(account))


def refuse(account: User) -> Any:
    return _done(accounts.refuse, account, account_words.refused(account))


def _done(change: Callable[[User, str], None], account: User, message: str) -> Any:
    try:
        change(account, me().name)
    except NoLongerThere:
        return page(409, account_words.NOT_WAITING)
    flash(message)
    return redirect(url_for("accounts.index"), 303)
