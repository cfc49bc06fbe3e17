"""A user's own settings: the API keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from blueprints.http import words
from blueprints.http.arguments import parse_id
from blueprints.http.context import addresses, me
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from models import ApiKey
from models.limits import MAX_LABEL
from services.keys import issue_key
from services.keys import revoke_key as revoke

bp = Blueprint("settings", __name__)


class KeyForm(Form):
    label = StringField(
        _l("What is it for?"),
        [
            InputRequired(_l("Enter a name for the key, such as the program that will use it.")),
            Length(max=MAX_LABEL, message=words.too_long(MAX_LABEL)),
        ],
    )


def keys() -> Any:
    """Lists a person's keys and makes new ones. A new key is in this one answer, and nowhere else
    ever again.
    """
    user = me()
    form, text = KeyForm(), ""
    if form.validate_on_submit():
        _, text = issue_key(user, form.label.data)
    answer = render_template(
        "settings/keys.html", form=form, keys=ApiKey.of(user), new_key=text, addresses=addresses()
    )
    return answer, 200, {"Cache-Control": "no-store"}


def revoke_key(public_id: str) -> Any:
    key_id = parse_id(public_id)
    gone = key_id is not None and revoke(key_id, me())
    flash(str(words.KEY_REVOKED if gone else words.NO_SUCH_KEY))
    return redirect(url_for("settings.keys"))
