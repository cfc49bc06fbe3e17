"""A member's password, and the devices that are logged in."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for
from wtforms import Field, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from blueprints.http import passkey_request, words
from blueprints.http.account_form import check_new_password, show_fault
from blueprints.http.arguments import parse_id
from blueprints.http.confirmed import is_confirmed
from blueprints.http.context import me, site, time_zone
from blueprints.http.devices import device_name
from blueprints.http.error_page import page
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.log_in import log_in, password_tries, too_many_tries
from blueprints.http.other_ways import warn_of_other_ways
from blueprints.http.required_factor import may_do_without
from models import Passkey, RecoveryCode, SecondFactor, User, UserSession
from models.account_faults import BadPassword
from models.limits import MAX_PASSWORD, MIN_PASSWORD
from services.accounts import change_password, end_other_sessions, end_session_of

bp = Blueprint("security", __name__)


class PasswordForm(Form):
    old = PasswordField(_l("Current password"), [InputRequired(words.REQUIRED)])
    new = PasswordField(
        _l("New password"),
        [InputRequired(words.REQUIRED), Length(MIN_PASSWORD, MAX_PASSWORD, words.PASSWORD_LENGTH)],
    )
    again = PasswordField(
        _l("Confirm new password"), [EqualTo("new", _l("Passwords do not match."))]
    )

    def validate_new(self, field: Field) -> None:
        check_new_password(field, me().name)


def show() -> str:
    return _page(_form())


def save_password() -> Any:
    """Asks for the old one, and logs out everywhere else. Where there is none, a passkey has just
    shown who it is.
    """
    form, user = _form(), me()
    if not user.has_password and not is_confirmed():
        return redirect(url_for("factors.ask_again", next=url_for("security.show")), 303)
    if not form.validate_on_submit():
        return _page(form), 400
    tries = password_tries(user.name) if user.has_password else []
    if tries is None:
        return too_many_tries(user.name, form.old, partial(_page, form))
    if user.has_password and not User.authenticate(user.name, form.old.data):
        form.old.errors = (words.WRONG_PASSWORD,)
        return _page(form), 400
    message = words.PASSWORD_CHANGED if user.has_password else words.PASSWORD_SET
    try:
        change_password(site().settings, user, form.new.data, tries)
    except BadPassword as fault:
        show_fault(fault, None, form.new)
        return _page(form), 400
    log_in(user, [])
    flash(str(message))
    warn_of_other_ways(user)
    return redirect(url_for("security.show"), 303)


def end_session(public_id: str) -> Any:
    ended = end_session_of(me(), parse_id(public_id) or "")
    if not ended:
        return page(404, words.NO_SUCH_SESSION)
    flash(str(words.SESSION_ENDED))
    return redirect(url_for("security.show"), 303)


def end_others() -> Any:
    end_other_sessions(me(), _token())
    flash(str(words.SESSIONS_ENDED))
    return redirect(url_for("security.show"), 303)


def _form() -> PasswordForm:
    form = PasswordForm()
    if not me().has_password:
        del form.old
    return form


def _page(form: PasswordForm) -> str:
    sessions, second_factor = UserSession.of(me()), SecondFactor.of(me())
    return render_template(
        "settings/security.html",
        form=form,
        sessions=[(one, device_name(one.agent), one.is_of(_token())) for one in sessions],
        zone=time_zone(),
        second_factor=second_factor,
        passkeys=Passkey.of(me()),
        can_add_passkeys=passkey_request.is_possible(),
        is_confirmed=is_confirmed(),
        may_do_without=may_do_without(me()),
        recovery_codes_left=RecoveryCode.left(me()) if second_factor else 0,
    )


def _token() -> str:
    return str(session.get("_user_id", ""))
