"""Log-in with a passkey: alone, as a second factor, or to show that it is still the same person."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from blueprints.http import passkey_request, words
from blueprints.http.arguments import path_of_ours
from blueprints.http.confirmed import confirm
from blueprints.http.context import me
from blueprints.http.first_step import FirstStep
from blueprints.http.form import Form
from blueprints.http.log_in import address_limits, log_in_by, too_many
from models import User
from services.accounts import PasswordChanged, WrongProof, count_try, forgive
from services.passkey_answers import MAX_ANSWER, request_options
from services.passkeys import is_confirmed, is_proof, owner_of

bp = Blueprint("passkey_log_in", __name__)
_ALONE, _SECOND, _AGAIN = "alone", "second", "again"


class AnswerForm(Form):
    answer = HiddenField(validators=[InputRequired(), Length(max=MAX_ANSWER)])
    next = HiddenField()


def options() -> Response:
    return _options(_ALONE, None)


def second_options(first: FirstStep) -> Response:
    return _options(_SECOND, first.user)


def confirm_options() -> Response:
    return _options(_AGAIN, None)


def alone() -> Any:
    """Log-in without a password: the device has made sure that it is its owner who uses it."""
    form = AnswerForm()
    path = path_of_ours(form.next.data or "")
    answer = form.answer.data or ""
    owner = owner_of(answer)
    first = FirstStep(owner, "", path) if owner else None
    return _log_in(form, _ALONE, first, url_for("auth.login", next=path or None))


def second(first: FirstStep) -> Any:
    return _log_in(AnswerForm(), _SECOND, first, url_for("second_step.show"))


def again() -> Any:
    """Who is logged in shows that it is them, as with the password."""
    form, asked = AnswerForm(), passkey_request.asked(_AGAIN)
    path = path_of_ours(form.next.data or "")
    if form.validate() and asked:
        limits = address_limits()
        tries = count_try(limits)
        if tries is None:
            return too_many(limits)
        if is_confirmed(me(), form.answer.data, asked):
            forgive(tries)
            confirm()
            return redirect(path or url_for("security.show"), 303)
    flash(str(words.BAD_PASSKEY))
    return redirect(url_for("factors.ask_again", next=path or None), 303)


def _options(purpose: str, user: User | None) -> Response:
    text = request_options(passkey_request.ask(purpose), user)
    return Response(text, mimetype="application/json", headers={"Cache-Control": "no-store"})


def _log_in(form: AnswerForm, purpose: str, first: FirstStep | None, back: str) -> Any:
    """In, or ``back`` to where it was tried. What can't be right isn't counted."""
    asked = passkey_request.asked(purpose)
    if form.validate() and asked and first:
        limits = address_limits(first.user.name)
        tries = count_try(limits)
        if tries is None:
            return too_many(limits)
        proof = partial(is_proof, first.user, form.answer.data, asked, is_alone=purpose == _ALONE)
        with suppress(PasswordChanged, WrongProof):
            return log_in_by(first, tries, proof)
    flash(str(words.BAD_PASSKEY))
    return redirect(back, 303)
