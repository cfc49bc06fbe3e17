"""The second step of a log-in, after the password was right."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import StringField
from wtforms.validators import Length

from blueprints.http import passkey_request, words
from blueprints.http.first_step import FirstStep
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.log_in import code_limits, log_in_by, too_many
from blueprints.http.sealed import vault
from models import Passkey, SecondFactor
from models.limits import MAX_CODE
from services.accounts import PasswordChanged, WrongProof, count_try
from services.factors import is_code, is_proof

bp = Blueprint("second_step", __name__)

_AS_LONG = Length(max=MAX_CODE, message=words.too_long(MAX_CODE))


class CodeForm(Form):
    """One of the two: what was lost is no reason to stay out."""

    code = StringField(_l("Code"), [_AS_LONG])
    recovery = StringField(_l("Recovery code"), [_AS_LONG])


def show(first: FirstStep) -> Any:
    return _page(CodeForm(), first)


def enter(first: FirstStep) -> Any:
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(form, first), 400
    field = form.recovery if form.recovery.data else form.code
    text = (field.data or "").strip()
    if not text:
        field.errors = (words.REQUIRED,)
        return _page(form, first), 400
    limits = code_limits(first.user, is_of_app=is_code(text))
    tries = count_try(limits)
    if tries is None:
        return too_many(limits, field, partial(_page, form, first))
    try:
        answer = log_in_by(first, tries, partial(is_proof, first.user, text, vault()))
    except PasswordChanged:
        return redirect(url_for("auth.login"), 303)
    except WrongProof:
        field.errors = (words.WRONG_CODE if field is form.code else words.WRONG_RECOVERY_CODE,)
        return _page(form, first), 401
    if is_code(text):
        return answer
    flash(str(words.RECOVERY_CODE_USED))
    return redirect(url_for("security.show"), 303)


def _page(form: CodeForm, first: FirstStep) -> str:
    factor = SecondFactor.of(first.user)
    return render_template(
        "auth/second_step.html",
        form=form,
        has_app=factor is not None and factor.sealed_secret is not None,
        has_passkey=bool(Passkey.of(first.user)) and passkey_request.is_possible(),
    )
