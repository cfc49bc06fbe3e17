"""Settings of passkeys: a new one, and those that there are."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.http import passkey_request, words
from blueprints.http.arguments import parse_id
from blueprints.http.askers import agent
from blueprints.http.context import me, site
from blueprints.http.devices import device_name
from blueprints.http.error_page import page
from blueprints.http.factor_page import recovery_codes
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.required_factor import is_missing
from models import Passkey
from models.limits import MAX_LABEL
from services.passkey_answers import MAX_ANSWER, BadPasskey, creation_options, handle_for
from services.passkeys import TooManyPasskeys, ask_for_one, register
from services.passkeys import remove as remove_passkey
from services.ways_in import LastWayIn

bp = Blueprint("passkeys", __name__)
_NEW = "new"


class PasskeyForm(Form):
    name = StringField(
        _l("Name"),
        [InputRequired(words.REQUIRED), Length(max=MAX_LABEL, message=words.too_long(MAX_LABEL))],
    )
    answer = HiddenField(validators=[Length(max=MAX_ANSWER)])


def new() -> Any:
    user, form = me(), PasskeyForm(name=device_name(agent()))
    if form.validate_on_submit():
        asked = passkey_request.asked(_NEW)
        try:
            if asked is None:
                raise BadPasskey
            register(user, form.name.data, form.answer.data or "", asked)
        except BadPasskey:
            form.name.errors = (words.BAD_PASSKEY,)
        except TooManyPasskeys:
            form.name.errors = (words.TOO_MANY_PASSKEYS,)
        else:
            if is_missing():
                return as_second_factor()
            flash(str(words.PASSKEY_ADDED))
            return redirect(url_for("security.show"), 303)
    asked = passkey_request.ask(_NEW, handle_for(user))
    form.answer.data = ""
    answer = render_template(
        "settings/new_passkey.html",
        form=form,
        options=creation_options(user.name, asked, site().settings.site_name, user),
        is_possible=passkey_request.is_possible(),
    )
    return answer, 400 if form.errors else 200, {"Cache-Control": "no-store"}


def remove(public_id: str) -> Any:
    """Asks first."""
    passkey = Passkey.find_of(me(), parse_id(public_id) or "")
    if passkey is None:
        return page(404, words.NO_SUCH_PASSKEY)
    form = Form()
    if not form.validate_on_submit():
        return render_template("settings/remove_passkey.html", form=form, passkey=passkey)
    try:
        remove_passkey(me(), passkey.public_id, site().config.oidc_issuer)
    except LastWayIn:
        return page(409, words.LAST_WAY_IN)
    flash(str(words.PASSKEY_REMOVED))
    return redirect(url_for("security.show"), 303)


def as_second_factor() -> Any:
    """Log-in with the password asks for one, too."""
    codes = ask_for_one(me())
    if codes is None:
        return redirect(url_for("security.show"), 303)
    return recovery_codes(codes, is_new=True)
