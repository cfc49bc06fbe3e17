"""First run, log in, log out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from blueprints.context import person
from blueprints.people import account_name, failed, limiter
from models import SiteSetting, User, db
from models.site_setting import SETUP_TOKEN
from models.user import MAX_PASSWORD, MIN_PASSWORD

bp = Blueprint("auth", __name__)

# Wrong passwords only. A person who mistypes is not stopped; a list of a thousand takes days.
FAILURES_PER_ADDRESS = "5 per minute; 30 per hour"
FAILURES_PER_NAME = "50 per hour"


class LoginForm(FlaskForm):  # type: ignore[misc]
    name = StringField("Name", [InputRequired(), Length(max=64)])
    password = PasswordField("Password", [InputRequired(), Length(max=MAX_PASSWORD)])
    next = HiddenField()


class SetupForm(FlaskForm):  # type: ignore[misc]
    name = StringField("Name", [InputRequired(), Length(max=64)])
    password = PasswordField("Password", [InputRequired(), Length(MIN_PASSWORD, MAX_PASSWORD)])
    again = PasswordField("Password again", [EqualTo("password", "The two passwords differ.")])


def setup(token: str) -> Any:
    """The first account. The address is printed at the start, works once, and only while there is no account."""
    if not User.none_yet() or not SiteSetting.matches(SETUP_TOKEN, token):
        abort(404)
    form = SetupForm()
    if form.validate_on_submit():
        try:
            user = User.create(form.name.data, form.password.data, is_admin=True)
        except ValueError as error:
            form.name.errors = (str(error),)
        else:
            SiteSetting.write(SETUP_TOKEN, "")
            db.session.commit()
            _begin_session(user)
            flash("Welcome. This site is yours now.")
            return redirect(url_for("upload.home"))
    return render_template("auth/setup.html", form=form)


@limiter.limit(FAILURES_PER_ADDRESS, methods=["POST"], deduct_when=failed)
@limiter.limit(FAILURES_PER_NAME, methods=["POST"], key_func=account_name, deduct_when=failed)
def login() -> Any:
    if person():
        return redirect(url_for("upload.home"))
    form = LoginForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        user = User.authenticate(form.name.data, form.password.data)
        if user:
            _begin_session(user)
            return redirect(_safe(form.next.data))
        form.password.errors = ("That name and password don't fit together.",)
        return render_template("auth/login.html", form=form), 401
    return render_template("auth/login.html", form=form)


def logout() -> Any:
    logout_user()
    session.clear()
    return redirect(url_for("upload.home"))


def _begin_session(user: User) -> None:
    session.clear()
    session.permanent = True
    login_user(user)


def _safe(target: str | None) -> str:
    """Where to go after the log-in: a path of our own, else home."""
    parts = urlsplit(target or "")
    plain = target and target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if plain and target and not parts.scheme and not parts.netloc else url_for("upload.home")
