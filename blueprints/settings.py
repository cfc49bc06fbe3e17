"""A member's API keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, url_for

from blueprints.http import words
from blueprints.http.arguments import parse_id
from blueprints.http.context import addresses, me
from blueprints.http.key_form import SCOPES, KeyForm, NewKeyForm
from blueprints.http.once import show_once, shown_once
from models import Album, ApiKey, utcnow
from models.api_key import Scope
from services.keys import change_key, issue_key
from services.keys import revoke_key as revoke

bp = Blueprint("settings", __name__)
_NEW_KEY = "new_key"
_TRIED_FOR = timedelta(hours=1)
_SECRET = {"Cache-Control": "no-store"}


def keys() -> Any:
    """Lists a person's keys and makes new ones. A new key is shown the next time that its maker
    opens the page, and never again.
    """
    user = me()
    form = NewKeyForm(user)
    if form.validate_on_submit():
        _, text = issue_key(user, form.label.data, form.visibility.data, **form.limits)
        show_once(_NEW_KEY, text)
        return redirect(url_for("settings.keys"), 303)
    own = ApiKey.of(user)
    named = [key.album_id for key in own if key.album_id]
    answer = render_template(
        "settings/keys.html",
        form=form,
        keys=own,
        albums={album.public_id: album for album in Album.those_of(user, named)},
        scopes=SCOPES,
        new_key=shown_once(_NEW_KEY),
        addresses=addresses(),
    )
    return answer, 400 if form.errors else 200, _SECRET


def key_to_try() -> Any:
    """A key for calls from the page of the API, whose script shows it there; it ends by itself."""
    label, ends = str(words.KEY_TO_TRY), utcnow() + _TRIED_FOR
    _, text = issue_key(me(), label, scope=Scope.MANAGE, expires_at=ends)
    return jsonify(key=text), 201, _SECRET


def edit_key(key: ApiKey) -> Any:
    form = KeyForm(me(), key)
    if form.validate_on_submit():
        change_key(key, form.label.data, form.visibility.data, form.album_id.data, form.megabytes)
        flash(str(words.SAVED))
        return redirect(url_for("settings.keys"), 303)
    return render_template("settings/key.html", form=form, key=key), 400 if form.errors else 200


def revoke_form(key: ApiKey) -> Any:
    return render_template("settings/revoke.html", key=key)


def revoke_key(public_id: str) -> Any:
    key_id = parse_id(public_id)
    gone = key_id is not None and revoke(key_id, me())
    flash(str(words.KEY_REVOKED if gone else words.NO_SUCH_KEY))
    return redirect(url_for("settings.keys"))
