"""Settings of the second factor: an authenticator app, and recovery codes."""

from __future__ import annotations

from functools import partial
from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from markupsafe import Markup
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.http import passkey_request, words
from blueprints.http.arguments import path_of_ours
from blueprints.http.confirmed import LIFETIME, confirm
from blueprints.http.context import me, site
from blueprints.http.factor_page import recovery_codes
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.log_in import code_limits, password_limits, too_many
from blueprints.http.required_factor import is_missing, may_do_without
from blueprints.http.sealed import vault
from models import Passkey, SecondFactor, User
from models.limits import MAX_CODE, MAX_PASSWORD
from services.accounts import count_try, forgive
from services.factors import (
    address_for_apps,
    is_code,
    new_secret,
    renew_recovery_codes,
    turn_on,
    use_code,
)
from services.factors import turn_off as switch_off

bp = Blueprint("factors", __name__)

_IN_SETUP = "authenticator"  # encrypted, until a code shows that the app has it
_SECRET = {"Cache-Control": "no-store"}
_PASSWORD = (InputRequired(words.REQUIRED), Length(max=MAX_PASSWORD, message=words.WRONG_PASSWORD))
_CODE = (InputRequired(words.REQUIRED), Length(max=MAX_CODE, message=words.too_long(MAX_CODE)))


class ConfirmForm(Form):
    """``code`` is asked for where there is a second factor."""

    password = PasswordField(_l("Password"), _PASSWORD)
    code = StringField(_l("Code"), _CODE[1:])
    next = HiddenField()


class NewCodesForm(Form):
    code = StringField(_l("Code"), _CODE)


def ask_again() -> Any:
    """The password again, and the second factor, before what needs them."""
    form, user = ConfirmForm(next=path_of_ours(request.args.get("next", ""))), me()
    has_factor = SecondFactor.of(user) is not None
    show = partial(
        render_template,
        "settings/confirm.html",
        form=form,
        has_factor=has_factor,
        has_passkey=bool(Passkey.of(user)) and passkey_request.is_possible(),
    )
    if form.validate_on_submit():
        limits = password_limits(user.name)
        if has_factor:
            limits = {**limits, **code_limits(user, is_of_app=is_code(form.code.data or ""))}
        tries = count_try(limits)
        if tries is None:
            return too_many(limits, form.password, show)
        if not User.authenticate(user.name, form.password.data):
            form.password.errors = (words.WRONG_PASSWORD,)
        elif has_factor and not use_code(user, form.code.data or "", vault()):
            form.code.errors = (words.WRONG_CODE,)
        else:
            forgive(tries)
            confirm()
            return redirect(path_of_ours(form.next.data or "") or url_for("security.show"), 303)
    return show(), 400 if form.errors else 200


def required() -> Any:
    """Where they are led who have to set one up."""
    if not is_missing():
        return redirect(url_for("security.show"), 303)
    return render_template(
        "settings/required_factor.html",
        passkeys=Passkey.of(me()),
        is_possible=passkey_request.is_possible(),
    )


def set_up() -> Any:
    """A new secret, for the app; in force when a code of it was given."""
    user, form = me(), NewCodesForm()
    secret = _new_secret(user)
    if form.validate_on_submit():
        limits = code_limits(user, is_of_app=True)
        tries = count_try(limits)
        if tries is None:
            answer, status, after = too_many(limits, form.code, partial(_set_up_page, form, secret))
            return answer, status, {**after, **_SECRET}
        codes = turn_on(user, secret, form.code.data, vault())
        if codes:
            forgive(tries)
            session.pop(_IN_SETUP, None)
            return recovery_codes(codes, is_new=True)
        form.code.errors = (words.WRONG_CODE,)
    return _set_up_page(form, secret), 400 if form.errors else 200, _SECRET


def _set_up_page(form: NewCodesForm, secret: str) -> str:
    uri = address_for_apps(secret, me().name, site().settings.site_name)
    return render_template(
        "settings/set_up_codes.html",
        form=form,
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        uri=uri,
        # the markup is made of the squares alone
        qr=Markup(segno.make(uri, error="m").svg_inline(scale=5, border=3, light="#fff")),  # noqa: S704
    )


def renew_codes() -> Any:
    if SecondFactor.of(me()) is None:
        return redirect(url_for("security.show"), 303)
    return recovery_codes(renew_recovery_codes(me()), is_new=False)


def turn_off() -> Any:
    """Asks first."""
    user, form = me(), Form()
    if SecondFactor.of(user) is None or not may_do_without(user):
        return redirect(url_for("security.show"), 303)
    if not form.validate_on_submit():
        return render_template("settings/turn_off_codes.html", form=form)
    switch_off(user)
    flash(str(words.SECOND_FACTOR_OFF))
    return redirect(url_for("security.show"), 303)


def _new_secret(user: User) -> str:
    """The same for as long as it is being set up: a reload shows the same QR code."""
    owner, _, secret = (vault().open(session.get(_IN_SETUP, ""), within=LIFETIME) or "").partition(
        " "
    )
    if owner != str(user.id):
        secret = new_secret()
        session[_IN_SETUP] = vault().seal(f"{user.id} {secret}")
    return secret
