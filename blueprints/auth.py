"""First run, log in, log out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from blueprints.http import words
from blueprints.http.arguments import path_of_ours
from blueprints.http.context import keyed_hash, network_address, person
from blueprints.http.error_page import page
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from models import Attempt, Limit, User
from models.limits import MAX_LOGIN, MAX_PASSWORD, MIN_PASSWORD
from models.user import AccountFault
from services.accounts import begin_session, count_try, create_first_account, end_session

bp = Blueprint("auth", __name__)

# Wrong passwords only. Typing errors don't lock anyone out; a list of a thousand takes days.
PER_ADDRESS = (Limit(5, timedelta(minutes=1)), Limit(30, timedelta(hours=1)))
PER_NAME = (Limit(50, timedelta(hours=1)),)


_REQUIRED = (InputRequired(words.REQUIRED),)


def _at_most(length: int) -> Length:
    return Length(max=length, message=words.too_long(length))


class LoginForm(Form):
    name = StringField(_l("Name"), [*_REQUIRED, _at_most(MAX_LOGIN)])
    password = PasswordField(_l("Password"), [*_REQUIRED, _at_most(MAX_PASSWORD)])
    next = HiddenField()


class SetupForm(Form):
    name = StringField(_l("Name"), [*_REQUIRED, _at_most(MAX_LOGIN)])
    password = PasswordField(
        _l("Password"), [*_REQUIRED, Length(MIN_PASSWORD, MAX_PASSWORD, words.PASSWORD_LENGTH)]
    )
    again = PasswordField(
        _l("Confirm password"), [EqualTo("password", _l("Passwords do not match."))]
    )


def setup() -> Any:
    """The first account. The address is printed at the start, works once, and only while there is
    no account.
    """
    form = SetupForm()
    if form.validate_on_submit():
        try:
            user = create_first_account(form.name.data, form.password.data)
        except AccountFault as fault:
            form.name.errors = (words.account_fault(fault),)
        else:
            _log_in(user, [])
            flash(str(words.ACCOUNT_READY))
            return redirect(url_for("upload.home"))
    return render_template("auth/setup.html", form=form)


def login() -> Any:
    if person():
        return redirect(url_for("upload.home"))
    form = LoginForm(next=path_of_ours(request.args.get("next", "")))
    if not form.validate_on_submit():
        return render_template("auth/login.html", form=form)
    tries = count_try(_limits(form.name.data))
    if tries is None:
        return _too_many(form.name.data)
    user = User.authenticate(form.name.data, form.password.data)
    if not user:
        form.password.errors = (words.WRONG_LOGIN,)
        return render_template("auth/login.html", form=form), 401
    _log_in(user, tries)
    return redirect(path_of_ours(form.next.data or "") or url_for("upload.home"))


def _limits(name: str) -> dict[str, tuple[Limit, ...]]:
    return {
        keyed_hash(f"guess from {network_address()}"): PER_ADDRESS,
        keyed_hash(f"guess at {name.lower()}"): PER_NAME,
    }


def _too_many(name: str) -> Any:
    wait = max(Attempt.wait(bucket, limits) for bucket, limits in _limits(name).items())
    return *page(429), {"Retry-After": str(max(1, wait))}


def logout() -> Any:
    """Ends this browser's session, on the server too; other devices stay logged in."""
    end_session(session.get("_user_id", ""))
    logout_user()
    session.clear()
    return redirect(url_for("upload.home"))


def _log_in(user: User, tries: list[Attempt]) -> None:
    begin_session(user, tries)
    session.clear()
    session.permanent = True
    login_user(user)
