"""A member's profile: how others see them, in which time zone they see dates, their feeds."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for

from blueprints.http import words
from blueprints.http.context import me
from blueprints.http.profile_form import ProfileForm, profile_page
from services.accounts import new_feed_addresses, set_profile

bp = Blueprint("profile", __name__)


def show() -> str:
    return profile_page()


def save() -> Any:
    form = ProfileForm(me())
    if not form.validate_on_submit():
        return profile_page(form), 400
    set_profile(me(), form.wishes)
    flash(str(words.SAVED))
    return redirect(url_for("profile.show"), 303)


def new_feeds() -> Any:
    new_feed_addresses(me())
    flash(str(words.NEW_FEED_ADDRESSES))
    return redirect(url_for("profile.show"), 303)
