"""First run, log in, log out."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import logout_user
from flask_wtf.csrf import generate_csrf
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.http import account_words, passkey_request, words
from blueprints.http.account_form import AccountForm, show_fault
from blueprints.http.arguments import path_of_ours
from blueprints.http.context import person, site
from blueprints.http.error_page import page
from blueprints.http.form import Form
from blueprints.http.header_log_in import heard, is_by_header
from blueprints.http.language import lazy as _l
from blueprints.http.log_in import continue_log_in, log_in, password_tries, too_many_tries
from models import User
from models.account_faults import AccountFault
from models.limits import MAX_LOGIN, MAX_PASSWORD
from models.role import State
from services.accounts import (
    AlreadySetUp,
    PasswordChanged,
    create_first_account,
    end_session,
    forgive,
)

bp = Blueprint("auth", __name__)

_REQUIRED = (InputRequired(words.REQUIRED),)


def _at_most(length: int) -> Length:
    return Length(max=length, message=words.too_long(length))


class LoginForm(Form):
    name = StringField(_l("Name"), [*_REQUIRED, _at_most(MAX_LOGIN)])
    password = PasswordField(_l("Password"), [*_REQUIRED, _at_most(MAX_PASSWORD)])
    next = HiddenField()


def setup() -> Any:
    """The first account. The address is printed at the start, works once, and only while there is
    no account.
    """
    form = AccountForm()
    if form.validate_on_submit():
        try:
            user = create_first_account(site().settings, form.name.data, form.password.data)
        except AccountFault as fault:
            show_fault(fault, form.name, form.password)
        except AlreadySetUp:
            return page(404, words.ALREADY_SET_UP, offers_log_in=True)
        else:
            log_in(user, [])
            flash(str(words.ACCOUNT_READY))
            return redirect(url_for("upload.home"))
    return render_template("auth/setup.html", form=form)


def login() -> Any:
    form = LoginForm(next=path_of_ours(request.args.get("next", "")))
    if person():  # since then, in another tab
        return redirect(path_of_ours(form.next.data or "") or url_for("upload.home"))
    if not form.validate_on_submit():
        return _login_page(form), 400 if "csrf_token" in form.errors else 200
    tries = password_tries(form.name.data)
    if tries is None:
        return too_many_tries(form.name.data, form.password, partial(_login_page, form))
    if user := User.authenticate(form.name.data, form.password.data):
        if refusal := account_words.NO_LOG_IN.get(State(user.state)):
            forgive(tries)
            form.password.errors = (refusal,)
            return _login_page(form), 403
        with suppress(PasswordChanged):
            return continue_log_in(user, tries, form.next.data or "")
    form.password.errors = (words.WRONG_LOGIN,)
    return _login_page(form), 401


def _login_page(form: LoginForm) -> str:
    return render_template(
        "auth/login.html", form=form, heard=heard(), offers_passkeys=passkey_request.is_possible()
    )


def account() -> Any:
    """Who is logged in, for a tab that is open: the name of the account, or "", and the token for
    its forms. It is no use of the session (`sessions.load_user`).
    """
    user = person()
    known = {"account": user.name, "token": generate_csrf()} if user else {"account": ""}
    return known, 200, {"Cache-Control": "no-store"}


def logout() -> Any:
    """Ends this browser's session, on the server too; other devices stay logged in. Who is logged
    in at a reverse proxy has to log out there.
    """
    end_session(session.get("_user_id", ""))
    is_elsewhere = is_by_header()
    logout_user()
    session.clear()
    if is_elsewhere:
        return render_template("auth/log_out_elsewhere.html", url=site().config.auth_logout_url)
    return redirect(url_for("upload.home"))
