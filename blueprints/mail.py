"""Forgotten passwords and e-mail addresses, where the site sends mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from wtforms import StringField
from wtforms.validators import InputRequired, Length, ValidationError

from blueprints.http import words
from blueprints.http.context import keyed_hash, me, network_address, site
from blueprints.http.error_page import page
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.mail_words import confirmation_letter, reset_letter
from blueprints.http.secret_links import SECRET_PAGE, link_ended
from models import Email, Limit, OneTimeLink
from models.email import is_address
from models.limits import MAX_EMAIL
from services.accounts import count_try
from services.mail import confirm_address, forget_address, send_confirmation, send_reset_links
from services.reset import LinkEnded

bp = Blueprint("mail", __name__)

# Letters that somebody gets, and that somebody has sent.
PER_RECEIVER = (Limit(3, timedelta(hours=1)),)
PER_SENDER = (Limit(10, timedelta(hours=1)),)


class ForgotForm(Form):
    login = StringField(
        _l("Name or e-mail address"),
        [InputRequired(words.REQUIRED), Length(max=MAX_EMAIL, message=words.too_long(MAX_EMAIL))],
    )


def _fits(_form: Form, field: StringField) -> None:
    """Or is empty."""
    if field.data and not is_address(field.data):
        raise ValidationError(str(words.BAD_EMAIL))


class AddressForm(Form):
    address = StringField(_l("E-mail address"), [_fits])


def forgot() -> Any:
    """The answer is the same, and takes as long, whoever there is."""
    _must_be_set_up()
    form = ForgotForm()
    if not form.validate_on_submit():
        return render_template("auth/forgot.html", form=form), 400 if form.errors else 200
    login = form.login.data.strip()
    if not _may_send(f"mail to {login.lower()}"):
        form.login.errors = (words.TOO_MUCH_MAIL,)
        return render_template("auth/forgot.html", form=form), 429
    send_reset_links(login, reset_letter(site().settings.site_name))
    flash(str(words.LINK_SENT))
    return redirect(url_for("auth.login"), 303)


def address() -> Any:
    """Behind the password, as who has the address gets a new one."""
    _must_be_set_up()
    form, user = AddressForm(address=Email.of(me())), me()
    if not form.validate_on_submit():
        return _address_page(form)
    if not form.address.data:
        forget_address(user)
        flash(str(words.SAVED))
    elif not _may_send(f"mail to {form.address.data.lower()}"):
        return page(429, words.TOO_MUCH_MAIL)
    else:
        send_confirmation(user, form.address.data, confirmation_letter(site().settings.site_name))
        flash(words.confirmation_sent(form.address.data))
    return redirect(url_for("mail.address"), 303)


def confirm_form(link: OneTimeLink) -> Any:
    return render_template("auth/confirm_email.html", link=link), 200, SECRET_PAGE


def confirm(link: OneTimeLink) -> Any:
    try:
        confirm_address(link)
    except LinkEnded:
        return link_ended()
    flash(str(words.EMAIL_CONFIRMED))
    return redirect(url_for("upload.home"), 303)


def _address_page(form: AddressForm) -> Any:
    status = 400 if form.errors else 200
    return render_template("settings/email.html", form=form, current=Email.of(me())), status


def _must_be_set_up() -> None:
    if not site().config.sends_mail:
        abort(404)


def _may_send(to: str) -> bool:
    """Whether this letter is not one too many; counted before."""
    limits = {
        keyed_hash(to): PER_RECEIVER,
        keyed_hash(f"mail from {network_address()}"): PER_SENDER,
    }
    return count_try(limits) is not None
