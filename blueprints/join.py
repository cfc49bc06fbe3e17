"""/join: an account by an invitation, then the way to the first upload."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, url_for
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.http import passkey_request, words
from blueprints.http.account_form import AccountForm, show_fault
from blueprints.http.askers import agent
from blueprints.http.context import person, site
from blueprints.http.devices import device_name, phone_of
from blueprints.http.form import Form
from blueprints.http.log_in import log_in
from blueprints.http.secret_links import SECRET_PAGE, link_ended
from models import Invitation, User
from models.account_faults import AccountFault, BadName
from models.limits import MAX_LOGIN
from services.invitations import accept, accept_with_passkey
from services.passkey_answers import MAX_ANSWER, BadPasskey, creation_options, handle_for
from services.reset import LinkEnded

bp = Blueprint("join", __name__)
_JOIN = "join"


class NameForm(Form):
    name = StringField(validators=[InputRequired(), Length(max=MAX_LOGIN)])


class PasskeyNameForm(NameForm):
    answer = HiddenField(validators=[InputRequired(), Length(max=MAX_ANSWER)])


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


def passkey_options(invitation: Invitation) -> Any:
    """For the script: what the browser is asked for, once there is a name."""
    form = NameForm()
    try:
        if not form.validate():
            raise BadName
        User.check_name(form.name.data)
    except AccountFault as fault:
        return jsonify(problem=words.account_fault(fault)), 400
    asked = passkey_request.ask(_JOIN, handle_for(None))
    options = creation_options(form.name.data, asked, site().settings.site_name)
    return Response(options, mimetype="application/json", headers=SECRET_PAGE)


def join_with_passkey(invitation: Invitation) -> Any:
    """An account without a password."""
    form, passwords = PasskeyNameForm(), AccountForm()
    asked = passkey_request.asked(_JOIN)
    try:
        if not form.validate() or asked is None:
            raise BadPasskey
        name, device, answer = form.name.data, device_name(agent()), form.answer.data
        user = accept_with_passkey(site().settings, invitation, name, device, answer, asked)
    except AccountFault as fault:
        show_fault(fault, passwords.name, passwords.password)
        return _page(passwords, invitation, 400)
    except BadPasskey:
        passwords.name.errors = (words.BAD_PASSKEY,)
        return _page(passwords, invitation, 400)
    except LinkEnded:
        return link_ended()
    log_in(user, [])
    flash(str(words.ACCOUNT_READY))
    return redirect(url_for("join.phone"), 303)


def phone() -> Any:
    """What comes after joining: the first upload. Connecting the phone that asks can wait."""
    return render_template("auth/phone.html", phone=phone_of(agent()))


def _page(form: AccountForm, invitation: Invitation, status: int = 200) -> Any:
    answer = render_template(
        "auth/join.html",
        form=form,
        invitation=invitation,
        other=person(),
        offers_passkeys=passkey_request.is_possible(),
    )
    return answer, status, SECRET_PAGE
