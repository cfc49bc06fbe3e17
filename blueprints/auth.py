"""First run, log in, log out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from blueprints.http.context import keyed_hash, network_address, person
from blueprints.http.errors import page
from models import Attempt, Limit, SiteFact, User, UserSession, db
from models.site_fact import SETUP_TOKEN
from models.user import MAX_PASSWORD, MIN_PASSWORD

bp = Blueprint("auth", __name__)

# Wrong passwords only. A person who mistypes is not stopped; a list of a thousand takes days.
PER_ADDRESS = (Limit(5, timedelta(minutes=1)), Limit(30, timedelta(hours=1)))
PER_NAME = (Limit(50, timedelta(hours=1)),)

MAX_NEXT = 2000  # characters of a path to go back to


class LoginForm(FlaskForm):
    name = StringField("Name", [InputRequired(), Length(max=64)])
    password = PasswordField("Password", [InputRequired(), Length(max=MAX_PASSWORD)])
    next = HiddenField()


class SetupForm(FlaskForm):
    name = StringField("Name", [InputRequired(), Length(max=64)])
    password = PasswordField("Password", [InputRequired(), Length(MIN_PASSWORD, MAX_PASSWORD)])
    again = PasswordField("Password again", [EqualTo("password", "The two passwords differ.")])


def setup(token: str) -> Any:
    """The first account. The address is printed at the start, works once, and only while there is no account."""
    if not User.none_yet() or not SiteFact.matches(SETUP_TOKEN, token):
        abort(404)
    form = SetupForm()
    if form.validate_on_submit():
        try:
            user = User.create(form.name.data, form.password.data, is_admin=True)
        except ValueError as error:
            form.name.errors = (str(error),)
        else:
            SiteFact.write(SETUP_TOKEN, "")
            db.session.commit()
            _begin_session(user)
            flash("Welcome. This site is yours now.")
            return redirect(url_for("upload.home"))
    return render_template("auth/setup.html", form=form)


def login() -> Any:
    if person():
        return redirect(url_for("upload.home"))
    form = LoginForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("auth/login.html", form=form)
    tries = _count_try(form.name.data)
    if tries is None:
        return _too_many(form.name.data)
    user = User.authenticate(form.name.data, form.password.data)
    if not user:
        form.password.errors = ("That name and password don't fit together.",)
        return render_template("auth/login.html", form=form), 401
    for one in tries:
        one.give_back()
    _begin_session(user)
    return redirect(path_of_ours(form.next.data or "") or url_for("upload.home"))


def _limits(name: str) -> dict[str, tuple[Limit, ...]]:
    return {keyed_hash(f"guess from {network_address()}"): PER_ADDRESS, keyed_hash(f"guess at {name.lower()}"): PER_NAME}


def _count_try(name: str) -> list[Attempt] | None:
    """The try, counted before the password is looked at; None where there were too many, and then nothing is counted."""
    tries = [Attempt.take(bucket, limits) for bucket, limits in _limits(name).items()]
    if None in tries:
        db.session.rollback()
        return None
    db.session.commit()
    return [one for one in tries if one]


def _too_many(name: str) -> Any:
    wait = max(Attempt.wait(bucket, limits) for bucket, limits in _limits(name).items())
    return *page(429, ""), {"Retry-After": str(max(1, wait))}


def logout() -> Any:
    """Ends this browser's session, on the server too; those of other devices go on."""
    UserSession.end(session.get("_user_id", ""))
    db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("upload.home"))


def _begin_session(user: User) -> None:
    user.session_token = UserSession.begin(user)
    db.session.commit()
    session.clear()
    session.permanent = True
    login_user(user)


def path_of_ours(text: str) -> str:
    """Where to go after the log-in: a path of our own, "" for anything that may lead elsewhere."""
    is_path = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable() and len(text) <= MAX_NEXT
    return text if is_path else ""
