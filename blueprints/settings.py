"""A member's API keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.http import words
from blueprints.http.arguments import parse_id
from blueprints.http.context import addresses, me
from blueprints.http.error_page import page
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.once import show_once, shown_once
from blueprints.http.visibility import key_choices
from models import ApiKey, User
from models.limits import MAX_LABEL
from services.keys import issue_key
from services.keys import revoke_key as revoke

bp = Blueprint("settings", __name__)
_NEW_KEY = "new_key"


class KeyForm(Form):
    label = StringField(
        _l("What is it for?"),
        [
            InputRequired(_l("Enter a name for the key, such as the program that will use it.")),
            Length(max=MAX_LABEL, message=words.too_long(MAX_LABEL)),
        ],
    )
    visibility = SelectField(_l("Who can see its uploads"), default="")

    def __init__(self, user: User) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.visibility.choices = key_choices(user)


def keys() -> Any:
    """Lists a person's keys and makes new ones. A new key is shown the next time that its maker
    opens the page, and never again.
    """
    user = me()
    form = KeyForm(user)
    if form.validate_on_submit():
        _, text = issue_key(user, form.label.data, form.visibility.data)
        show_once(_NEW_KEY, text)
        return redirect(url_for("settings.keys"), 303)
    answer = render_template(
        "settings/keys.html",
        form=form,
        keys=ApiKey.of(user),
        new_key=shown_once(_NEW_KEY),
        addresses=addresses(),
    )
    return answer, 200, {"Cache-Control": "no-store"}


def revoke_form(public_id: str) -> Any:
    key_id = parse_id(public_id)
    key = ApiKey.find_of(me(), key_id) if key_id else None
    if key is None:
        return page(404, words.NO_SUCH_KEY)
    return render_template("settings/revoke.html", key=key)


def revoke_key(public_id: str) -> Any:
    key_id = parse_id(public_id)
    gone = key_id is not None and revoke(key_id, me())
    flash(str(words.KEY_REVOKED if gone else words.NO_SUCH_KEY))
    return redirect(url_for("settings.keys"))
